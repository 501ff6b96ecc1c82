// Files that are too large are told before they are sent; without scripts the clinic tells it afterwards.
"use strict";

for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  const told = input.form.querySelector("[data-too-large-here]");
  const isTooLarge = () => [...input.files].reduce((sum, file) => sum + file.size, 0) > Number(input.dataset.most);
  const look = () => {
    told.hidden = !isTooLarge();
    told.textContent = told.hidden ? "" : input.dataset.tooLarge;
  };
  input.addEventListener("change", look);
  input.form.addEventListener("submit", (event) => {
    if (isTooLarge()) event.preventDefault();
  });
}
