// Some fields of Wagtail's editor have a name only for those who see it: the label beside them, or the heading of their
// section. This says it to screen readers, also of fields that come later.

const NAMELESS = ":is([role=textbox], input[type=text], textarea):not([aria-label], [aria-labelledby])";

function name(field) {
  const label = field.closest(".w-field__wrapper")?.querySelector("label");
  const section = field.closest("section[aria-labelledby]");
  if (label) field.setAttribute("aria-label", label.firstChild.textContent.trim());
  else if (section) field.setAttribute("aria-labelledby", section.getAttribute("aria-labelledby"));
}

function nameAll() {
  for (const field of document.querySelectorAll(NAMELESS)) if (!field.labels?.length) name(field);
}

nameAll();
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
