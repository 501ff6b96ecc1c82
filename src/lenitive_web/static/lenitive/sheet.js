// The buttons that print; without scripts the browser's own menu does.
"use strict";

function toPaper(large) {
  document.documentElement.classList.toggle("prints-large", large);
  window.print();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => toPaper(button.dataset.print === "large"));
}
