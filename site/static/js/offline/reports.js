// Reports of what was watched that the server has not answered yet, each under a key of its own: two tabs never write
// the same. A report says what *is*, so sending it twice, late or in another order changes nothing.

import { keysOf, learner, read, remove, send, signed, write } from "./store.js";

const EVERYBODY = "hearthlight:report:";
const PREFIX = `${EVERYBODY}${learner}:`; // another woman's are not ours to send
const SEND_MOST = 50;
const OLDEST_MS = 30 * 24 * 3600 * 1000; // as long as a ticket is good

export class Reports {
  /** `show` is told what the server says of the pieces. */
  constructor(address, show = () => {}) {
    this.address = address;
    this.show = show;
    this.own = new Map();
    this.sending = false;
    for (const key of keysOf(EVERYBODY)) {
      if (!key.startsWith(PREFIX) && !(Date.now() - read(key)?.kept < OLDEST_MS)) remove(key);
    }
  }

  put(report) {
    const kept = { ...report, kept: Date.now() };
    this.own.set(PREFIX + report.source, kept);
    write(PREFIX + report.source, kept);
  }

  waiting() {
    return new Map([...keysOf(PREFIX).map((key) => [key, read(key)]), ...this.own]);
  }

  // A newer report of the same page may have taken its place meanwhile, and then stays.
  drop(ids) {
    const gone = new Set(ids);
    for (const [key, report] of this.waiting()) {
      if (!gone.has(report.id)) continue;
      this.own.delete(key);
      remove(key);
    }
  }

  form() {
    const events = [...this.waiting().values()].slice(0, SEND_MOST).map(({ source, kept, ...report }) => report);
    return new URLSearchParams({ events: JSON.stringify(events) });
  }

  /** Send what waits, once at a time; say whether anything has arrived. */
  async send() {
    if (this.sending || this.waiting().size === 0) return false;
    this.sending = true;
    try {
      const answer = await send(this.address, this.form());
      if (!answer?.ok) return false; // kept for later; after signing in again it goes
      const { kept, pieces, lesson_done: lessonDone } = await answer.json();
      this.drop(kept);
      this.show(pieces, lessonDone);
      return true;
    } catch (error) {
      if (!(error instanceof TypeError) && error.name !== "AbortError") throw error; // it broke inside the answer
      return false;
    } finally {
      this.sending = false;
    }
  }

  // The page goes away: the answer will not be seen, so the reports stay and are sent once more, harmlessly.
  leave() {
    if (this.waiting().size) navigator.sendBeacon(this.address, signed(this.form()));
  }
}
