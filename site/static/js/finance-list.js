// The list of statements by keyboard, and all of a page at once. The list itself is redrawn when somebody filters,
// so nothing of it is remembered here.

const list = document.getElementById("listing-results");
const boxes = () => [...list.querySelectorAll("input[name=statement]")];

/** Move to the box after (or before) the one that has the focus; from elsewhere, to the first. */
const move = (step) => {
  const all = boxes();
  const here = all.indexOf(document.activeElement?.closest("tr")?.querySelector("input[name=statement]"));
  all[Math.min(all.length - 1, Math.max(0, here + step))]?.focus();
};

const row = () => document.activeElement?.closest("tr");

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => row()?.querySelector("input[name=statement]")?.click(),
  o: () => row()?.querySelector("a[href]")?.click(),
};

const isTyping = (element) => element.matches("textarea, select, input:not([type=checkbox]), [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target) || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

list.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose-all]")) for (const box of boxes()) box.checked = target.checked;
});
