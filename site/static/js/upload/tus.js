// The way to a server with a disk: tus 1.0 (https://tus.io/protocols/resumable-upload), by tus-js-client.

import { RETRIES, Trouble } from "./asking.js";

const CHUNK = 4 * 1024 * 1024;

/** Sends `file`; calls moved(sent, total), then arrived(id) or failed(trouble). `earlier` is what to go on with. */
export class Tus {
  constructor(file, about) {
    Object.assign(this, { file, about });
  }

  /** The upload's id, once it was begun. */
  get id() {
    return this.upload?.url ? new URL(this.upload.url, location.href).pathname.split("/").pop() : this.about.earlier?.id;
  }

  async go() {
    this.isStopped = false;
    try {
      if (!globalThis.tus) await import(this.about.library);
    } catch {
      return this.about.failed(new Trouble(0));
    }
    this.upload ??= this.make();
    if (!this.isStopped) this.upload.start();
  }

  async stop() {
    this.isStopped = true;
    await this.upload?.abort();
  }

  make() {
    const { endpoint, token, facts, earlier, moved, arrived, failed } = this.about;
    return new globalThis.tus.Upload(this.file, {
      endpoint,
      uploadUrl: earlier ? endpoint + earlier.id : null,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      storeFingerprintForResuming: false, // the server knows what she began; nothing of it stays on the phone
      metadata: facts,
      headers: { "X-CSRFToken": token },
      onProgress: moved,
      onSuccess: () => arrived(this.id),
      onError: ({ originalResponse: answer }) =>
        failed(
          answer
            ? Trouble.from(answer.getStatus(), answer.getHeader("Content-Type"), answer.getBody())
            : new Trouble(0),
        ),
    });
  }
}
