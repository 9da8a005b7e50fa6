// What waits on this phone to be sent, under the name of the account that did it.

const { learner, sharedPhone } = document.body.dataset;

export { learner };

/** The token of whoever is signed in now; a page that was kept may hold one of long ago. */
export const token = () =>
  /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ??
  document.querySelector("input[name=csrfmiddlewaretoken]")?.value ??
  "";

// A full or forbidden store is no reason to stop: what is kept then lives only as long as the page.
const forgiving = (action, otherwise) => {
  try {
    return action();
  } catch (error) {
    if (!["SecurityError", "QuotaExceededError", "SyntaxError"].includes(error.name)) throw error;
    return otherwise;
  }
};

// On a phone that others use nothing stays when the browser is closed.
const store = () => (sharedPhone === undefined ? localStorage : sessionStorage);

export const read = (key) => forgiving(() => JSON.parse(store().getItem(key)), null);
export const write = (key, value) => forgiving(() => store().setItem(key, JSON.stringify(value)));
export const remove = (key) => forgiving(() => store().removeItem(key));
export const keysOf = (prefix) =>
  forgiving(() => Object.keys(store()).filter((key) => key.startsWith(prefix)), []);

export const REFUSED = new Set([401, 403]); // she has to sign in first, perhaps because somebody else did
const ANSWER_MS = 20_000; // on a line that died without a word no answer ever comes

/** Put into `form` who sends it: the server takes nothing from the phone of one woman for another. */
export const signed = (form) => {
  form.set("csrfmiddlewaretoken", token());
  form.set("learner", learner);
  return form;
};

/** Send `form` and return the answer; undefined where there is no connection. Says so when she must sign in first. */
export const send = async (address, form) => {
  if (!navigator.onLine) return undefined;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_MS);
  try {
    const options = { method: "POST", headers: { Accept: "application/json" }, keepalive: true, signal: patience.signal };
    const answer = await fetch(address, { ...options, body: signed(form) });
    document.querySelector("[data-refused]").hidden = !REFUSED.has(answer.status);
    return answer;
  } catch (error) {
    if (!(error instanceof TypeError) && error.name !== "AbortError") throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};
