// The video player. Nothing is fetched before she taps play, and nothing plays by itself.
//
// Enhances `<div data-player …>` of templates/components/player.html. The <video> sends its usual events;
// `player:seek` (detail: {ms}) on the frame jumps to a moment and plays from there.

import { Bar, toggleFullScreen, toggleSmallWindow } from "./player/bar.js";
import { listenToKeys } from "./player/keys.js";
import { recall, remember, rememberQuality } from "./player/memory.js";
import { Source } from "./player/source.js";
import { Words } from "./player/words.js";

const STEP_SECONDS = 5;
const FAR_SECONDS = 10;
const LOUDER = 0.1;

class Player {
  constructor(frame) {
    this.frame = frame;
    this.video = frame.querySelector("video");
    this.startAt = Number(frame.dataset.startMs || 0) / 1000;
    this.source = new Source(frame, this.video, (isExpired) => this.fail(isExpired));
    this.words = new Words(frame, this.video);
    this.bar = new Bar(this);
    this.settings = frame.querySelector("[data-player-settings]");
    this.trouble = frame.querySelector("[data-player-trouble]");
    this.showControls();
    this.listen();
  }

  showControls() {
    this.video.controls = false;
    this.cover = this.frame.querySelector("[data-player-cover]");
    this.cover.hidden = false;
    this.bar.element.hidden = false;
    this.frame.querySelector("[data-do=small-window]").hidden = !document.pictureInPictureEnabled;
    this.showChoices(recall(this.frame));
  }

