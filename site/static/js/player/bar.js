// The controls below the picture: play, place, sound, full screen. The seek bar shows the picture of where it leads.

import { clock } from "./clock.js";

const AFTER_SECONDS = 0.2; // a cue that ends here has ended

/** The small picture above the seek bar, from the storyboard's cues (`sprite.jpg#xywh=0,0,160,90`). */
class Preview {
  constructor(frame, video) {
    this.box = frame.querySelector(".player__preview");
    this.time = this.box.querySelector("span");
    this.element = video.querySelector("track[kind=metadata]");
    this.element?.addEventListener("load", () => this.paint());
  }

  /** Show `seconds` at `share` (0 to 1) of the bar; the storyboard is fetched the first time. */
  show(seconds, share) {
    if (this.element) this.element.track.mode = "hidden";
    this.time.textContent = clock(seconds);
    this.box.style.setProperty("--share", share);
    this.box.hidden = false;
    this.seconds = seconds;
    this.paint();
  }

  paint() {
    const cues = [...(this.element?.track.cues ?? [])];
    const cue = cues.find(({ endTime }) => endTime > this.seconds) ?? cues.at(-1);
    if (!cue) return;
    const [file, place] = cue.text.split("#xywh=");
    const [x, y, width, height] = place.split(",").map(Number);
    Object.assign(this.box.style, {
      inlineSize: `${width}px`,
      blockSize: `${height}px`,
      backgroundImage: `url("${new URL(file, this.element.src)}")`,
      backgroundPosition: `${-x}px ${-y}px`,
    });
  }

  hide() {
    this.box.hidden = true;
  }
}

export class Bar {
  constructor(player) {
    const { frame, video } = player;
    this.player = player;
    this.video = video;
    this.frame = frame;
    this.element = frame.querySelector("[data-player-bar]");
    this.seek = this.element.querySelector("input");
    this.time = this.element.querySelector(".player__time");
    this.preview = new Preview(frame, video);
    for (const event of ["play", "pause", "ended", "volumechange"]) video.addEventListener(event, () => this.show());
    for (const event of ["timeupdate", "durationchange", "seeking"]) video.addEventListener(event, () => this.move());
    document.addEventListener("fullscreenchange", () => this.show());
    this.listenToSeek();
    this.show();
    this.seek.value = player.startAt * 1000;
    this.tell(player.startAt);
  }

  button(name) {
    return this.frame.querySelector(`[data-do="${name}"]`);
  }

  // Nothing is fetched while a finger is still on its way: she looks at the preview, and lands once.
  listenToSeek() {
    this.seek.addEventListener("input", () => {
      this.isHeld = true;
      this.tell(this.seek.value / 1000);
      this.preview.show(this.seek.value / 1000, this.seek.value / this.seek.max);
    });
    this.seek.addEventListener("change", () => {
      this.isHeld = false;
      this.preview.hide();
      this.player.go(this.seek.value / 1000);
    });
    this.seek.addEventListener("pointermove", ({ offsetX, pointerType }) => {
      if (pointerType !== "mouse" || this.isHeld) return;
      const share = Math.min(1, Math.max(0, offsetX / this.seek.clientWidth));
      this.preview.show((share * this.seek.max) / 1000, share);
    });
    this.seek.addEventListener("pointerleave", () => this.isHeld || this.preview.hide());
  }

  show() {
    const isPlaying = !this.video.paused && !this.video.ended;
    const play = this.button("play");
    this.frame.classList.toggle("is-playing", isPlaying);
    this.frame.classList.toggle("is-muted", this.video.muted);
    play.setAttribute("aria-label", isPlaying ? play.dataset.labelOn : play.dataset.labelOff);
    this.button("mute").setAttribute("aria-pressed", String(this.video.muted));
    this.button("full-screen").setAttribute("aria-pressed", String(document.fullscreenElement === this.frame));
  }

  move() {
    const { currentTime, duration } = this.video;
    if (Number.isFinite(duration)) this.seek.max = Math.round(duration * 1000);
    if (this.isHeld || (!this.player.started && currentTime === 0)) return;
    this.seek.value = Math.round(currentTime * 1000);
    this.tell(duration - currentTime < AFTER_SECONDS ? duration : currentTime);
  }

  tell(seconds) {
    const [at, total] = [clock(seconds), clock(this.seek.max / 1000)];
    this.time.textContent = `${at} / ${total}`;
    this.seek.setAttribute("aria-valuetext", this.seek.dataset.text.replace("{at}", at).replace("{total}", total));
    this.frame.style.setProperty("--played", this.seek.value / this.seek.max);
  }
}

/** Fill the screen with the frame; phones that cannot do that show the film alone. */
export const toggleFullScreen = (frame, video) => {
  if (document.fullscreenElement) return document.exitFullscreen();
  if (frame.requestFullscreen) return frame.requestFullscreen();
  return video.webkitEnterFullscreen?.();
};

export const toggleSmallWindow = (video) =>
  document.pictureInPictureElement === video ? document.exitPictureInPicture() : video.requestPictureInPicture();
