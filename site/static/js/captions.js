// Captions, one after the other, beside the video. The textarea stays what is sent: its text is taken apart into rows
// here and put together again, so the server reads one format, and without this file she writes it herself.

const STEP_MS = 2_000;
const TIMES = /^(?:(\d+):)?(\d+):(\d\d(?:[.,]\d{1,3})?)$/;
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Read `1:02.5` or `0:01:02.500` as milliseconds; nothing for what is no time. */
const read = (text) => {
  const match = TIMES.exec(text.trim());
  if (!match) return undefined;
  return Math.round((Number(match[1] ?? 0) * 3600 + Number(match[2]) * 60 + Number(match[3].replace(",", "."))) * 1000);
};

const pad = (number, size = 2) => String(number).padStart(size, "0");

const full = (ms) =>
  `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;

const brief = (ms) => `${Math.floor(ms / 60_000)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;

class Editor {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("[data-captions-text]");
    this.rows = form.querySelector("[data-captions-rows]");
    this.template = form.querySelector("template");
    this.frame = document.querySelector("[data-player]");
    this.video = this.frame?.querySelector("video");
    if (!this.takeApart()) return; // what cannot be read is left to her as text, with what is wrong beside it
    for (const part of [this.text, this.text.labels[0], this.form.querySelector(`#${this.text.id}_helptext`)]) {
      part.hidden = true;
    }
    this.rows.hidden = false;
    this.listen();
  }

  takeApart() {
    const blocks = this.text.value.replaceAll("\r", "").split(/\n{2,}/).filter((block) => block.includes("-->"));
    const cues = blocks.map((block) => {
      const [times, ...words] = block.trim().split("\n");
      const [start, end] = times.split("-->").map(read);
      return { start, end, words: words.join("\n").replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]) };
    });
    if (cues.some(({ start, end }) => start === undefined || end === undefined)) return false;
    this.rows.replaceChildren(...cues.map((cue) => this.row(cue)));
    this.count();
    return true;
  }

  row({ start, end, words }) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    for (const [name, value] of Object.entries({ start: brief(start), end: brief(end), text: words })) {
      this.part(row, name).value = value;
    }
    return row;
  }

  part(row, name) {
    return row.querySelector(`[data-cue=${name}]`);
  }

  count() {
    const label = this.template.content.firstElementChild.getAttribute("aria-label");
    [...this.rows.children].forEach((row, at) => row.setAttribute("aria-label", label.replace("{number}", at + 1)));
  }

  listen() {
    const add = this.form.querySelector("[data-captions-add]");
    add.hidden = !this.video;
    add.addEventListener("click", () => this.add(Math.round(this.video.currentTime * 1000)));
    this.rows.addEventListener("click", ({ target }) => {
      const row = target.closest(".cue");
      if (target.closest("[data-cue=play]")) this.play(row);
      if (target.closest("[data-cue=delete]")) this.remove(row);
    });
    this.video?.addEventListener("timeupdate", () => this.follow());
    this.form.addEventListener("submit", () => (this.text.value = this.putTogether()));
  }

  add(at) {
    const next = [...this.rows.children].find((row) => (read(this.part(row, "start").value) ?? 0) > at);
    const row = this.row({ start: at, end: at + STEP_MS, words: "" });
    this.rows.insertBefore(row, next ?? null);
    this.count();
    this.part(row, "text").focus();
  }

  play(row) {
    const ms = read(this.part(row, "start").value);
    if (ms !== undefined) this.frame?.dispatchEvent(new CustomEvent("player:seek", { detail: { ms } }));
  }

  remove(row) {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.count();
    (near ? this.part(near, "text") : this.form.querySelector("[data-captions-add]")).focus();
  }

  follow() {
    const now = this.video.currentTime * 1000;
    for (const row of this.rows.children) {
      const isNow = read(this.part(row, "start").value) <= now && now < read(this.part(row, "end").value);
      row.toggleAttribute("aria-current", isNow);
    }
  }

  // A time that cannot be read goes as it is, so that the server can say which.
  putTogether() {
    const time = (row, name) => {
      const value = this.part(row, name).value;
      const ms = read(value);
      return ms === undefined ? value : full(ms);
    };
    const escape = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const cues = [...this.rows.children].map(
      (row) => `${time(row, "start")} --> ${time(row, "end")}\n${escape(this.part(row, "text").value)}`,
    );
    return `WEBVTT\n\n${cues.join("\n\n")}\n`;
  }
}

for (const form of document.querySelectorAll("[data-captions]")) new Editor(form);
