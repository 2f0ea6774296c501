// The link "Help", and the key ? that presses it, open a dialog: the keys of this page, and those of our words that stand on it. Without
// this script the link leads to a page with all of them.

import { byId } from "./elements.js";

const link = document.getElementById("help-link");

/**
 * Whether the text has the word: of Latin letters as a whole word, one or several of it.
 * @param {string} text
 * @param {string} word
 */
const holds = (text, word) =>
  /^[\w' -]+$/.test(word) ? new RegExp(`(?<!\\w)${word}s?(?!\\w)`, "i").test(text) : text.includes(word);

/** The part of the help that this page needs. Throws where the server cannot be reached or asks for a log-in. */
async function part() {
  const answer = await fetch(/** @type {HTMLAnchorElement} */ (link).href, { redirect: "error" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const help = document.importNode(page.getElementById("help"), true);
  const text = [document.querySelector("header"), byId("content", HTMLElement)]
    .map((one) => one.textContent)
    .join("\n");
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (help.querySelectorAll("[data-word]")))
    if (!holds(text, row.dataset.word) && !holds(text, row.dataset.also)) row.remove();
  const title = /** @type {HTMLElement} */ (help.querySelector("#help-words"));
  title.textContent = title.dataset.ofPage;
  /** @type {HTMLElement} */ (help.querySelector("[data-all]")).hidden = false;
  return help;
}

async function open() {
  if (document.querySelector("dialog[open]")) return;
  const dialog = byId("help-dialog", HTMLDialogElement);
  try {
    dialog.querySelector(".help-body").replaceChildren(await part());
  } catch {
    location.assign(/** @type {HTMLAnchorElement} */ (link).href); // the page itself says why, the log-in perhaps
    return;
  }
  dialog.showModal();
}

if (link && !document.getElementById("help")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}
