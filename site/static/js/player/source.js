// Where the picture comes from: HLS by the browser or by hls.js, or the one MP4 where neither can.

const HLS_TYPE = "application/vnd.apple.mpegurl";
// Safari plays HLS itself and best; elsewhere hls.js does, over Media Source Extensions.
const SAFARI = "WebKitPlaybackTargetAvailabilityEvent" in globalThis;
export const CAN_STREAM = "MediaSource" in globalThis || "ManagedMediaSource" in globalThis;
// A browser that plays HLS itself chooses the picture alone: for a certain picture hls.js is needed there too.
const PLAYS_ALONE = new Set(["auto", "sound"]);

const short = ({ width, height }) => Math.min(width, height);

/** Read our own master playlist: `{ pictures: [{ side, bits, url, line }], sound }`, the smallest first; `sound` may lack. */
export const readMaster = async (url) => {
  const lines = (await (await fetch(url)).text()).split("\n");
  const variants = lines.flatMap((line, number) => {
    if (!line.startsWith("#EXT-X-STREAM-INF:")) return [];
    const size = /RESOLUTION=(\d+)x(\d+)/.exec(line);
    const bits = Number(/AVERAGE-BANDWIDTH=(\d+)/.exec(line)?.[1] ?? 0);
    const side = size && short({ width: Number(size[1]), height: Number(size[2]) });
    return [{ side, bits, line, url: new URL(lines[number + 1], new URL(url, location.href)).href }];
  });
  return { pictures: variants.filter(({ side }) => side), sound: variants.find(({ side }) => !side) };
};

export class Source {
  /** `onTrouble(isExpired)` is called once nothing plays any more. */
  constructor(frame, video, onTrouble) {
    this.video = video;
    this.master = frame.dataset.master;
    this.script = frame.dataset.hls;
    this.mp4 = video.querySelector("source")?.src;
    this.onTrouble = onTrouble;
    video.addEventListener("error", ({ target }) => target === video && this.quality && this.onTrouble(false));
  }

  facts() {
    this.read ??= readMaster(this.master).catch((error) => {
      this.read = undefined;
      throw error;
    });
    return this.read;
  }

  async attach(quality, from) {
    this.detach();
    this.quality = quality;
    const sound = quality === "sound" ? (await this.facts()).sound : undefined;
    const url = sound?.url ?? this.master;
    const native = SAFARI && this.video.canPlayType(HLS_TYPE) !== "";
    if (native && PLAYS_ALONE.has(quality)) this.useFile(url, from);
    else if (!CAN_STREAM || !(await this.useHls(url, from))) this.useFile(native ? url : this.mp4, from);
  }

  detach() {
    this.hls?.destroy();
    this.hls = undefined;
  }

  /** Change the quality where the film stands; only to sound alone and back it is loaded anew. */
  async choose(quality) {
    const [before, at, wasPlaying] = [this.quality, this.video.currentTime, !this.video.paused];
    if (quality === before) return;
    if (this.hls && before !== "sound" && quality !== "sound") {
      this.quality = quality;
      this.applyLevel();
      return;
    }
    await this.attach(quality, at);
    if (wasPlaying) await this.video.play();
  }

  useFile(url, from) {
    for (const source of this.video.querySelectorAll("source")) source.remove();
    if (this.video.src !== url) this.video.src = url;
    if (from > 0) {
      this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = from), { once: true });
    }
  }

  async useHls(url, from) {
    let Hls;
    try {
      ({ default: Hls } = await import(this.script));
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
      enableWebVTT: false, // captions are tracks of the page
      enableCEA708Captions: false,
    });
    this.hls.on(Hls.Events.ERROR, (_name, data) => this.hear(Hls, data));
    this.hls.on(Hls.Events.MANIFEST_PARSED, () => this.applyLevel());
    this.hls.loadSource(url);
    this.hls.attachMedia(this.video);
    return true;
  }

  /** The chosen picture, or the next smaller one there is; -1 leaves it to the connection. */
  applyLevel() {
    const { levels } = this.hls;
    const most = this.quality === "save" ? 0 : Number(this.quality);
    const fitting = levels.filter((level) => short(level) <= most);
    this.hls.nextLevel = Number.isNaN(most) ? -1 : Math.max(0, fitting.length - 1);
  }

  hear(Hls, data) {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !this.recovered) {
      this.recovered = true;
      this.hls.recoverMediaError();
      return;
    }
    this.onTrouble(data.response?.code === 403);
  }
}
