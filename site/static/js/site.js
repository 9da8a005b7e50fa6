// Small comforts of every page. Everything works without this file.

// A menu closes when she taps elsewhere or presses Escape.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A form that came back with mistakes begins at their summary.
document.querySelector("[data-summary]")?.focus();

// A second tap while the first is on its way must not send twice. What is only downloaded may be sent again soon.
const release = (form) => {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, 10_000, form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// What is kept on this phone belongs to one account: another who signs in finds nothing, nor do those who share it.
const { learner, sharedPhone } = document.body.dataset;
const forgetOthers = async () => {
  for (const name of await caches.keys()) {
    const isMine = name === `kept:${learner}` && sharedPhone === undefined;
    if (name.startsWith("kept:") && !isMine) await caches.delete(name);
  }
};
const forgetDrafts = (isMine) => {
  const drafts = Object.keys(localStorage).filter((key) => key.startsWith("hearthlight:draft:"));
  for (const key of drafts) if (!isMine(key)) localStorage.removeItem(key);
};
const without = (error) => {
  if (!["SecurityError", "TypeError"].includes(error.name)) throw error; // forbidden here, or the line broke
};
const forgiving = (action) => {
  try {
    action();
  } catch (error) {
    without(error);
  }
};
if (learner) forgiving(() => forgetDrafts((key) => sharedPhone === undefined && key.includes(`:${learner}:`)));
if (learner && "caches" in globalThis) forgetOthers().catch(without);
document.addEventListener("submit", ({ target }) => "forgets" in target.dataset && forgiving(() => forgetDrafts(() => false)));
addEventListener("load", () => navigator.serviceWorker?.register("/worker.js").catch(without));

// What she did without a network is sent; a lesson's page does it itself.
const isWaiting = () =>
  [localStorage, sessionStorage]
    .flatMap((store) => Object.keys(store))
    .some((key) => key.startsWith(`hearthlight:report:${learner}:`) || key.startsWith(`hearthlight:form:${learner}:`));
const replay = async () => {
  try {
    if (isWaiting()) (await import("./offline/replay.js")).replayAndTell();
  } catch (error) {
    without(error);
  }
};
if (learner && !document.querySelector("[data-lesson][data-progress-url]")) {
  replay();
  addEventListener("online", replay);
}
