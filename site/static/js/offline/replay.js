// On every page of somebody signed in: what she did without a network is sent, and the page says that it has arrived.

import { sendForms } from "./forms.js";
import { Reports } from "./reports.js";

const note = document.querySelector("[data-arrived]");

/** Send everything that waits; `reports` are the page's own where it has some. */
export const replay = async (reports = new Reports(note.dataset.arrived)) => {
  const hasReports = await reports.send();
  const arrived = await sendForms();
  for (const detail of arrived) document.dispatchEvent(new CustomEvent("replay:arrived", { detail }));
  return hasReports || arrived.length > 0;
};

/** Say so on a page that was written before it arrived. */
export const replayAndTell = async () => {
  if (await replay()) note.hidden = false;
};
