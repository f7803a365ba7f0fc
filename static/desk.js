"use strict";

// What a page offers by keyboard is named in its own markup: aria-keyshortcuts="Alt+N" on a link is that link's key. The key
// is known by its place, so that it is the same with a Kazakh, a Russian or a Latin layout; where one types, none acts.
addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, metaKey, shiftKey, repeat, code, target } = event;
  if (!altKey || ctrlKey || metaKey || shiftKey || repeat || !/^Key[A-Z]$/.test(code)) return;
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const found = document.querySelector(`[aria-keyshortcuts="Alt+${code.slice(3)}"]`);
  if (!found) return;
  event.preventDefault();
  found.focus();
  if (found.localName === "a") found.click();
});
