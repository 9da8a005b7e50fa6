// The video player. Nothing is fetched before she taps play; the smallest rendition comes first.
//
// Enhances `<div class="player" data-player …><video …>` (templates/components/player.html). Without this file the
// browser's own controls play the MP4. The <video> sends its usual events; `player:seek` (detail: {ms}) on the frame
// jumps to a moment and plays from there.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const HLS_TYPE = "application/vnd.apple.mpegurl";
// Safari plays HLS itself and best; elsewhere hls.js does, over Media Source Extensions.
const SAFARI = "WebKitPlaybackTargetAvailabilityEvent" in globalThis;
const CAN_STREAM = "MediaSource" in globalThis || "ManagedMediaSource" in globalThis;


const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

class Player {
  constructor(frame) {
    this.frame = frame;
    this.video = frame.querySelector("video");
    this.labels = frame.dataset;
    this.saving = "saveData" in frame.dataset || navigator.connection?.saveData === true;
    this.mp4 = this.video.querySelector("source")?.src;
    this.startAt = Number(frame.dataset.startMs || 0) / 1000;
    this.addCover();
    this.addBar();
    frame.addEventListener("player:seek", (event) => this.seek(event.detail.ms / 1000));
    this.video.addEventListener("play", () => this.start(), { once: true });
    this.video.addEventListener("error", () => this.attached && this.fail(), true);
  }

  // One large button instead of the small one of the browser, saying how long the video is and what it costs.
  addCover() {
    this.video.controls = false;
    const label = [this.labels.labelPlay, this.labels.facts].filter(Boolean).join(", ");
    this.cover = element(
      "button",
      { type: "button", class: "player__play", "aria-label": label },
      element("span", { class: "player__sign", "aria-hidden": "true" }),
      element("span", { class: "player__facts", "aria-hidden": "true" }, this.labels.facts || ""),
    );
    this.cover.addEventListener("click", () => this.start());
    this.video.after(this.cover);
  }

  addBar() {
    const speeds = element("select", { "aria-label": this.labels.labelSpeed });
    for (const speed of SPEEDS) speeds.append(new Option(`${speed}×`, speed, speed === 1, speed === 1));
    speeds.addEventListener("change", () => {
      this.video.defaultPlaybackRate = this.video.playbackRate = Number(speeds.value);
    });
    this.saver = element(
      "button",
      { type: "button", class: "player__saver", "aria-pressed": String(this.saving) },
      this.labels.labelSaver,
    );
    this.saver.addEventListener("click", () => {
      this.saving = !this.saving;
      this.saver.setAttribute("aria-pressed", String(this.saving));
      this.applySaving();
    });
    this.bar = element("div", { class: "player__bar" }, speeds, this.saver);
    this.frame.append(this.bar);
  }

  async start() {
    if (this.started) return;
    this.started = true;
    this.cover?.remove();
    this.video.controls = true;
    this.video.focus({ preventScroll: true });
    await this.attach(this.startAt);
    this.play();
  }

  // A browser that wants another tap first leaves its own controls to her.
  play() {
    this.video.play().catch((error) => {
      if (error.name !== "NotAllowedError" && error.name !== "AbortError") throw error;
    });
  }

  async seek(seconds) {
    if (!this.started) {
      this.startAt = seconds;
      await this.start();
      return;
    }
    this.video.currentTime = seconds;
    this.play();
  }

  async attach(from) {
    this.attached = true;
    const master = this.labels.master;
    if (SAFARI && this.video.canPlayType(HLS_TYPE)) this.useFile(master, from);
    else if (!CAN_STREAM || !(await this.useHls(master, from))) this.useFile(this.mp4, from);
  }

  useFile(url, from) {
    this.saver.hidden = true;
    for (const source of this.video.querySelectorAll("source")) source.remove();
    if (this.video.src !== url) this.video.src = url;
    if (from > 0) {
      this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = from), { once: true });
    }
  }

  async useHls(url, from) {
    let Hls;
    try {
      ({ default: Hls } = await import(this.labels.hls));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return false; // the script could not be fetched; the MP4 needs none
    }
    if (!Hls.isSupported()) return false;
    for (const source of this.video.querySelectorAll("source")) source.remove();
    this.hls = new Hls({
      startLevel: 0,
      startPosition: from > 0 ? from : -1,
      capLevelToPlayerSize: true,
      maxBufferLength: 20,
      maxMaxBufferLength: 60,
    });
    this.hls.on(Hls.Events.ERROR, (_name, data) => this.trouble(Hls, data));
    this.hls.on(Hls.Events.MANIFEST_PARSED, () => this.applySaving());
    this.hls.loadSource(url);
    this.hls.attachMedia(this.video);
    return true;
  }

  applySaving() {
    if (this.hls) this.hls.autoLevelCapping = this.saving ? 0 : -1;
  }

  trouble(Hls, data) {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !this.recovered) {
      this.recovered = true;
      this.hls.recoverMediaError();
      return;
    }
    this.fail(data.response?.code === 403);
  }

  // Say so, and offer a way on; an address that has expired needs a fresh page.
  fail(expired = false) {
    if (this.notice) return;
    const at = this.video.currentTime;
    this.hls?.destroy();
    this.hls = null;
    const again = element("button", { type: "button", class: "button button--quiet" }, this.labels.labelAgain);
    this.notice = element("div", { class: "player__trouble", role: "alert" }, this.labels.labelError, again);
    again.addEventListener("click", async () => {
      if (expired) {
        location.reload();
        return;
      }
      this.notice.remove();
      this.notice = null;
      await this.attach(at);
      this.play();
    });
    this.frame.append(this.notice);
  }
}

for (const frame of document.querySelectorAll("[data-player]")) new Player(frame);

// Any element that names a moment leads there: in a transcript, beside a note.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-seek-ms]");
  if (!link) return;
  const frame = document.getElementById(link.dataset.seekPlayer) ?? document.querySelector("[data-player]");
  if (!frame) return;
  event.preventDefault();
  frame.dispatchEvent(new CustomEvent("player:seek", { detail: { ms: Number(link.dataset.seekMs) } }));
  frame.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

export { Player };
