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
