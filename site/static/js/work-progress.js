// Follow the work on a file until it ends, then show what came of it.
//
// `[data-work-progress]` names who answers {is_under_way, state, percent}; where there is no bar, the state is all it shows.
const EVERY_MS = 1500;
const box = document.querySelector("[data-work-progress]");

async function follow() {
  try {
    const answer = await fetch(box.dataset.workProgress, { headers: { Accept: "application/json" } });
    if (answer.status >= 400 && answer.status < 500) return; // signed out meanwhile, or taken away
    if (answer.ok) {
      const work = await answer.json();
      if (!work.is_under_way) {
        window.location.reload();
        return;
      }
      const bar = box.querySelector("progress");
      if (bar) bar.value = work.percent;
      const said = box.querySelector("[data-state]");
      if (said.textContent !== work.state) said.textContent = work.state;
    }
  } catch {
    // The network is away; the work goes on, and so do we.
  }
  window.setTimeout(follow, EVERY_MS);
}

if (box) {
  window.setTimeout(follow, EVERY_MS);
}
