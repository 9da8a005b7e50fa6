// What she writes in a `form[data-draft]` survives a lost connection and a closed tab: it is kept on this phone until
// the server has it. On a phone that others use nothing is kept; there the words wait in the form.
//
// A form with a `client_id` goes as soon as there is a network, and counts once. Another one is sent by her alone.

import { put, waits, withdraw } from "./offline/forms.js";
import { replay } from "./offline/replay.js";
import { keysOf, learner, read, remove, write } from "./offline/store.js";

const EVERYBODY = "hearthlight:draft:";
const OLDEST_MS = 30 * 24 * 3600 * 1000;
const keyOf = (name) => `${EVERYBODY}${learner}:${name}`;
const isShared = document.body.dataset.sharedPhone !== undefined;

class Draft {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form.dataset.draft);
    this.line = form.querySelector("[data-draft-state]");
    this.id = form.elements.client_id;
    this.areas = [...form.querySelectorAll("textarea")];
    form.addEventListener("submit", (event) => this.handIn(event));
    if (isShared) return;
    form.addEventListener("input", () => this.written());
    document.addEventListener("replay:arrived", ({ detail }) => detail.draft === this.key && this.arrived(detail.leads));
    this.restore();
  }

  say(name) {
    this.line.textContent = this.line.dataset[name] ?? "";
  }

  words() {
    return this.areas.map(({ value }) => value);
  }

  // A form that came back with mistakes shows what was just sent; nothing older takes its place.
  restore() {
    const kept = read(this.key);
    const isWritten = ({ value, defaultValue }) => value.trim() && value !== defaultValue;
    if (!kept && this.areas.some(isWritten)) this.keep(); // she began before this script was here
    if (!kept || this.words().some(Boolean)) return;
    this.areas.forEach((area, at) => (area.value = kept.words[at] ?? ""));
    if (this.id) this.id.value = kept.id;
    this.say(waits(this.form) ? "here" : "kept");
  }

  // One id counts once: what she changes after pressing the button needs another, and the button once more.
  written() {
    if (withdraw(this.form)) this.renew();
    this.say("");
    if (this.words().some((words) => words.trim())) this.keep();
    else remove(this.key);
  }

  renew() {
    this.id.value = crypto.randomUUID?.() ?? this.id.value;
  }

  keep() {
    write(this.key, { words: this.words(), id: this.id?.value, kept: Date.now() });
  }

  // Without a connection the browser would replace the page by its own words, and she would think all is gone.
  handIn(event) {
    if (event.defaultPrevented) return;
    const goesLater = this.id && !isShared;
    if (!goesLater && navigator.onLine) return;
    event.preventDefault();
    if (goesLater) this.send(event.submitter);
    else this.say("offline");
  }

  async send(button) {
    if (this.sending) return;
    this.leads = "";
    this.hold(true, button);
    this.keep();
    put(this.form, this.key);
    await replay();
    this.hold(false, button);
    if (waits(this.form)) return this.say("here");
    if (!this.leads) return this.form.submit(); // the server says on its page what is wrong
    const isHere = this.leads.startsWith(`${location.pathname}${location.search}#`);
    location.assign(this.leads);
    return isHere && location.reload();
  }

  hold(yes, button) {
    this.sending = yes;
    for (const area of this.areas) area.readOnly = yes;
    if (yes) button?.setAttribute("aria-busy", "true");
    else button?.removeAttribute("aria-busy");
  }

  arrived(leads) {
    this.leads = leads;
    if (read(this.key)) return; // she has written on meanwhile
    for (const area of this.areas) area.value = "";
    this.renew();
    this.say("");
  }
}

for (const key of keysOf(EVERYBODY)) if (!(Date.now() - read(key)?.kept < OLDEST_MS)) remove(key);
for (const done of document.querySelectorAll("[data-clear-draft]")) remove(keyOf(done.dataset.clearDraft));
if (learner) for (const form of document.querySelectorAll("form[data-draft]")) new Draft(form);
