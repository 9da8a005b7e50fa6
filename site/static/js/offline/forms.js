// Forms that she sent while there was no network: answers to a quiz, "Done, next", words to others. Each is sent until
// the server has it. All of them may arrive twice without harm: answers and words carry an id of their own, and done is
// done.

import { REFUSED, keysOf, learner, read, remove, send, write } from "./store.js";

const PREFIX = `hearthlight:form:${learner}:`;

const keyOf = (form) => {
  const { pathname } = new URL(form.action);
  const { draft } = form.dataset; // several forms of a page may go to one address
  return PREFIX + pathname + (draft ? `#${draft}` : "");
};

/** Keep `form` to be sent; the same form once more takes its own place. Then `draft`, the key of its draft, goes. */
export const put = (form, draft = "") => {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  write(keyOf(form), { fields, draft, kept: Date.now() });
};

export const waits = (form) => read(keyOf(form)) !== null;

/** Do not send `form` any more; say whether it waited. */
export const withdraw = (form) => {
  const waited = waits(form);
  if (waited) remove(keyOf(form));
  return waited;
};

/** Send what waits, in the order in which it was done; return where each that arrived now leads. */
export const sendForms = async () => {
  const waiting = keysOf(PREFIX).map((key) => [key, read(key)]);
  const arrived = [];
  for (const [key, { fields, draft, kept }] of waiting.sort(([, one], [, other]) => one.kept - other.kept)) {
    const [address] = key.slice(PREFIX.length).split("#");
    const answer = await send(address, new URLSearchParams(fields));
    if (!answer || answer.status >= 500 || REFUSED.has(answer.status)) continue;
    const isStill = read(key)?.kept === kept;
    if (isStill) remove(key); // what the server will never take is not sent again; a draft of it stays
    const leads = answer.ok && (await answer.json()).url;
    if (!leads) continue;
    if (isStill) remove(draft);
    arrived.push({ address, leads, draft });
  }
  return arrived;
};
