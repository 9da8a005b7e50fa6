// Tell the form which time zone this phone is in.
for (const input of document.querySelectorAll("[data-time-zone]")) {
  input.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
