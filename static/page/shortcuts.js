// Single keys that work anywhere on a page but where letters are typed, or a question is open: / leads to the search box,
// ? opens the help. It imports nothing, so that it listens as soon as it is there.

const TYPING = "input, select, textarea, dialog[open], .tabulator-cell, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /** @type {Element} */ (event.target).closest(TYPING)) return;
  const box = document.getElementById("find");
  const help = document.getElementById("help-link");
  if (event.key === "/" && box instanceof HTMLInputElement) {
    box.focus();
    box.select();
  } else if (event.key === "?" && help) help.click();
  else return;
  event.preventDefault();
});
