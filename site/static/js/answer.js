// An answer said aloud: the page asks for the microphone only when she presses the button, stops after two minutes,
// lets her listen, and sends nothing before she says so. Without this file she writes.

import { clock } from "./player/clock.js";

const MOST_SECONDS = 120;
const KINDS = {
  sound: ["audio/webm;codecs=opus", "audio/mp4", "audio/webm"],
  film: ["video/webm;codecs=vp8,opus", "video/mp4", "video/webm"],
};
const WANTED = {
  sound: { audio: true },
  film: { audio: true, video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 30 } } },
};
const SMALL = { audioBitsPerSecond: 64_000, videoBitsPerSecond: 600_000 };

class Recorder {
  constructor(section) {
    this.section = section;
    this.box = section.querySelector("[data-recorder]");
    this.film = document.createElement("video");
    this.film.playsInline = true;
    this.sound = document.createElement("audio");
    for (const seen of [this.film, this.sound]) seen.hidden = true;
    this.find("[data-seen]").append(this.film, this.sound);
    this.blob = null;
    for (const button of this.box.querySelectorAll("[data-record]")) {
      button.addEventListener("click", () => this.start(button.dataset.record));
    }
    this.find("[data-stop]").addEventListener("click", () => this.recorder?.stop());
    this.find("[data-use]").addEventListener("click", () => this.send());
    this.find("[data-discard]").addEventListener("click", () => this.forget());
    addEventListener("pagehide", () => this.release());
    this.box.hidden = false;
  }

  find(selector) {
    return this.box.querySelector(selector);
  }

  get isBusy() {
    return Boolean(this.blob) || this.recorder?.state === "recording";
  }

  say(name, words) {
    this.find("[data-said]").textContent = words || this.section.dataset[name] || "";
  }

  /** Show the buttons of a state: idle, recording or recorded. */
  show(state) {
    for (const button of this.box.querySelectorAll("[data-record]")) button.hidden = state !== "idle";
    this.find("[data-stop]").hidden = state !== "recording";
    this.find("[data-use]").hidden = this.find("[data-discard]").hidden = state !== "recorded";
  }

  async start(kind) {
    this.say("asking");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(WANTED[kind]);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.say("refused");
      return;
    }
    const mimeType = KINDS[kind].find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(this.stream, mimeType ? { ...SMALL, mimeType } : SMALL);
    this.kind = kind;
    this.parts = [];
    this.recorder.addEventListener("dataavailable", (event) => event.data.size && this.parts.push(event.data));
    this.recorder.addEventListener("stop", () => this.stopped());
    this.recorder.start(1000);
    this.began = performance.now();
    this.tick();
    this.ticking = setInterval(() => this.tick(), 250);
    if (kind === "film") this.mirror();
    this.show("recording");
    this.say("recording");
    this.find("[data-stop]").focus();
  }

  /** What the camera sees, without its sound. */
  mirror() {
    Object.assign(this.film, { autoplay: true, srcObject: this.stream, muted: true, controls: false, hidden: false });
  }

  tick() {
    const seconds = (performance.now() - this.began) / 1000;
    this.find("[data-clock]").textContent = clock(seconds);
    if (seconds >= MOST_SECONDS && this.recorder.state === "recording") this.recorder.stop();
  }

  stopped() {
    this.release();
    this.blob = new Blob(this.parts, { type: this.recorder.mimeType });
    if (!this.blob.size) {
      this.forget(); // stopped before anything was heard
      return;
    }
    const seen = this.kind === "film" ? this.film : this.sound;
    this.address = URL.createObjectURL(this.blob);
    Object.assign(seen, { autoplay: false, srcObject: null, src: this.address, muted: false, controls: true, hidden: false });
    this.show("recorded");
    this.say("recorded");
    this.find("[data-use]").focus();
  }

  /** Give the microphone and the camera back: their light goes out. */
  release() {
    clearInterval(this.ticking);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
  }

  forget() {
    for (const seen of [this.film, this.sound]) {
      seen.srcObject = null;
      seen.removeAttribute("src");
      seen.load();
      seen.hidden = true;
    }
    URL.revokeObjectURL(this.address);
    this.blob = null;
    this.show("idle");
    this.say("");
  }

  async send() {
    const body = new FormData();
    body.set("recording", this.blob, "recording");
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    this.find("[data-use]").disabled = true;
    this.say("sending");
    try {
      const answer = await fetch(this.section.dataset.answer, { method: "POST", body });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      const result = isJson ? await answer.json() : { saved: false };
      if (!result.saved) return this.say("unsent", result.message);
      this.forget();
      this.say("kept");
      this.section.querySelector("[data-earlier]")?.setAttribute("hidden", "");
      this.section.querySelector("[data-remove]").hidden = false;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.say("unsent");
    } finally {
      this.find("[data-use]").disabled = false;
    }
  }
}

const section = document.querySelector("[data-answer]");
if (section && navigator.mediaDevices?.getUserMedia && "MediaRecorder" in window) {
  const recorder = new Recorder(section);
  addEventListener("beforeunload", (event) => recorder.isBusy && event.preventDefault());
  document.querySelector("form[data-review]")?.addEventListener(
    "submit",
    (event) => {
      if (!recorder.isBusy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      recorder.say("first");
      section.scrollIntoView();
    },
    true,
  );
}
