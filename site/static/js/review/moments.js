// Notes at moments: writing one stops the video and takes its moment; with Ctrl+Enter it is added and the video goes on.

import { clock } from "../player/clock.js";

/** The video on the desk, by the controls that js/player.js gives it. */
export class Desk {
  constructor(frame) {
    this.frame = frame;
    this.video = frame.querySelector("video");
  }

  /** The big button until she has begun, then the one in the bar. */
  get button() {
    return this.frame.querySelector("[data-player-cover]") ?? this.frame.querySelector("[data-do=play]");
  }

  press() {
    this.button.click();
    return this.button;
  }

  focus() {
    this.button.focus();
    return this.button;
  }

  /** Play again what she stopped to write. */
  goOn() {
    const hasBegun = this.focus().matches("[data-do]");
    if (hasBegun && this.video.paused && !this.video.ended) this.press();
  }
}

export class Moments {
  /** `say` is called with what has happened. */
  constructor(form, desk, say) {
    Object.assign(this, { form, desk, say });
    const { note_at: at, note_text: text } = form.elements;
    text.addEventListener("focus", () => {
      desk.video.pause();
      if (!at.value) at.value = clock(desk.video.currentTime);
    });
    desk.video.addEventListener("play", () => {
      const isStillLoading = desk.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
      if (isStillLoading && document.activeElement === text) desk.video.pause(); // a start that was on its way
    });
    for (const field of [at, text]) field.addEventListener("keydown", (event) => this.hear(event));
  }

  /** Stop here and write: the moment is this one, whatever stood there. */
  mark() {
    const { note_at: at, note_text: text } = this.form.elements;
    at.value = "";
    text.focus();
    return text;
  }

  hear(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    if (!this.isAdding) this.add();
  }

  async add() {
    const { note_at: at, note_text: text, keep_words: keep } = this.form.elements;
    if (text.value.trim()) {
      this.isAdding = true;
      const isAdded = await this.send().finally(() => (this.isAdding = false));
      if (!isAdded) return;
      text.value = "";
      keep.checked = false;
      this.say(this.form.dataset.noted);
    }
    at.value = "";
    this.desk.goOn();
  }

  /** Send the note and show the list as the server has it. What it refuses, it says on a page of its own. */
  async send() {
    const button = this.form.querySelector("[value=note]");
    try {
      const answer = await fetch(location.href, { method: "POST", body: new FormData(this.form, button) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const lists = [...this.form.querySelectorAll("[data-anew]")].map((old) => [old, page.getElementById(old.id)]);
      if (answer.ok && lists.every(([, anew]) => anew)) {
        for (const [old, anew] of lists) old.replaceWith(anew);
        return true;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.say(this.form.dataset.unsaved);
      return false;
    }
    this.form.requestSubmit(button);
    return false;
  }
}
