// The keyboard of a player. Single letters count only while the focus is in it (WCAG 2.1.4).

const KEYS = {
  " ": "play", k: "play", KeyK: "play",
  ArrowLeft: "back", ArrowRight: "on", j: "farBack", KeyJ: "farBack", l: "farOn", KeyL: "farOn",
  ArrowUp: "louder", ArrowDown: "softer",
  m: "mute", KeyM: "mute", c: "captions", KeyC: "captions", f: "full-screen", KeyF: "full-screen",
};

// What a control does with a key itself is left to it.
const isTheirs = (target, key) =>
  target.closest("select, textarea, input:not([type=range]), [contenteditable]") ||
  (key === " " && target.closest("button, a, summary"));

/** Call `act(name)` for keys pressed inside `frame`; letters count by their place where the script is not Latin. */
export const listenToKeys = (frame, act) => {
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTheirs(event.target, event.key)) return;
    const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? KEYS[event.code];
    if (!name) return;
    event.preventDefault();
    act(name);
  });
};
