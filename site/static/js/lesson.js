// Progress in a lesson, and answers that survive a broken connection.
//
// A video section carries a signed ticket (`data-ticket`). While its video plays, what was played so far is put into
// a queue in localStorage and sent in batches; what the server has answered leaves the queue. A report says what *is*
// (which parts were played, where she stopped), so sending it twice, late or in another order changes nothing.

const EVERY_MS = 15_000;
const SEND_MOST = 50;
const KEEP_MOST = 200;
const HAVE_FUTURE_DATA = 3;
const QUEUE = "hearthlight:reports";

const lesson = document.querySelector("[data-lesson]");
const address = lesson?.dataset.progressUrl;
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch (error) {
    if (error instanceof SyntaxError || error.name === "SecurityError") return [];
    throw error;
  }
};

// A full or forbidden store is no reason to stop a lesson: the queue then lives only as long as the page.
const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    if (error.name !== "QuotaExceededError" && error.name !== "SecurityError") throw error;
  }
};

/** Reports that the server has not answered yet; of one piece and page only the newest is worth keeping. */
class Queue {
  constructor() {
    this.reports = read(QUEUE);
    this.sending = false;
  }

  put(report) {
    const others = read(QUEUE).filter((known) => known.source !== report.source);
    this.reports = [...others, report].slice(-KEEP_MOST);
    write(QUEUE, this.reports);
  }

  drop(ids) {
    const gone = new Set(ids);
    this.reports = read(QUEUE).filter((known) => !gone.has(known.id));
    write(QUEUE, this.reports);
  }

  form() {
    const batch = this.reports.slice(0, SEND_MOST);
    const events = batch.map(({ happened, source, ...report }) => ({
      ...report,
      age: Math.max(0, Math.round(Date.now() - happened)),
    }));
    const form = new FormData();
    form.set("csrfmiddlewaretoken", token());
    form.set("events", JSON.stringify(events));
    return form;
  }

  async send() {
    if (this.sending || this.reports.length === 0 || !navigator.onLine) return;
    this.sending = true;
    try {
      const answer = await fetch(address, { method: "POST", body: this.form(), keepalive: true });
      if (!answer.ok) return; // kept for later; after signing in again it goes
      const { kept, pieces, lesson_done: lessonDone } = await answer.json();
      this.drop(kept);
      show(pieces, lessonDone);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection: kept for later
    } finally {
      this.sending = false;
    }
  }

  // The page goes away: the answer will not be seen, so the reports stay and are sent once more, harmlessly.
  leave() {
    if (this.reports.length) navigator.sendBeacon(address, this.form());
  }
}

const show = (pieces, lessonDone) => {
  for (const [id, { done }] of Object.entries(pieces)) {
    const section = document.getElementById(`piece-${id}`);
    if (!section || !done) continue;
    section.classList.add("piece--done");
    section.querySelector("[data-piece-done]")?.removeAttribute("hidden");
    section.querySelector("[data-piece-size]")?.setAttribute("hidden", "");
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
      happened: Date.now(),
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
          happened: Date.now(),
        });
      }
    },
    { rootMargin: "-30% 0px -30% 0px" },
  );
  for (const section of lesson.querySelectorAll("[data-ticket]")) seen.observe(section);
};

const startProgress = () => {
  const queue = new Queue();
  const watchers = [...lesson.querySelectorAll("[data-kind=video][data-ticket]")]
    .filter((section) => section.querySelector("video"))
    .map((section) => new Watcher(section, queue));
  watchPlace(queue);
  const flush = () => {
    for (const watcher of watchers) if (!watcher.video.paused) watcher.report();
    return queue;
  };
  setInterval(() => flush().send(), EVERY_MS);
  addEventListener("online", () => queue.send());
  document.addEventListener("visibilitychange", () => document.hidden && flush().leave());
  addEventListener("pagehide", () => flush().leave());
  queue.send();
};

/** Keep what she chose in a quiz until the server has it. */
const keepDraft = (form) => {
  const key = `hearthlight:${form.dataset.draft}`;
  const answers = () => [...form.querySelectorAll("input[type=radio], input[type=checkbox]")];
  const saved = new Set(read(key));
  if (!answers().some((input) => input.checked)) {
    for (const input of answers()) input.checked = saved.has(`${input.name}=${input.value}`);
  }
  form.addEventListener("change", () => {
    write(key, answers().filter((input) => input.checked).map((input) => `${input.name}=${input.value}`));
  });
};

if (address) startProgress();
for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);
for (const done of document.querySelectorAll("[data-clear-draft]")) {
  localStorage.removeItem(`hearthlight:${done.dataset.clearDraft}`);
}
