// A tap counts from the moment it was made. Without a connection it waits on this telephone and is sent later, in order.
// Only the number and the time are kept here, and only until the clinic has them. The page works without this file.
"use strict";

const diary = document.querySelector("[data-diary]");
const waiting = document.getElementById("waiting");
const PLACE = `lenitive-taps:${location.pathname}`;
const AGAIN = 20_000;
const PATIENCE = 15_000;
let inMemory = [];
let isSending = false;

function kept() {
  try { return JSON.parse(localStorage.getItem(PLACE)) ?? []; } catch { return inMemory; }
}

function keep(taps) {
  inMemory = taps;
  try { taps.length ? localStorage.setItem(PLACE, JSON.stringify(taps)) : localStorage.removeItem(PLACE); } catch { /* a window that keeps nothing: memory has them */ }
}

const clock = (tap) => new Date(tap.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const named = (taps) => taps.map((tap) => `${tap.score} (${clock(tap)})`).join(", ");

function tell(words) {
  waiting.textContent = words ? words.replace("TAPS", named(kept())) : "";
  waiting.hidden = !words;
}

async function send(tap) {
  const body = new FormData(diary);
  body.set("score", tap.score);
  body.set("ago", Math.max(0, Math.round((Date.now() - tap.at) / 1000)));
  const answer = await fetch(diary.action, {
    method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
  });
  return { status: answer.status, words: answer.status === 422 ? await answer.text() : "" };
}

async function sendAll() {
  if (isSending || !kept().length) return;
  isSending = true;
  try {
    while (kept().length) {
      let { status, words } = await send(kept()[0]);
      if (status === 403 && (await isTaken()) === "yes") ({ status, words } = await send(kept()[0]));
      if (status === 401 || status === 403) return tell(waiting.dataset.signedOut);
      if (status !== 204 && status !== 422 && status !== 404) return tell(waiting.dataset.noConnection);
      if (status !== 204) { const lost = named(kept().slice(0, 1)); keep(kept().slice(1)); tell(`${waiting.dataset.refused} ${lost}. ${words}`); if (kept().length) continue; return; }
      keep(kept().slice(1));
    }
    location.replace(location.href);
  } catch {
    tell(waiting.dataset.noConnection);
  } finally {
    isSending = false;
  }
}

if (diary) {
  diary.addEventListener("submit", (event) => {
    event.preventDefault();
    const score = event.submitter?.value;
    if (score === undefined) return;
    keep([...kept(), { score, at: Date.now() }]);
    event.submitter.classList.add("is-tapped");
    sendAll();
  });
  window.addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  setInterval(sendAll, AGAIN);
  sendAll();
} else if (kept().length) {
  // The diary was closed meanwhile: nothing takes them any more, and that is said once.
  tell(waiting.dataset.closed);
  keep([]);
}
