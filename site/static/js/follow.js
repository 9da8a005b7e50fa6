// Following a video until nothing more will happen to it.
//
// Every `[data-asset-status]` is asked again and again, and sends `asset:status` (detail: the answer). When its beginning
// can be watched, and in the end, the part of the page around it, `[data-fresh]` with an id, comes anew from the server,
// without a reload, and sends `page:fresh`.

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

const freshen = async (part) => {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return;
  part.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("page:fresh", { bubbles: true }));
  for (const box of fresh.querySelectorAll("[data-asset-status]")) follow(box);
};

/** Show the whole video in place of its beginning; what she is watching goes on to its end first. */
const showWhole = async (part, box) => {
  const video = part.querySelector("video");
  if (!video || video.paused) return freshen(part);
  box.hidden = true;
  video.addEventListener("ended", () => freshen(part), { once: true });
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ask until it is settled; slower with time, and not while nobody looks. */
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
        const part = box.closest("[data-fresh]");
        if (now.settled) return part && (now.playable ? showWhole(part, box) : freshen(part));
        if (part && now.watchable && !("watchable" in box.dataset)) return freshen(part);
      }
    }
    await pause(wait);
  }
}

for (const box of document.querySelectorAll("[data-asset-status]")) follow(box);

export { follow };
