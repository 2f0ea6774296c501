// Single keys that work anywhere on a page but where letters are typed, or a question is open.

const TYPING = "input, select, textarea, dialog[open], .tabulator-cell, [contenteditable]";

/**
 * `act` is done when the key is pressed.
 * @param {string} key
 * @param {() => void} act
 */
export function onKey(key, act) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/** @type {Element} */ (event.target).closest(TYPING)) return;
    event.preventDefault();
    act();
  });
}
