// The part of a page that chooses and sends a video. Its words and addresses are in the attributes of the box.
//
// States: idle → (asking →) sending ⇄ paused, waiting → done. `asking`: the line costs money, she has not said yes yet.
// `waiting`: the line is gone, and it goes on by itself.

import { follow } from "../follow.js";
import { Trouble, ask } from "./asking.js";
import { fingerprint, isReadable, isSame } from "./file.js";
import { isMetered, onChange } from "./line.js";
import { Parts } from "./parts.js";
import { Tus } from "./tus.js";
import { Pace, fill, megabytes, timeLeft } from "./words.js";

const TRANSPORTS = { tus: Tus, parts: Parts };
const LOOK_AGAIN = 60 * 1000;
const ANY_ID = "00000000-0000-0000-0000-000000000000";

export class Sender {
  constructor(form) {
    this.form = form;
    this.box = form.querySelector("[data-upload-box]");
    this.labels = this.box.dataset;
    this.input = this.box.querySelector("input[type=file]");
    this.asset = form.querySelector("input[name=asset]");
    this.progress = this.box.querySelector("progress");
    this.line = this.box.querySelector("[data-upload-line]");
    this.count = this.box.querySelector("[data-upload-count]");
    this.main = this.box.querySelector("[data-upload-main]");
    this.forget = this.box.querySelector("[data-upload-forget]");
    this.status = this.box.querySelector("[data-upload-status]");
    this.submits = form.querySelectorAll("button:not([type=button]), input[type=submit]");
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.turn = 0; // counts the files she chose: what an earlier one still has to say is not heard
    this.box.hidden = false;
    this.show("idle");
    this.allowSubmit(Boolean(this.asset.value));
    this.listen();
    this.remember();
    if (this.asset.value) this.follow(this.asset.value);
  }

  listen() {
    this.input.addEventListener("change", () => this.input.files[0] && this.choose(this.input.files[0]));
    this.main.addEventListener("click", () => (this.state === "sending" ? this.stop() : this.agree()));
    this.forget.addEventListener("click", () => this.giveUp());
    this.form.addEventListener("submit", (event) => this.asset.value || event.preventDefault(), true);
    this.status.addEventListener("asset:status", (event) => this.looked(event.detail));
    addEventListener("online", () => this.state === "waiting" && this.send());
    addEventListener("beforeunload", (event) => this.state === "sending" && event.preventDefault());
    onChange(() => this.lineChanged());
  }

  // What was chosen before is not what she will send.
  takeBack() {
    this.asset.value = "";
    this.allowSubmit(false);
    this.status.hidden = true;
    delete this.status.dataset.assetStatus;
  }

  allowSubmit(yes) {
    for (const button of this.submits) button.disabled = !yes;
  }

  say(text, isError = false) {
    this.line.textContent = text;
    this.line.classList.toggle("field__error", isError);
  }

  show(state) {
    this.state = state;
    this.box.dataset.state = state;
    const { textPause, textSendNow, textGoOn } = this.labels;
    const isUnderWay = ["asking", "sending", "paused", "waiting"].includes(state);
    this.main.hidden = !isUnderWay;
    this.main.textContent = { sending: textPause, asking: textSendNow }[state] ?? textGoOn;
    this.forget.hidden = !["asking", "paused", "waiting"].includes(state);
    this.progress.hidden = this.count.hidden = !isUnderWay || !this.count.textContent;
  }

  // What she began and did not end, as the server knows it: on a phone that others use, nothing of it is kept.
  async begun() {
    return (await ask(this.labels.unfinished)).uploads;
  }

  // After a reload the browser has lost the file, not what was sent: the same file goes on where it stopped.
  async remember() {
    const [latest] = await this.begun().catch(() => []);
    if (!latest || this.turn || this.asset.value) return;
    this.earlier = latest;
    this.say(fill(this.labels.textResume, { name: latest.name }));
    this.forget.hidden = false;
  }

  async choose(file) {
    const turn = (this.turn += 1);
    const before = this.transport;
    this.transport = this.earlier = null;
    this.file = file;
    this.takeBack();
    this.count.textContent = "";
    this.show("idle");
    this.say("");
    await before?.stop();
    if (file.size === 0) return this.say(this.labels.textEmpty, true);
    if (file.size > Number(this.labels.mostBytes)) return this.say(this.labels.textTooBig, true);
    try {
      const print = await fingerprint(file);
      const earlier = (await this.begun()).find((upload) => isSame(upload, file, print));
      if (turn === this.turn) this.prepare(turn, earlier, print);
    } catch (error) {
      if (turn === this.turn) this.failed(error instanceof Trouble ? error : new Trouble(400));
    }
  }

