// The keyboard of the desk. Letters count outside of text fields only and can be switched off (WCAG 2.1.4).
//
// No letter sends anything: p and a lead to their button, and Enter presses it.

import { recall, remember } from "../player/memory.js";

const TYPING = "select, textarea, input:not([type=radio], [type=checkbox], [type=range]), [contenteditable]";

/** The letter of a key by what it writes or, where the script is not Latin, by its place. */
const letterOf = ({ key = "", code = "" }) => {
  if (key.length > 1 || key.codePointAt(0) < 128) return key.toLowerCase();
  return code.startsWith("Key") ? code.slice(3).toLowerCase() : key;
};

/** Go to the next line of the rubric, to the points given there if there are any. */
const nextLine = (form) => {
  const lines = [...form.querySelectorAll("[data-points]")];
  const line = lines[(lines.findIndex((one) => one.contains(document.activeElement)) + 1) % lines.length];
  line?.querySelector("input:checked, input")?.focus();
  return line;
};

/** Give as many points in the line where she is as the digit says. */
const givePoints = (digit) => {
  const line = document.activeElement.closest("[data-points]");
  const choice = [...(line?.querySelectorAll("input") ?? [])].find(({ value }) => value === digit);
  choice?.focus();
  choice?.click();
  return choice;
};

export class Keys {
  /** `moments` and `form` are missing on a page where nothing can be written. */
  constructor(list, video, form, moments) {
    this.list = list;
    this.switch = list.querySelector("input");
    this.switch.checked = recall(list).keys !== "off";
    this.switch.addEventListener("change", () => remember({ keys: this.switch.checked ? "on" : "off" }));
    const go = (element) => (element?.focus(), element);
    this.todo = {
      k: () => video.press(),
      m: () => moments?.mark(),
      r: () => form && nextLine(form),
      w: () => go(form?.elements.summary),
      p: () => go(form?.querySelector("[value=pass]")),
      a: () => go(form?.querySelector("[value=again]")),
      n: () => this.takeNext(),
      "?": () => this.show(),
    };
    list.hidden = !matchMedia("(any-pointer: fine)").matches;
    document.addEventListener("keydown", (event) => this.hear(event, video), { capture: true });
  }

  hear(event, video) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest(TYPING)) {
      if (event.key === "Escape" && target.closest("form[data-review]")) video.focus();
      return;
    }
    if (!this.switch.checked) return;
    const key = letterOf(event);
    const done = /^\d$/.test(key) ? givePoints(key) : Object.hasOwn(this.todo, key) && this.todo[key]();
    if (!done) return;
    event.preventDefault();
    event.stopPropagation(); // m is "no sound" in the player
  }

  takeNext() {
    const button = document.querySelector("[data-take-next]");
    button?.click();
    return button;
  }

  show() {
    this.list.hidden = false;
    this.list.open = !this.list.open;
    this.list.querySelector("summary").focus();
    return true;
  }
}
