// The way straight into a bucket: the server signs one part after the other, and the phone puts them there.

import { RETRIES, Trouble, ask, pause } from "./asking.js";

const PATIENCE = 10 * 60 * 1000; // for one part
const MOST_ROUNDS = 3; // of sending what the server says is missing

const put = (address, bytes, signal, moved) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not say how much has gone
    const lost = () => reject(new Trouble(0));
    request.open("PUT", address);
    request.timeout = PATIENCE;
    request.upload.onprogress = (event) => moved(event.loaded);
    request.onload = () => (request.status < 300 ? resolve() : lost()); // refused: it may be signed anew
    request.onerror = request.ontimeout = request.onabort = lost;
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(bytes);
  });

/** Sends `file`; calls moved(sent, total), then arrived(id) or failed(trouble). `earlier` is what to go on with. */
export class Parts {
  constructor(file, { endpoint, token, facts, earlier, moved, arrived, failed }) {
    Object.assign(this, { file, endpoint, token, facts, moved, arrived, failed });
    this.id = earlier?.id;
  }

  async go() {
    this.stop();
    const { signal } = (this.running = new AbortController());
    try {
      const id = await this.sendAll(signal);
      if (!signal.aborted) this.arrived(id);
    } catch (error) {
      if (!signal.aborted) this.failed(error instanceof Trouble ? error : new Trouble(400));
    }
  }

  async stop() {
    this.running?.abort();
  }

  /** Do it again after a passing trouble, each time after a longer pause. */
  async patiently(signal, act) {
    for (const wait of RETRIES) {
      try {
        return await act();
      } catch (error) {
        if (signal.aborted || !error.passes) throw error;
      }
      await pause(wait);
      if (signal.aborted) throw new Trouble(0);
    }
    return act();
  }

  at(number = "") {
    return `${this.endpoint}${this.id}/${number && `${number}/`}`;
  }

  async sendAll(signal) {
    let upload = await this.patiently(signal, () => this.look(signal));
    for (let round = 0; !upload.is_video; round += 1) {
      if (round === MOST_ROUNDS) throw new Trouble(409);
      const there = new Set(upload.arrived);
      for (let number = 1; (number - 1) * upload.part_bytes < upload.length; number += 1) {
        if (!there.has(number)) await this.patiently(signal, () => this.send(number, upload, there, signal));
        there.add(number);
      }
      const { token } = this;
      upload = await this.patiently(signal, () => ask(this.at(), { method: "POST", token, signal }));
    }
    return upload.id;
  }

  /** What is there of the upload that was begun before; or a new one, where none was or the bucket forgot it. */
  async look(signal) {
    try {
      if (this.id) return await ask(this.at(), { signal });
    } catch (error) {
      if (error.status !== 404 && error.status !== 410) throw error;
    }
    const body = { ...this.facts, length: this.file.size };
    const begun = await ask(this.endpoint, { method: "POST", token: this.token, body, signal });
    this.id = begun.id;
    return begun;
  }

  async send(number, { part_bytes: size, length }, there, signal) {
    const from = (number - 1) * size;
    const bytes = await this.file.slice(from, from + size).arrayBuffer();
    const signed = await ask(this.at(number), { method: "POST", token: this.token, signal });
    // Every part is as long as the next, but for the last.
    const before = [...there].reduce((sum, each) => sum + Math.min(size, length - (each - 1) * size), 0);
    this.moved(before, length);
    await put(signed.address, bytes, signal, (loaded) => this.moved(before + loaded, length));
  }
}