  prepare(turn, earlier, print) {
    const heard = (act) => (...said) => turn === this.turn && act(...said);
    this.pace = new Pace();
    this.earlier = earlier;
    this.transport = new TRANSPORTS[this.labels.transport](this.file, {
      endpoint: this.labels.endpoint,
      library: this.labels.tus,
      token: this.token,
      facts: { ...this.facts(), fingerprint: print },
      earlier,
      moved: heard((sent, total) => this.moved(sent, total)),
      arrived: heard((id) => this.arrived(id)),
      failed: heard((trouble) => this.failed(trouble)),
    });
    this.agreed = false;
    this.send();
  }

  facts() {
    const { name } = this.file;
    const title = this.form.elements.title?.value || name.replace(/\.[^.]+$/, "");
    const collection = this.form.elements.collection?.value;
    return { filename: name, title, purpose: this.labels.purpose, ...(collection ? { collection } : {}) };
  }

  agree() {
    this.agreed = true;
    this.send();
  }

  send() {
    if (!this.transport) return this.choose(this.file); // the line was gone before anything could be asked
    if (isMetered() && !this.agreed) {
      this.show("asking");
      return this.say(fill(this.labels.textMetered, { total: megabytes(this.file.size) }));
    }
    this.show("sending");
    this.say(this.labels.textUnderWay);
    return this.transport.go();
  }

  async stop() {
    this.show("paused");
    this.say(this.labels.textPaused);
    await this.transport.stop();
  }

  // Wi-Fi ended while it was sending, or has come back while she was asked.
  async lineChanged() {
    const wasSending = this.state === "sending" && !this.agreed && isMetered();
    if (wasSending) await this.transport.stop();
    if (wasSending || (this.state === "asking" && !isMetered())) this.send();
  }

  async giveUp() {
    const id = this.transport?.id ?? this.earlier?.id;
    this.turn += 1;
    await this.transport?.stop();
    this.transport = this.earlier = null;
    this.input.value = "";
    this.show("idle");
    try {
      if (id) await ask(`${this.labels.forgetUrl.replace(ANY_ID, id)}`, { method: "DELETE", token: this.token });
      this.say(this.labels.textForgotten);
    } catch {
      this.say(this.labels.textOffline, true);
    }
  }

  moved(sent, total) {
    if (this.state !== "sending") return;
    const seconds = this.pace.left(sent, total);
    this.progress.max = total;
    this.progress.value = sent;
    const values = { done: megabytes(sent), total: megabytes(total), left: seconds ? timeLeft(seconds) : "" };
    this.count.textContent = fill(seconds ? this.labels.textSendingLeft : this.labels.textSending, values);
    this.progress.hidden = this.count.hidden = false;
  }

  // The server's own sentence is shown where it has one; a lost line waits for the next one.
  async failed(trouble) {
    const { turn } = this;
    const isGone = !(await isReadable(this.file));
    if (turn !== this.turn) return;
    if (trouble.passes && !isGone) {
      this.show("waiting");
      this.say(trouble.sentence || this.labels.textOffline, true);
      setTimeout(() => turn === this.turn && this.state === "waiting" && this.send(), LOOK_AGAIN);
      return;
    }
    this.show("idle");
    this.say(isGone ? this.labels.textUnreadable : trouble.sentence || this.labels.textFailed, true);
  }

  arrived(id) {
    this.show("done");
    this.say(this.labels.textArrived);
    this.asset.value = id;
    this.allowSubmit(true);
    this.follow(id);
  }

  // The server looked into the file: what cannot be used is not sent, and another file may be chosen at once.
  looked(now) {
    const problem = now.state === "refused" || now.state === "failed" ? now.message : this.lengthProblem(now.seconds);
    if (!problem) return;
    this.takeBack();
    this.show("idle");
    this.input.value = "";
    this.form.querySelector("[data-arrived]")?.remove();
    this.say(problem, true);
  }

  lengthProblem(seconds) {
    const { shortestSeconds: shortest, longestSeconds: longest, textLength } = this.labels;
    if (!seconds || !textLength) return "";
    const fits = seconds >= Number(shortest) - 1 && seconds <= Number(longest) + 1;
    return fits ? "" : fill(textLength, { seconds: Math.floor(seconds), shortest, longest });
  }

  follow(id) {
    this.status.dataset.assetStatus = this.labels.statusUrl.replace(ANY_ID, id);
    this.status.hidden = false;
    follow(this.status);
  }
}
