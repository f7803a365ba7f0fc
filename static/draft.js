"use strict";

// With a yes to convenience, what is typed into the form is kept on this device until the form is sent.
{
  const key = "kelisim.draft";
  const form = document.getElementById("submission");
  const note = form.querySelector("[data-draft]");
  const fields = ["name", "second_name", "phone", "topic"].map((name) => form.elements[name]);
  const typed = () => fields.map((field) => field.value);
  const kept = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      const young = Date.now() - found.at < form.dataset.days * 86400000;
      if (young && found.typed.every((text) => typeof text === "string")) return found.typed;
    } catch { /* none, not ours, or nothing may be kept */ }
    return [];
  };
  const keep = () => {
    if (!("convenience" in document.documentElement.dataset)) return;
    try {
      if (typed().some(Boolean)) localStorage.setItem(key, JSON.stringify({ at: Date.now(), typed: typed() }));
      else localStorage.removeItem(key);
    } catch { /* nothing may be kept */ }
  };
  const fill = (texts) => fields.forEach((field, place) => { field.value = texts[place] ?? ""; });

  if ("convenience" in document.documentElement.dataset && !typed().some(Boolean) && kept().some(Boolean)) {
    fill(kept());
    note.hidden = false;
  } else {
    keep();
  }
  form.addEventListener("input", keep);
  addEventListener("agreed", () => {
    keep();
    if (!("convenience" in document.documentElement.dataset)) note.hidden = true;
  });
  note.querySelector("button").addEventListener("click", () => {
    fill([]);
    keep();
    note.hidden = true;
    fields[0].focus();
  });
}
