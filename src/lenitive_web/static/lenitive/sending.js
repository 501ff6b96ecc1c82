// A form in which somebody typed is sent only where it will be taken: there is a connection, and one is signed in still.
// A browser's own error page, or the page to sign in, would take its place and hide what was typed.
"use strict";

const PROBE = 8_000;
const FRESH = 60_000;
let lastAnswer = Date.now();

// "yes", "signed out" or "no connection". Who signed in anew in another window has a new token: the forms here take it.
async function isTaken() {
  let answer;
  try {
    answer = await fetch("/accounts/here/", { cache: "no-store", signal: AbortSignal.timeout(PROBE) });
  } catch {
    return "no connection";
  }
  if (answer.status === 401) return "signed out";
  if (!answer.ok) return "yes";
  const { token } = await answer.json();
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  return "yes";
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const isGuarded = form.matches("form[data-guarded], .page--own form:not([data-diary])") && form.method === "post";
  if (!isGuarded || form.dataset.isTaken || event.defaultPrevented) return;
  // Who got an answer a moment ago need not ask.
  if (navigator.onLine && Date.now() - lastAnswer < FRESH) return;
  event.preventDefault();
  if (form.dataset.isAsked) return;
  const { submitter } = event;
  form.dataset.isAsked = "yes";
  const told = await isTaken();
  delete form.dataset.isAsked;
  if (told !== "yes") {
    if (form.matches("[data-guarded]")) form.dataset.changed = "yes";
    say(told === "signed out" ? document.body.dataset.signedOut : document.body.dataset.noConnection);
    document.getElementById("trouble").scrollIntoView({ block: "center" });
    return;
  }
  form.dataset.isTaken = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.isTaken;
});

// What was said about a connection goes away once there is one.
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (!event.detail.successful) return;
  lastAnswer = Date.now();
  document.getElementById("trouble")?.remove();
});

// What is sent in the background says so itself when it was refused; with the new token the next try is taken.
document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 403) isTaken(); });
