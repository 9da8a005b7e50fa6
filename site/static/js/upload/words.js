// How much and how long, in the language of the page.

const LANGUAGE = document.documentElement.lang || undefined;

export const megabytes = (bytes) =>
  new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: bytes < 10e6 ? 1 : 0 }).format(bytes / 1e6);

export const timeLeft = (seconds) => {
  const [value, unit] = seconds < 90 ? [seconds, "second"] : [seconds / 60, "minute"];
  return new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(Math.max(1, value));
};

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

/** How fast bytes go, smoothed so that the time left does not jump. */
export class Pace {
  constructor() {
    this.last = null;
    this.rate = 0;
  }

  left(sent, total) {
    const now = performance.now() / 1000;
    if (this.last && now - this.last.at < 0.5) return this.rate ? (total - sent) / this.rate : null;
    if (this.last && sent > this.last.sent) {
      const rate = (sent - this.last.sent) / (now - this.last.at);
      this.rate = this.rate ? 0.8 * this.rate + 0.2 * rate : rate;
    }
    this.last = { at: now, sent };
    return this.rate ? (total - sent) / this.rate : null;
  }
}
