"use strict";

// A second click does nothing, until the page comes back or its load was stopped.
let sent = new WeakSet();
const first = (form) => {
  if (sent.has(form)) return false;
  setTimeout(() => sent.delete(form), 10000);
  return sent.add(form);
};
addEventListener("pageshow", () => { sent = new WeakSet(); });
addEventListener("submit", (event) => {
  if (!event.defaultPrevented && !first(event.target)) event.preventDefault();
});

// What was typed and kept on this device goes where that is not agreed to, and once the form was taken (draft.js).
const root = document.documentElement.dataset;
const agree = (html) => {
  if (html.includes("data-convenience")) root.convenience = "";
  else delete root.convenience;
  if (!("convenience" in root) || document.querySelector("[data-sent]")) {
    try { localStorage.removeItem("kelisim.draft"); } catch { /* nothing can be kept here */ }
  }
  dispatchEvent(new Event("agreed"));
};
agree("convenience" in root ? "data-convenience" : "");

// The answer about cookies without a reload. When anything fails, the plain form sends it.
let ask = document.querySelector(".cookies form");
// Where no answer can be kept, none is asked for. A browser that blocks cookies closes its storage too, and tells the truth
// about that.
const keeps = () => {
  try { return navigator.cookieEnabled && Boolean(localStorage); } catch { return false; }
};
if (ask && !keeps()) {
  ask.closest("section").remove();
  ask = null;
}
for (const button of ask?.querySelectorAll("[form]") ?? []) {
  if (button.name) button.removeAttribute("form");
  else button.remove();
}
const answered = async (value) => {
  const body = new URLSearchParams(new FormData(ask));
  body.set("answer", value);
  try {
    const reply = await fetch(ask.action, { method: "POST", body, keepalive: true });
    if (!reply.ok) throw reply;
    // A browser may say that it keeps cookies and keep none: the page that came back knows.
    const page = await reply.text();
    const kept = !page.includes("data-blocked");
    const said = document.querySelector(`[data-said=${kept ? value : "blocked"}]`);
    const message = said.closest("div");
    said.hidden = message.hidden = false;
    ask.remove();
    message.focus();
    agree(page.slice(0, page.indexOf("<head")));
  } catch {
    const field = document.createElement("input");
    ask.append(Object.assign(field, { type: "hidden", name: "answer", value }));
    ask.submit();
  }
};
if (ask) ask.addEventListener("submit", (event) => {
  event.preventDefault();
  if (first(ask)) answered(event.submitter.value);
});

// A page that Back brings as it was left may be older than the answer.
addEventListener("pageshow", async (event) => {
  if (!event.persisted || !(ask?.isConnected || "convenience" in root)) return;
  const page = await (await fetch("/cookies")).text();
  const html = page.slice(0, page.indexOf("<head"));
  agree(html);
  if (!html.includes("data-asks")) ask?.closest("section")?.remove();
});

for (const link of document.querySelectorAll("[data-hide]")) link.addEventListener("click", (event) => {
  event.preventDefault();
  link.closest("section").remove();
});
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
