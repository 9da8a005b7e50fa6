// The outline of the sound, with the moments that are named on the page: where something is said, and where nothing is.
// A tap leads there. Whoever uses keys has the seek bar, so this is for the eye alone.
//
// Enhances `<canvas data-waveform="…">`; the address answers BBC audiowaveform's JSON, version 2. A silent film has none.

const MARK = 2; // pixels

export class Waveform {
  constructor(canvas, frame) {
    this.canvas = canvas;
    this.frame = frame;
    this.video = frame.querySelector("video");
    this.fetch();
  }

  async fetch() {
    let answer;
    try {
      answer = await fetch(this.canvas.dataset.waveform);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection: the page does without
      return;
    }
    if (!answer.ok) return;
    const { data, length, samples_per_pixel: samples, sample_rate: rate } = await answer.json();
    this.peaks = data.filter((_value, index) => index % 2);
    this.totalMs = (1000 * length * samples) / rate;
    this.canvas.hidden = false;
    this.canvas.addEventListener("click", ({ offsetX }) => this.go(offsetX / this.canvas.clientWidth));
    this.video.addEventListener("timeupdate", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  go(share) {
    this.frame.dispatchEvent(new CustomEvent("player:seek", { detail: { ms: share * this.totalMs } }));
  }

  draw() {
    const { canvas, peaks, totalMs, video } = this;
    const style = getComputedStyle(canvas);
    const [still, heard, mark] = ["--edge", "--accent", "--ink"].map((name) => style.getPropertyValue(name));
    const width = (canvas.width = canvas.clientWidth * devicePixelRatio);
    const height = (canvas.height = canvas.clientHeight * devicePixelRatio);
    const pen = canvas.getContext("2d");
    const place = (ms) => (width * ms) / totalMs;
    const played = place(video.currentTime * 1000);
    const loudest = Math.max(1, ...peaks);
    peaks.forEach((peak, index) => {
      const at = (width * index) / peaks.length;
      const tall = Math.max(1, (height * peak) / loudest);
      pen.fillStyle = at < played ? heard : still;
      pen.fillRect(at, (height - tall) / 2, Math.max(1, width / peaks.length), tall);
    });
    pen.fillStyle = mark;
    for (const { dataset } of document.querySelectorAll(".note-list [data-seek-ms]")) {
      pen.fillRect(place(Number(dataset.seekMs)), 0, MARK * devicePixelRatio, height);
    }
  }
}
