// Manners of all own pages. They work without it.
"use strict";

// Taps of a diary that still wait on this telephone are not forgotten.
const taps = document.getElementById("waiting-taps");
try {
  const places = Object.keys(localStorage).filter((key) => key.startsWith("lenitive-taps:"));
  const other = places.map((key) => key.slice("lenitive-taps:".length)).find((path) => path !== location.pathname);
  if (taps && other) {
    taps.querySelector("a").href = other;
    taps.hidden = false;
  }
} catch { /* a window that keeps nothing has nothing waiting */ }
