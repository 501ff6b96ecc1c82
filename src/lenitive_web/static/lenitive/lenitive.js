// Small manners that HTML alone does not have. Pages work without them.
"use strict";

// An open menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.me[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Where a row of tabs is wider than the window, it begins at the tab that is open.
function showOpenTabs() {
  for (const open of document.querySelectorAll(".stages [aria-current], .rooms [aria-current], .day [aria-current]")) {
    const row = open.closest(".stages ul, .rooms, .day ol");
    const left = open.getBoundingClientRect().left - row.getBoundingClientRect().left;
    row.scrollLeft += left - (row.clientWidth - open.clientWidth) / 2;
  }
}
showOpenTabs();
window.addEventListener("resize", showOpenTabs);

// A form that was changed asks before it is left.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-guarded]");
  if (form) form.dataset.changed = "yes";
});
document.addEventListener("submit", (event) => { delete event.target.dataset.changed; });
document.addEventListener("htmx:afterSwap", () => {
  for (const form of document.querySelectorAll("form[data-guarded]")) delete form.dataset.changed;
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guarded][data-changed]")) event.preventDefault();
});

// What a browser cannot read as a number, a day or a time it sends as nothing at all. Here it is said, and not sent.
document.addEventListener("submit", (event) => {
  const unread = [...event.target.elements].filter((field) => field.validity?.badInput);
  for (const field of unread) sayUnread(field);
  if (!unread.length) return;
  event.preventDefault();
  event.stopPropagation();
  unread[0].focus();
}, { capture: true });
function sayUnread(field) {
  if (document.getElementById(`${field.id}_unread`)) return;
  const words = document.body.dataset;
  const note = document.createElement("p");
  note.id = `${field.id}_unread`;
  note.className = "error";
  note.setAttribute("role", "alert");
  note.textContent = { date: words.unreadDay, time: words.unreadTime }[field.type] ?? words.unreadNumber;
  field.before(note);
  const before = field.getAttribute("aria-describedby");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [note.id, before].filter(Boolean).join(" "));
  field.addEventListener("input", () => {
    note.remove();
    field.removeAttribute("aria-invalid");
    if (before) field.setAttribute("aria-describedby", before);
    else field.removeAttribute("aria-describedby");
  }, { once: true });
}

// What went wrong on the way is said, not swallowed.
function say(words) {
  let note = document.getElementById("trouble");
  if (!note) {
    note = document.createElement("div");
    note.id = "trouble";
    note.className = "note note--error";
    note.setAttribute("role", "alert");
    document.getElementById("main").prepend(note);
  }
  note.textContent = words;
}
document.addEventListener("htmx:responseError", (event) => {
  const isOut = event.detail.xhr.status === 401;
  say(isOut ? document.body.dataset.signedOut : document.body.dataset.noAnswer);
});
document.addEventListener("htmx:sendError", () => say(document.body.dataset.noConnection));