  listen() {
    const { frame, video } = this;
    this.cover.addEventListener("click", () => this.start());
    video.addEventListener("click", () => this.act("play"));
    video.addEventListener("play", () => this.start(), { once: true });
    frame.addEventListener("player:seek", (event) => this.seek(event.detail.ms / 1000));
    frame.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this.act(button.dataset.do);
    });
    this.settings.addEventListener("change", ({ target }) => this.choose(target.dataset.choose, target.value));
    this.trouble.querySelector("button").addEventListener("click", () => this.again());
    listenToKeys(frame, (name) => this.act(name));
  }

  select(name) {
    return this.settings.querySelector(`[data-choose=${name}]`);
  }

  /** Begin as she last chose, in this player or in another one. */
  async start() {
    if (this.started) return;
    this.started = true;
    const hadFocus = this.cover.contains(document.activeElement);
    this.cover.remove();
    if (hadFocus) this.bar.button("play").focus({ preventScroll: true });
    const { quality, speed, captions } = recall(this.frame);
    this.showChoices({ quality, speed });
    this.video.defaultPlaybackRate = this.video.playbackRate = speed;
    const wanted = captions === "" || this.words.has(captions) ? captions : this.frame.dataset.language;
    this.showCaptions(wanted);
    await this.attach(quality, this.startAt);
    this.play();
  }

  async attach(quality, from) {
    try {
      await this.source.attach(quality, from);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection
      this.fail(false);
    }
  }

  // A browser that wants another tap first leaves it to her.
  play() {
    this.video.play().catch((error) => {
      if (!["NotAllowedError", "AbortError", "NotSupportedError"].includes(error.name)) throw error;
    });
  }

  async seek(seconds) {
    if (!this.started) {
      this.startAt = seconds;
      await this.start();
      return;
    }
    this.go(seconds);
    this.play();
  }

  /** Go to a moment, and begin there when nothing has played yet. */
  go(seconds) {
    if (!this.started) return void this.seek(seconds);
    this.video.currentTime = Math.min(Math.max(0, seconds), this.video.duration || seconds);
  }

  act(name) {
    const { video } = this;
    const todo = {
      play: () => (!this.started ? this.start() : video.paused || video.ended ? this.play() : video.pause()),
      back: () => this.go(video.currentTime - STEP_SECONDS),
      on: () => this.go(video.currentTime + STEP_SECONDS),
      farBack: () => this.go(video.currentTime - FAR_SECONDS),
      farOn: () => this.go(video.currentTime + FAR_SECONDS),
      louder: () => this.turn(LOUDER),
      softer: () => this.turn(-LOUDER),
      mute: () => (video.muted = !video.muted),
      captions: () => this.choose("captions", this.words.shown ? "" : this.words.read?.srclang),
      settings: () => this.openSettings(),
      "full-screen": () => toggleFullScreen(this.frame, video),
      "small-window": () => toggleSmallWindow(video),
    };
    todo[name]?.();
  }

  turn(by) {
    this.video.muted = false;
    this.video.volume = Math.min(1, Math.max(0, this.video.volume + by));
    this.say(`${Math.round(this.video.volume * 100)} %`);
  }

  say(text) {
    const said = this.frame.querySelector("[data-player-said]");
    said.textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => (said.textContent = ""), 1_500);
  }

  choose(name, value) {
    if (value === undefined) return;
    if (name === "speed") {
      this.video.defaultPlaybackRate = this.video.playbackRate = Number(value);
      remember({ speed: Number(value) });
    } else if (name === "captions") {
      this.showCaptions(value);
      remember({ captions: value });
    } else if (name === "quality") {
      rememberQuality(this.frame, value);
      if (this.started) this.source.choose(value);
    }
  }

  showCaptions(language) {
    if (!this.words.elements.length) return;
    this.words.show(language);
    this.select("captions").value = this.words.shown;
    this.bar.button("captions").setAttribute("aria-pressed", String(this.words.shown !== ""));
  }

  showChoices({ quality, speed }) {
    this.select("speed").value = speed;
    const pictures = this.select("quality");
    if (!pictures) return; // a kept film has one
    if (![...pictures.options].some(({ value }) => value === quality)) pictures.add(new Option(`${quality}p`, quality));
    pictures.value = quality;
  }

  openSettings() {
    this.settings.hidden = !this.settings.hidden;
    this.bar.button("settings").setAttribute("aria-expanded", String(!this.settings.hidden));
    if (!this.settings.hidden) this.weigh();
  }

  /** Say beside each choice what the whole film costs; without a connection the names alone must do. */
  async weigh() {
    if (this.weighed || !this.select("quality")) return;
    let facts;
    try {
      facts = await this.source.facts();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return;
    }
    this.weighed = true;
    const pictures = this.select("quality");
    const label = (name, bits) => {
      const megabytes = ((bits * this.bar.seek.max) / 8e9).toLocaleString(document.documentElement.lang, {
        maximumFractionDigits: 1,
      });
      return pictures.dataset.text.replace("{name}", name).replace("{megabytes}", megabytes);
    };
    const named = (value) => [...pictures.options].find((option) => option.value === value);
    for (const { side, bits } of facts.pictures) {
      if (!named(String(side))) pictures.add(new Option("", side));
      named(String(side)).text = label(`${side}p`, bits);
    }
    named("save").text = label(named("save").text, facts.pictures[0].bits);
    if (facts.sound) named("sound").text = label(named("sound").text, facts.sound.bits);
    else named("sound").remove();
    pictures.value = recall(this.frame).quality;
  }

  // Say so, and offer a way on; an address that has expired needs a fresh page.
  fail(isExpired) {
    if (!this.trouble.hidden) return;
    this.isExpired = isExpired;
    this.stoppedAt = this.video.currentTime;
    this.source.detach();
    this.trouble.hidden = false;
  }

  async again() {
    if (this.isExpired) return void location.reload();
    this.trouble.hidden = true;
    await this.attach(recall(this.frame).quality, this.stoppedAt);
    this.play();
  }
}

const start = (part) => part.querySelectorAll("[data-player]").forEach((frame) => new Player(frame));
start(document);
document.addEventListener("page:fresh", (event) => start(event.target)); // a video that was awaited has come

// Any element that names a moment leads there: a line of a transcript, a note, an advice.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-seek-ms]");
  if (!link) return;
  const frame = (link.closest("[data-player-box]") ?? document).querySelector("[data-player]");
  if (!frame) return;
  event.preventDefault();
  frame.dispatchEvent(new CustomEvent("player:seek", { detail: { ms: Number(link.dataset.seekMs) } }));
  frame.scrollIntoView({ block: "nearest" });
});
