// Forms that she sent while there was no network: answers to a quiz, "Done, next". Each is sent until the server has
// it. All of them may arrive twice without harm: an answered quiz carries an id of its own, and done is done.

import { REFUSED, keysOf, learner, read, remove, send, write } from "./store.js";

const PREFIX = `hearthlight:form:${learner}:`;

/** Keep `form` to be sent; the same form once more takes its own place. Then `draft`, the key of its draft, goes. */
export const put = (form, draft = "") => {
  const { pathname } = new URL(form.action);
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  write(PREFIX + pathname, { fields, draft, kept: Date.now() });
};

/** Send what waits, in the order in which it was done; return where each that arrived now leads. */
export const sendForms = async () => {
  const waiting = keysOf(PREFIX).map((key) => [key, read(key)]);
  const arrived = [];
  for (const [key, { fields, draft, kept }] of waiting.sort(([, one], [, other]) => one.kept - other.kept)) {
    const address = key.slice(PREFIX.length);
    const answer = await send(address, new URLSearchParams(fields));
    if (!answer || answer.status >= 500 || REFUSED.has(answer.status)) continue;
    if (read(key)?.kept === kept) remove(key); // what the server will never take is not sent again; a draft of it stays
    const leads = answer.ok && (await answer.json()).url;
    if (!leads) continue;
    remove(draft);
    arrived.push({ address, leads });
  }
  return arrived;
};
