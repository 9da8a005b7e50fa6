// The instructor's desk: the moment of a note comes from the video, and what she writes is saved as she goes.
// Seeking to a note is the player's own work; without this file everything works by typing m:ss and pressing buttons.

import { Waveform } from "./player/waveform.js";
import { Keys } from "./review/keys.js";
import { Desk, Moments } from "./review/moments.js";

const SAVE_AFTER_MS = 4_000;
const form = document.querySelector("form[data-review]");
const frame = document.querySelector("#video [data-player]");
const keys = document.querySelector("[data-keys]");
const outline = document.querySelector("canvas[data-waveform]");

/** A saved comment goes where she writes: into the field she was in last, else into the note. */
const offerPhrases = () => {
  const { note_text: note, summary } = form.elements;
  let field = note;
  for (const one of [note, summary]) one.addEventListener("focus", () => (field = one));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (!button) return;
    event.preventDefault();
    field.value = [field.value.trim(), button.dataset.phrase].filter(Boolean).join(" ");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
};

class Draft {
  constructor() {
    this.state = form.querySelector("[data-review-state]");
    this.timer = null;
    this.leaving = false;
    form.addEventListener("input", () => this.soon());
    form.addEventListener("submit", () => {
      this.leaving = true;
      clearTimeout(this.timer);
    });
    addEventListener("online", () => this.soon());
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.save());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.leaving) return;
    const body = new FormData(form);
    body.set("action", "save");
    try {
      const answer = await fetch(location.pathname, {
        method: "POST",
        body,
        keepalive: true,
        headers: { "X-Requested-With": "fetch" },
      });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      const result = isJson ? await answer.json() : { saved: false };
      this.say(result.saved ? form.dataset.saved : result.message || form.dataset.unsaved);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.say(form.dataset.unsaved);
    }
  }

  say(text) {
    if (this.state) this.state.textContent = text;
  }
}

const draft = form && new Draft();
const desk = frame && new Desk(frame);
if (form) offerPhrases();
const moments = form && desk && new Moments(form, desk, (text) => draft.say(text));
if (keys && desk) new Keys(keys, desk, form, moments);
if (outline) new Waveform(outline, frame);
