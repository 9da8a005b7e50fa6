// Answers that survive a broken connection, and comforts for those who tap.
//
// What she chooses is kept on the device at once and on the server a moment later, until the server has the whole
// form. A kept answer says when it was chosen: of two devices the later one counts, however late it arrives.

import { put } from "./offline/forms.js";
import { replay } from "./offline/replay.js";
import { learner, read, remove, signed, write } from "./offline/store.js";

const PAUSE_MS = 800;

const keyOf = (quiz) => `hearthlight:answers:${learner}:${quiz}`;

/** The answers of one form: on the device, on the server, and back from both. */
class Answers {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form.dataset.answers);
    this.line = form.querySelector("[data-answers-state]");
    this.touched = false;
    form.addEventListener("input", () => this.chosen());
    form.addEventListener("submit", (event) => this.handIn(event));
    addEventListener("online", () => this.send());
    document.addEventListener("replay:arrived", ({ detail }) => this.arrived(detail));
    document.addEventListener("visibilitychange", () => document.hidden && this.send());
    if ("kept" in document.body.dataset) this.renew();
    this.restore();
  }

  // One form counts once. The id on a page that was kept, or that stayed open, may have been used for other answers.
  renew() {
    const field = this.form.elements.client_id;
    field.value = crypto.randomUUID?.() ?? field.value;
  }

  controls() {
    return [...this.form.elements].filter((control) => control.name?.startsWith("q-"));
  }

  fields() {
    const fields = {};
    for (const control of this.controls()) {
      const isButton = control.type === "radio" || control.type === "checkbox";
      if (isButton ? control.checked : control.value) (fields[control.name] ??= []).push(control.value);
    }
    return fields;
  }

  fill({ client_id: clientId, fields }) {
    this.form.elements.client_id.value = clientId;
    for (const control of this.controls()) {
      const values = fields[control.name] ?? [];
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else if (values.length) control.value = values[0];
    }
    this.form.dispatchEvent(new CustomEvent("answers-restored"));
  }

  onDevice() {
    return read(this.key);
  }

  chosen() {
    this.touched = true;
    const kept = { client_id: this.form.elements.client_id.value, fields: this.fields(), written: Date.now() };
    write(this.key, kept);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE_MS);
  }

  // A form that came back with mistakes shows what was just sent; nothing older takes its place.
  async restore() {
    if (this.form.querySelector(".field__error")) return;
    const mine = this.onDevice();
    if (mine) this.fill(mine);
    const theirs = await this.ask();
    if (this.touched) return;
    if (theirs && theirs.written > (mine?.written ?? 0)) this.fill(theirs);
    else if (mine && mine.written > (theirs?.written ?? 0)) this.send();
  }

  async ask() {
    try {
      const answer = await fetch(this.form.dataset.draftUrl);
      return answer.status === 200 ? await answer.json() : null;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection
      return null;
    }
  }

  async send() {
    clearTimeout(this.timer);
    const kept = this.onDevice();
    if (!kept || kept.written === this.acknowledged) return;
    const body = signed(new FormData(this.form));
    body.set("written", kept.written);
    let isKept = false;
    try {
      isKept = (await fetch(this.form.dataset.draftUrl, { method: "POST", body, keepalive: true })).ok;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection: it stays on the device
    }
    if (isKept) this.acknowledged = kept.written;
    if (!this.onDevice()) return; // meanwhile the whole form has arrived, and the page says so
    this.line.textContent = isKept ? this.line.dataset.kept : this.line.dataset.here;
  }

  // Without a connection the browser would replace the page by its own words, and she would think all is gone.
  handIn(event) {
    if (navigator.onLine && !("kept" in document.body.dataset)) return;
    event.preventDefault();
    this.chosen();
    put(this.form, this.key);
    this.line.textContent = this.line.dataset.here;
    replay();
  }

  arrived({ address, leads }) {
    if (!this.form.action.endsWith(address)) return;
    this.renew();
    this.line.textContent = this.line.dataset.arrived;
    const way = this.form.querySelector("[data-answers-result]");
    way.href = leads;
    way.hidden = false;
    way.focus();
  }
}

/** Things to put in order: buttons that move them, and a place chosen by number moves them too. */
class Ordering {
  constructor(list, labels) {
    this.list = list;
    this.labels = labels;
    for (const row of this.rows()) {
      row.append(this.button(row, -1, "up"), this.button(row, 1, "down"));
      row.querySelector("select").addEventListener("input", (event) => {
        this.place(row, Number(event.target.value));
        event.target.focus(); // it has moved with its row
      });
    }
    list.closest("form").addEventListener("answers-restored", () => this.sort());
    this.sort();
  }

  rows() {
    return [...this.list.children];
  }

  button(row, step, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ordering__move";
    button.dataset.move = name;
    button.setAttribute("aria-label", `${this.labels[name]}: ${row.querySelector("label").textContent}`);
    button.addEventListener("click", () => {
      this.place(row, this.rows().indexOf(row) + 1 + step);
      const isAtEnd = row === (step < 0 ? this.list.firstElementChild : this.list.lastElementChild);
      row.querySelector(isAtEnd ? `[data-move=${step < 0 ? "down" : "up"}]` : `[data-move=${name}]`).focus();
      this.list.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return button;
  }

  place(row, number) {
    const others = this.rows().filter((one) => one !== row);
    if (number < 1 || number > others.length + 1) return;
    others.splice(number - 1, 0, row);
    this.show(others);
  }

  // As they were left; without places chosen yet, as they stand, with the places still open.
  sort() {
    const placeOf = (row) => Number(row.querySelector("select").value) || Infinity;
    const rows = this.rows().sort((one, other) => placeOf(one) - placeOf(other) || 0);
    if (rows.some((row) => placeOf(row) < Infinity)) this.show(rows);
  }

  show(rows) {
    this.list.append(...rows);
    rows.forEach((row, index) => (row.querySelector("select").value = String(index + 1)));
  }
}

/** A picture with marked parts: a tap on a part chooses its line in the list. */
const tapInPicture = (picture) => {
  const show = () => {
    for (const part of picture.querySelectorAll("[data-spot]")) {
      part.classList.toggle("is-chosen", document.getElementById(part.dataset.spot).checked);
    }
  };
  picture.addEventListener("click", (event) => {
    const part = event.target.closest("[data-spot]");
    if (part) document.getElementById(part.dataset.spot).click();
  });
  const form = picture.closest("form");
  form?.addEventListener("input", show);
  form?.addEventListener("answers-restored", show);
  show();
};

for (const form of document.querySelectorAll("form[data-label-up]")) {
  const labels = { up: form.dataset.labelUp, down: form.dataset.labelDown };
  for (const list of form.querySelectorAll("[data-ordering]")) new Ordering(list, labels);
  for (const picture of form.querySelectorAll("[data-spots]")) tapInPicture(picture);
  if (form.dataset.draftUrl) new Answers(form);
}
for (const done of document.querySelectorAll("[data-clear-answers]")) remove(keyOf(done.dataset.clearAnswers));
