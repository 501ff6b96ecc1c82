// The drawing from the server becomes a chart that can be zoomed. Without this script the drawing stays.
"use strict";

(() => {
  const told = document.getElementById("timeline-spec");
  const place = document.querySelector(".timeline__chart");
  if (!told || !place || !window.vegaEmbed) return;
  const spec = JSON.parse(told.textContent);
  const drawing = place.firstElementChild;
  const legend = document.querySelector(".timeline__legend");
  const axis = 62;
  let shownWidth = 0;
  let first = null;

  // The interpreter needs no eval, and our own style sheet dresses the tooltip: the content policy stands.
  const options = { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };

  // The first panel leads: its days are those of all.
  function leading(sized) {
    const panel = sized.vconcat[0];
    return (panel.layer ? panel.layer[0] : panel).encoding.x.scale;
  }

  async function show() {
    shownWidth = place.clientWidth;
    const sized = structuredClone(spec);
    for (const panel of sized.vconcat) {
      panel.width = Math.max(shownWidth - axis, 160);
      for (const layer of panel.layer ?? []) if (layer.mark.type === "text") layer.mark.limit = panel.width - 4;
    }
    if (first !== null) leading(sized).domainMin = { expr: String(first) };
    const holder = document.createElement("div");
    await window.vegaEmbed(holder, sized, options);
    place.replaceChildren(holder);
    if (legend) legend.hidden = true;
  }

  // The first day to show for a button, or nothing for all days.
  function firstDay(button) {
    if (!button.dataset.months) return null;
    const scale = leading(spec);
    const from = new Date(Number(scale.domainMax.expr));
    from.setUTCMonth(from.getUTCMonth() - Number(button.dataset.months));
    return Math.max(from.getTime(), Number(scale.domainMin.expr));
  }

  const zoom = document.querySelector(".timeline__zoom");
  show().then(() => { zoom.hidden = false; }, () => { place.replaceChildren(drawing); });
  zoom.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    first = firstDay(button);
    for (const other of zoom.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    show();
  });
  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    if (Math.abs(place.clientWidth - shownWidth) > 8) waiting = setTimeout(show, 150);
  }).observe(place);
})();
