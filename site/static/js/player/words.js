// Captions over the picture, and the transcript beside it: it follows the film, and every line leads to its moment.

import { clock } from "./clock.js";

const LEAVE_ALONE_MS = 4_000; // after she has scrolled herself

export class Words {
  constructor(frame, video) {
    this.elements = [...video.querySelectorAll("track[kind=captions]")];
    this.details = frame.closest("[data-player-box]").querySelector("[data-player-words]");
    this.list = this.details?.querySelector("[data-player-lines]");
    this.shown = "";
    this.touchedAt = -LEAVE_ALONE_MS;
    this.details?.addEventListener("toggle", () => this.apply());
    for (const event of ["wheel", "touchmove", "pointerdown"]) {
      this.list?.addEventListener(event, () => (this.touchedAt = performance.now()), { passive: true });
    }
    for (const element of this.elements) {
      element.addEventListener("load", () => this.apply());
      element.track.addEventListener("cuechange", () => this.follow(element));
    }
  }

  has(language) {
    return this.elements.some(({ srclang }) => srclang === language);
  }

  /** Show captions in `language`; none for an empty one or one that there is not. */
  show(language) {
    this.shown = this.has(language) ? language : "";
    this.apply();
  }

  /** The transcript is in the language of the captions; without captions in hers, which is the first. */
  get read() {
    return this.elements.find(({ srclang }) => srclang === this.shown) ?? this.elements[0];
  }

  apply() {
    for (const element of this.elements) {
      const isRead = this.details.open && element === this.read;
      element.track.mode = element.srclang === this.shown ? "showing" : isRead ? "hidden" : "disabled";
    }
    if (this.details?.open) this.write(this.read);
  }

  write(element) {
    const cues = [...(element.track.cues ?? [])];
    if (cues.length === 0 || this.written === element) return;
    this.written = element;
    this.lines = new Map();
    const list = document.createElement("ol");
    list.lang = element.srclang;
    list.role = "list";
    for (const cue of cues) list.append(this.line(cue));
    this.list.replaceChildren(list);
    this.follow(element);
  }

  line(cue) {
    const [item, button, time] = ["li", "button", "span"].map((name) => document.createElement(name));
    button.type = "button";
    button.dataset.seekMs = Math.round(cue.startTime * 1000);
    time.className = "player-words__time";
    time.textContent = clock(cue.startTime);
    button.append(time, " ", cue.getCueAsHTML().textContent.replaceAll("\n", " "));
    item.append(button);
    this.lines.set(cue, button);
    return item;
  }

  follow(element) {
    const cue = element.track.activeCues?.[0];
    const line = element === this.written && this.lines.get(cue);
    if (!line) return;
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    if (performance.now() - this.touchedAt < LEAVE_ALONE_MS) return;
    this.list.scrollTop = line.offsetTop - this.list.clientHeight / 3;
  }
}
