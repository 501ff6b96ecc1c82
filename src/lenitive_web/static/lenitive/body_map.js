// The figure and the list of regions are one form: a tap on the figure ticks the box, a ticked box colours the figure.
"use strict";

for (const map of document.querySelectorAll("[data-body-map]")) {
  const boxes = new Map([...map.querySelectorAll("input[name=marks]")].map((box) => [box.value, box]));
  const chosen = map.querySelector("[data-chosen]");
  const said = map.querySelector("[data-said]");
  const narrow = window.matchMedia("(max-width: 40rem)");
  let view = "front";

  const nameOf = (box) => box.closest("label").textContent.trim();

  function draw() {
    for (const zone of map.querySelectorAll("[data-mark]")) zone.classList.toggle("is-marked", boxes.get(zone.dataset.mark).checked);
    const held = document.activeElement?.dataset?.takes;
    chosen.replaceChildren(...[...boxes.values()].filter((box) => box.checked).map((box) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.takes = box.value;
      button.textContent = `${nameOf(box)} ×`;
      button.setAttribute("aria-label", `${map.dataset.remove}: ${nameOf(box)}`);
      item.append(button);
      return item;
    }));
    if (held) (chosen.querySelector("button") ?? map.querySelector("summary")).focus();
    if (!chosen.children.length) said.textContent = map.dataset.none;
  }

  function toggle(mark) {
    const box = boxes.get(mark);
    box.checked = !box.checked;
    said.textContent = box.checked ? nameOf(box) : "";
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function turn() {
    for (const tab of map.querySelectorAll(".map__tab")) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
    for (const figure of map.querySelectorAll(".map__view")) figure.hidden = narrow.matches && figure.dataset.view !== view;
  }

  map.addEventListener("click", (event) => {
    const zone = event.target.closest("[data-mark]");
    const tab = event.target.closest(".map__tab");
    const taken = event.target.closest("[data-takes]");
    if (zone) toggle(zone.dataset.mark);
    if (taken) toggle(taken.dataset.takes);
    if (tab) { view = tab.dataset.view; turn(); }
  });
  map.addEventListener("change", draw);
  narrow.addEventListener("change", turn);
  map.classList.add("has-picture");
  const first = [...boxes.values()].find((box) => box.checked);
  if (first && !map.querySelector(`[data-view=front] [data-mark="${CSS.escape(first.value)}"]`)) view = "back";
  turn();
  draw();
}
