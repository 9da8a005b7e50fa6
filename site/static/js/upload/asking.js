// Asking our own server, and what can go wrong while sending.

export const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, 30000];

/** What stopped an upload: the status of an answer (0 for a lost line) and, where the server said one, a sentence. */
export class Trouble extends Error {
  constructor(status, sentence = "") {
    super(sentence || String(status));
    this.status = status;
    this.sentence = sentence;
  }

  /** Whether the same may work a little later. */
  get passes() {
    return this.status === 0 || this.status >= 500 || this.status === 423 || this.status === 429;
  }

  static from(status, type, text) {
    return new Trouble(status, type?.startsWith("text/plain") ? text : "");
  }
}

/** Ask and return what the JSON says, null for an empty answer; anything else is thrown as a Trouble. */
export const ask = async (url, { method = "GET", token, body, signal } = {}) => {
  const headers = { Accept: "application/json", ...(token ? { "X-CSRFToken": token } : {}) };
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal });
    if (answer.status === 204) return null;
    const type = answer.headers.get("Content-Type");
    if (type?.startsWith("application/json")) return await answer.json();
    throw Trouble.from(answer.status, type, await answer.text());
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble(0);
  }
};

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
