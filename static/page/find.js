// The key / leads to the search box from anywhere on a page but a field that takes letters.

const box = document.getElementById("find");
const TYPING = "input, select, textarea, dialog[open], .tabulator-cell, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !(box instanceof HTMLInputElement)) return;
  if (/** @type {Element} */ (event.target).closest(TYPING)) return;
  event.preventDefault();
  box.focus();
  box.select();
});
