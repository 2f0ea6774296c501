// The rules that a draft breaks: where, in which sentence; and the list whose entries lead to the place.

import { byId, element, fill } from "../page/elements.js";
import { words } from "./words.js";

/** @type {Map<string, string[]>} A place as kind:id -> the sentences of what breaks there. */
const sentences = new Map();
const list = byId("broken", HTMLElement);
const count = byId("broken-count", HTMLElement);

export const brokenAt = (/** @type {string} */ key) => sentences.get(key) ?? [];

/** @param {BoardState} state */
export function readBroken(state) {
  sentences.clear();
  for (const { rule, text, places } of state.violations)
    for (const { kind, id } of places) {
      const key = `${kind}:${id}`;
      sentences.set(key, [...brokenAt(key), `${rule}: ${text}`]);
    }
}

/**
 * @param {BoardState} state
 * @param {(key: string) => HTMLElement | null} find The element of a place, if the board shows it.
 */
export function drawBroken(state, find) {
  count.textContent = String(state.violations.length);
  list.replaceChildren(...state.violations.map((violation) => line(violation, find)));
  if (!state.violations.length) list.append(element("li", words.unbroken, { class: "quiet" }));
}

/**
 * @param {Violation} violation
 * @param {(key: string) => HTMLElement | null} find
 */
function line({ rule, title, text, places }, find) {
  const row = element("li");
  row.append(element("strong", rule, { title }), ` ${text} `);
  for (const { kind, id } of places) row.append(find(`${kind}:${id}`) ? leadTo(`${kind}:${id}`, id, find) : ` ${id} `);
  return row;
}

/**
 * @param {string} key
 * @param {string} id
 * @param {(key: string) => HTMLElement | null} find
 */
function leadTo(key, id, find) {
  const button = element("button", id, { type: "button", class: "plain goto", "data-goto": key });
  button.setAttribute("aria-label", fill(words.goTo, { id }));
  button.addEventListener("click", () => goTo(find(key)));
  return button;
}

/** The place comes into view and takes the focus. */
function goTo(/** @type {HTMLElement} */ at) {
  at.focus();
  at.scrollIntoView({ block: "center", inline: "center" });
}

// The sentence beside what breaks, while it is pointed at or has the focus.

const bubble = byId("why", HTMLElement);

/** @type {HTMLElement | null} */
let told = null;

function place() {
  if (!told?.isConnected) tell(null);
  if (!told) return;
  const { left, bottom, top } = told.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = bubble;
  bubble.style.left = `${Math.max(4, Math.min(left, document.documentElement.clientWidth - width - 4))}px`;
  bubble.style.top = `${bottom + height + 6 > window.innerHeight ? top - height - 4 : bottom + 4}px`;
}

/** @param {Element | null} at */
function tell(at) {
  told = /** @type {HTMLElement | null} */ (at?.closest?.("[data-why]") ?? null);
  bubble.hidden = !told;
  if (!told) return;
  bubble.textContent = told.dataset.why;
  place();
}

// Where the pointer rests on nothing broken, what has the focus goes on telling.
document.addEventListener("pointerover", (event) => {
  const under = /** @type {Element} */ (event.target).closest("[data-why]");
  tell(under ?? document.activeElement);
});
document.addEventListener("focusin", (event) => tell(/** @type {Element} */ (event.target)));
document.addEventListener("scroll", place, { capture: true, passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && tell(null));
