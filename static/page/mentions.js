// Somebody is mentioned in a note: from @ on a list of people is offered, by keyboard, mouse and to screen readers
// (the listbox of the WAI-ARIA authoring practices, with the focus staying in the text).

import { byId } from "./elements.js";

const WORD = /(?:^|[^A-Za-z0-9_])[@＠]([^@＠\n,，.。;；:：!！?？、()（）]{0,40})$/;
const notes = byId("notes", HTMLElement);
const list = byId("people", HTMLUListElement);
const told = byId("people-told", HTMLElement);
/** @type {HTMLTextAreaElement | null} */
let text = null;
let at = -1; // where the @ stands that people are offered for
let done = -1; // where the @ stands that has its name, or was dismissed
let asked = 0;

const options = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=option]")]);
const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true");

/** @param {HTMLElement | undefined} option */
function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  option?.scrollIntoView({ block: "nearest" });
  if (option) text?.setAttribute("aria-activedescendant", option.id);
  else text?.removeAttribute("aria-activedescendant");
}

function hide() {
  asked += 1;
  list.hidden = true;
  told.textContent = "";
  choose(undefined);
}

/** @param {HTMLTextAreaElement} box */
async function look(box) {
  if (text !== box) {
    hide();
    done = -1;
    text = box;
    box.after(list);
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
  }
  const before = box.value.slice(0, box.selectionStart);
  const found = box.selectionStart === box.selectionEnd ? WORD.exec(before) : null;
  at = found ? before.length - found[1].length - 1 : -1;
  if (at !== done) done = -1;
  if (!found || at === done) return hide();
  asked += 1;
  const mine = asked;
  const target = new URL(notes.dataset.people ?? "", location.href);
  target.searchParams.set("q", found[1]);
  let offered = "";
  try {
    const answer = await fetch(target, { redirect: "manual" });
    offered = answer.ok ? await answer.text() : "";
  } catch {
    // the server cannot be reached now: a name can still be typed
  }
  if (mine !== asked) return;
  list.replaceChildren(...new DOMParser().parseFromString(offered, "text/html").body.querySelectorAll("[role=option]"));
  const [first] = options();
  if (!first) return hide();
  list.hidden = false;
  told.textContent = (list.dataset.told ?? "").replace("{n}", String(options().length));
  choose(first);
}

/** @param {HTMLElement} option */
function take(option) {
  if (!text) return;
  const after = text.value.slice(text.selectionStart);
  text.setRangeText(`@${option.dataset.name}${/^\s/.test(after) ? "" : " "}`, at, text.selectionStart, "end");
  done = at;
  hide();
  text.focus();
}

notes.addEventListener("input", (event) => {
  if (event.target instanceof HTMLTextAreaElement) look(event.target);
});
notes.addEventListener("keydown", (event) => {
  if (list.hidden || event.isComposing || event.target !== text) return;
  const [all, here] = [options(), chosen()];
  const place = here ? all.indexOf(here) : -1;
  if (event.key === "ArrowDown") choose(all[(place + 1) % all.length]);
  else if (event.key === "ArrowUp") choose(all.at((place - 1) % all.length));
  else if ((event.key === "Enter" || event.key === "Tab") && here) take(here);
  else if (event.key === "Escape") {
    done = at;
    hide();
  } else return;
  event.preventDefault();
});
notes.addEventListener("focusout", hide);
// The focus stays in the text while the mouse chooses.
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const option = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
  if (option instanceof HTMLElement) take(option);
});
