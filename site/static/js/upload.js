// Sending a video from a phone, over a weak line, in more than one go (tus 1.0), and following what becomes of it.
//
// Enhances `<form data-upload>` that includes templates/media_pipeline/upload_fields.html, and every
// `[data-asset-status]`. When all bytes have arrived the id of the video is in the hidden input `asset` and the form
// sends `upload:ready` (detail: {asset}); a followed video sends `asset:status` with each answer and `asset:settled` with
// the last (detail: its status).

const CHUNK = 4 * 1024 * 1024;
const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, 30000];
const STORED = "tus::";
const LANGUAGE = document.documentElement.lang || undefined;

const megabytes = (bytes) =>
  new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: bytes < 10e6 ? 1 : 0 }).format(bytes / 1e6);

const timeLeft = (seconds) => {
  const [value, unit] = seconds < 90 ? [seconds, "second"] : [seconds / 60, "minute"];
  return new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(Math.max(1, value));
};

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

const loadTus = async (url) => {
  if (!globalThis.tus) await import(url);
  return globalThis.tus;
};

/** How fast bytes go, smoothed so that the time left does not jump. */
class Pace {
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

class Sender {
  constructor(form) {
    this.form = form;
    this.box = form.querySelector("[data-upload-box]");
    this.labels = this.box.dataset;
    this.file = this.box.querySelector("input[type=file]");
    this.asset = form.querySelector("input[name=asset]");
    this.progress = this.box.querySelector("progress");
    this.line = this.box.querySelector("[data-upload-line]");
    this.pause = this.box.querySelector("[data-upload-pause]");
    this.status = this.box.querySelector("[data-upload-status]");
    this.submits = form.querySelectorAll("button:not([type=button]), input[type=submit]");
    this.state = "idle";
    this.box.hidden = false;
    this.allowSubmit(Boolean(this.asset.value));
    this.file.addEventListener("change", () => this.file.files[0] && this.choose(this.file.files[0]));
    this.pause.addEventListener("click", () => (this.state === "sending" ? this.stop() : this.send()));
    form.addEventListener("submit", (event) => this.asset.value || event.preventDefault(), true);
    addEventListener("online", () => this.state === "waiting" && this.send());
    addEventListener("beforeunload", (event) => this.state === "sending" && event.preventDefault());
    this.status.addEventListener("asset:status", (event) => this.looked(event.detail));
    this.remember();
    if (this.asset.value) this.follow(this.asset.value);
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

  // After a reload the browser has lost the file, not what was sent: the same file goes on where it stopped.
  remember() {
    const unfinished = Object.keys(localStorage)
      .filter((key) => key.startsWith(STORED))
      .map((key) => JSON.parse(localStorage.getItem(key)))
      .find((upload) => upload.metadata?.purpose === this.labels.purpose);
    if (unfinished) this.say(fill(this.labels.textResume, { name: unfinished.metadata.filename }));
  }

  async choose(file) {
    await this.upload?.abort();
    this.takeBack();
    this.show("idle");
    const most = Number(this.labels.mostBytes);
    if (file.size === 0) return this.say(this.labels.textEmpty, true);
    if (file.size > most) return this.say(this.labels.textTooBig, true);
    const tus = await loadTus(this.labels.tus);
    this.pace = new Pace();
    this.upload = new tus.Upload(file, {
      endpoint: this.labels.endpoint,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: this.metadata(file),
      headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
      onProgress: (sent, total) => this.moved(sent, total),
      onError: (error) => this.failed(error),
      onSuccess: () => this.arrived(),
    });
    const [earlier] = await this.upload.findPreviousUploads();
    if (earlier) this.upload.resumeFromPreviousUpload(earlier);
    this.send();
  }

  metadata(file) {
    const title = this.form.elements.title?.value || file.name.replace(/\.[^.]+$/, "");
    const collection = this.form.elements.collection?.value;
    return { filename: file.name, title, purpose: this.labels.purpose, ...(collection ? { collection } : {}) };
  }

  show(state) {
    this.state = state;
    this.box.dataset.state = state;
    this.progress.hidden = state === "idle" || state === "done";
    this.pause.hidden = state !== "sending" && state !== "paused" && state !== "waiting";
    this.pause.textContent = state === "sending" ? this.labels.textPause : this.labels.textGoOn;
  }

  send() {
    this.show("sending");
    this.upload.start();
  }

  async stop() {
    this.show("paused");
    await this.upload.abort();
    this.say(this.labels.textPaused);
  }

  moved(sent, total) {
    if (this.state !== "sending") return;
    const seconds = this.pace.left(sent, total);
    this.progress.max = total;
    this.progress.value = sent;
    const values = { done: megabytes(sent), total: megabytes(total), left: seconds ? timeLeft(seconds) : "" };
    this.say(fill(seconds ? this.labels.textSendingLeft : this.labels.textSending, values));
  }

  // The server's own sentence is shown where it has one; a lost line waits for the next one.
  failed(error) {
    const answer = error.originalResponse;
    if (!answer || answer.getStatus() >= 500 || answer.getStatus() === 423) {
      this.show("waiting");
      this.say(this.labels.textOffline, true);
      return;
    }
    this.show("idle");
    const isSentence = answer.getHeader("Content-Type")?.startsWith("text/plain") && answer.getBody();
    this.say(isSentence || this.labels.textFailed, true);
  }

  arrived() {
    const id = new URL(this.upload.url).pathname.split("/").pop();
    this.show("done");
    this.say(this.labels.textArrived);
    this.asset.value = id;
    this.allowSubmit(true);
    this.follow(id);
    this.form.dispatchEvent(new CustomEvent("upload:ready", { bubbles: true, detail: { asset: id } }));
  }

  // The server looked into the file: what cannot be used is not sent, and another file may be chosen at once.
  looked(now) {
    const problem = now.state === "refused" || now.state === "failed" ? now.message : this.lengthProblem(now.seconds);
    if (!problem) return;
    this.takeBack();
    this.show("idle");
    this.file.value = "";
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
    this.status.dataset.assetStatus = this.labels.statusUrl.replace("00000000-0000-0000-0000-000000000000", id);
    this.status.hidden = false;
    follow(this.status);
  }
}

const STEPS = ["received", "checking", "preparing", "ready"];

const showStatus = (box, now) => {
  box.dataset.state = now.state;
  const at = STEPS.indexOf(now.state);
  for (const step of box.querySelectorAll("[data-step]")) {
    const isCurrent = STEPS.indexOf(step.dataset.step) === at && now.state !== "ready";
    step.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) step.setAttribute("aria-current", "step");
  }
  const progress = box.querySelector("progress");
  if (progress) {
    progress.hidden = now.state !== "preparing";
    progress.value = now.percent;
  }
  const message = box.querySelector("[data-status-message]");
  const text = now.state === "preparing" ? `${now.message} ${now.percent}%` : now.message;
  if (message && message.textContent !== text) message.textContent = text;
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ask again and again until nothing more will happen; slower with time, and not while nobody looks. */
async function follow(box) {
  const url = box.dataset.assetStatus;
  for (let wait = 1000; box.isConnected && box.dataset.assetStatus === url; wait = Math.min(wait * 1.2, 5000)) {
    if (!document.hidden) {
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      if (box.dataset.assetStatus !== url) return;
      if (answer && !answer.ok && answer.status < 500) return;
      if (answer?.ok) {
        const now = await answer.json();
        showStatus(box, now);
        box.dispatchEvent(new CustomEvent("asset:status", { detail: now }));
        if (now.settled) {
          if ("reload" in box.dataset) location.reload(); // the page then has a player, or a way on
          box.dispatchEvent(new CustomEvent("asset:settled", { bubbles: true, detail: now }));
          return;
        }
      }
    }
    await pause(wait);
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Sender(form);
for (const box of document.querySelectorAll("[data-asset-status]")) follow(box);

export { follow };
