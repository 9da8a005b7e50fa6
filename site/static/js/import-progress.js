// Follow the work on a report until it ends, then show what came of it.
const EVERY_MS = 1500;
const box = document.querySelector("[data-import-progress]");

async function follow() {
  try {
    const answer = await fetch(box.dataset.importProgress, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const run = await answer.json();
      if (!run.is_under_way) {
        window.location.reload();
        return;
      }
      box.querySelector("progress").value = run.percent;
      box.querySelector("[data-state]").textContent = run.state;
    }
  } catch {
    // The network is away; the work goes on, and so do we.
  }
  window.setTimeout(follow, EVERY_MS);
}

if (box) {
  window.setTimeout(follow, EVERY_MS);
}
