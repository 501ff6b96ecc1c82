// A manner of the own pages. They work without it.
"use strict";

// The worst pain is not asked whether it is the worst pain that spreads.
const parts = document.querySelectorAll("[data-unless-worst]");

function ask() {
  const worst = document.querySelector("input[name=worst]:checked")?.value;
  for (const part of parts) part.hidden = part.dataset.unlessWorst === worst;
}

document.addEventListener("change", ask);
ask();
