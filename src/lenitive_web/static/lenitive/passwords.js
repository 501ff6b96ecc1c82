// What one types can be looked at: long passwords are easier to get right. Without this file they stay dots.
"use strict";

const said = document.currentScript.dataset;

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link show-password";
  button.setAttribute("aria-controls", field.id);
  const turn = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.textContent = isShown ? said.hide : said.show;
  };
  button.addEventListener("click", () => turn(field.type === "password"));
  field.form?.addEventListener("submit", () => turn(false));
  turn(false);
  field.after(button);
}
