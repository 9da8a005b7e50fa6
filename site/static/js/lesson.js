// Progress in a lesson that survives a broken connection.
//
// A section carries a signed ticket (`data-ticket`). What was played of its video since the page was opened is kept as
// one report, in the device's store until the server has answered it. A report says what *is* (which parts were
// played, where she stopped, when), so sending it twice, late or in another order changes nothing.

import { put } from "./offline/forms.js";
import { replay } from "./offline/replay.js";
import { Reports } from "./offline/reports.js";

const EVERY_MS = 15_000;
const HAVE_FUTURE_DATA = 3;

const lesson = document.querySelector("[data-lesson]");
const address = lesson?.dataset.progressUrl;

// The server's clock, which hers may differ from: both as they were when this page was written, which for a kept page
// was long ago. Should hers have been set back since, the time that this page is open passed in any case.
const written = Number(lesson?.dataset.now);
const skew = Number(lesson?.dataset.skew ?? Date.now() - written);
const began = performance.now();
const serverNow = () => Math.round(Math.max(Date.now() - skew, written + performance.now() - began));

const show = (pieces, lessonDone) => {
  for (const [id, { done }] of Object.entries(pieces)) {
    const section = document.getElementById(`piece-${id}`);
    if (!section || !done) continue;
    section.classList.add("piece--done");
    section.querySelector("[data-piece-done]")?.removeAttribute("hidden");
  }
  if (lessonDone) {
    document.querySelector("[data-lesson-done]")?.removeAttribute("hidden");
    document.querySelector("[data-next-lesson]")?.classList.remove("button--quiet");
  }
};

/** What was played of one video since the page was opened. */
class Watcher {
  constructor(section, queue) {
    this.section = section;
    this.queue = queue;
    this.video = section.querySelector("video");
    this.source = `${section.dataset.piece}:${Date.now()}:${Math.random().toString(36).slice(2)}`;
    this.played = [];
    this.last = null;
    this.ended = false;
    this.video.addEventListener("timeupdate", () => this.moved());
    this.video.addEventListener("seeking", () => (this.last = null));
    this.video.addEventListener("waiting", () => (this.last = null));
    this.video.addEventListener("pause", () => this.report(true));
    this.video.addEventListener("ended", () => {
      this.ended = true;
      this.report(true);
    });
    this.reportedAt = 0;
  }

  // Counts only time that passed in the picture while there was something to show.
  moved() {
    const now = this.video.currentTime * 1000;
    const isReady = this.video.readyState >= HAVE_FUTURE_DATA || this.video.ended;
    if (this.last !== null && isReady && now > this.last && now - this.last < 2000 * this.video.playbackRate) {
      this.add(this.last, now);
    }
    this.last = this.video.paused && !this.video.ended ? null : now;
    if (performance.now() - this.reportedAt > EVERY_MS) this.report();
  }

  add(since, to) {
    const known = this.played.find((part) => since <= part[1] + 1 && to >= part[0] - 1);
    if (!known) return void this.played.push([since, to]);
    known[0] = Math.min(known[0], since);
    known[1] = Math.max(known[1], to);
    const rest = this.played.filter((part) => part !== known && (part[1] < known[0] || part[0] > known[1]));
    for (const part of this.played) {
      if (part === known || rest.includes(part)) continue;
      known[0] = Math.min(known[0], part[0]);
      known[1] = Math.max(known[1], part[1]);
    }
    this.played = [...rest, known];
  }

  report(now = false) {
    if (this.played.length === 0) return;
    this.reportedAt = performance.now();
    this.queue.put({
      id: crypto.randomUUID?.() ?? `${this.source}:${this.reportedAt}`,
      source: this.source,
      ticket: this.section.dataset.ticket,
      played: this.played.map(([since, to]) => [Math.floor(since), Math.ceil(to)]),
      position: Math.round(this.video.currentTime * 1000),
      ready: HAVE_FUTURE_DATA,
      ended: this.ended,
      at: serverNow(),
    });
    if (now) this.queue.send();
  }
}

/** Remember which piece is in front of her, so that Continue leads there even when she played nothing. */
const watchPlace = (queue) => {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || target.dataset.seen) continue;
        target.dataset.seen = "yes";
        const frame = target.querySelector("[data-player]");
        queue.put({
          id: crypto.randomUUID?.() ?? `${target.id}:${Date.now()}`,
          source: `${target.id}:seen`,
          ticket: target.dataset.ticket,
          played: [],
          position: Number(frame?.dataset.startMs ?? 0),
          ready: 0,
          ended: false,
          at: serverNow(),
        });
      }
    },
    { rootMargin: "-30% 0px -30% 0px" },
  );
  for (const section of lesson.querySelectorAll("[data-ticket]")) seen.observe(section);
};

/** "Done, next" without a network, or on a page that was kept: it is sent later, and she reads on. */
const finishLater = (event, queue) => {
  const form = event.target;
  if (!form.matches("[data-replay]") || (navigator.onLine && !("kept" in document.body.dataset))) return;
  event.preventDefault();
  put(form);
  const line = form.querySelector("[data-form-state]");
  line.textContent = line.dataset.here;
  form.closest("[data-piece]").nextElementSibling?.scrollIntoView();
  replay(queue);
};

const startProgress = () => {
  const queue = new Reports(address, show);
  const watchers = [...lesson.querySelectorAll("[data-kind=video][data-ticket]")]
    .filter((section) => section.querySelector("video"))
    .map((section) => new Watcher(section, queue));
  document.addEventListener("page:fresh", ({ target }) => {
    if (target.matches("[data-kind=video][data-ticket]:has(video)")) watchers.push(new Watcher(target, queue));
  });
  watchPlace(queue);
  const flush = () => {
    for (const watcher of watchers) if (!watcher.video.paused) watcher.report();
    return queue;
  };
  setInterval(() => flush().send(), EVERY_MS);
  addEventListener("online", () => replay(queue));
  lesson.addEventListener("submit", (event) => finishLater(event, queue));
  document.addEventListener("replay:arrived", ({ detail }) => {
    const form = [...lesson.querySelectorAll("[data-replay]")].find(({ action }) => action.endsWith(detail.address));
    if (!form) return;
    form.hidden = true;
    show({ [form.closest("[data-piece]").dataset.piece]: { done: true } });
  });
  document.addEventListener("visibilitychange", () => document.hidden && flush().leave());
  addEventListener("pagehide", () => flush().leave());
  replay(queue);
};

if (address) startProgress();
