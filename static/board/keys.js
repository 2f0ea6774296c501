// The board by keyboard: each column is one stop for Tab, arrows go from chip to chip; Enter or Space picks up, M opens
// the menu; Ctrl+Z undoes, Ctrl+Y or Ctrl+Shift+Z does it again.

import { pickUp } from "./carry.js";
import { redo, undo } from "./state.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY };

const columnsOf = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".column")]);
const chipsOf = (/** @type {Element} */ column) =>
  /** @type {HTMLElement[]} */ ([...column.querySelectorAll("[data-carry]")]);

/** Of each column one chip is a stop for Tab: the one that was. */
export function setStops() {
  for (const column of columnsOf()) {
    const chips = chipsOf(column);
    if (chips.length && !chips.some((one) => one.tabIndex === 0)) chips[0].tabIndex = 0;
  }
}

/** @param {HTMLElement} chip */
export function focusOn(chip) {
  for (const one of chipsOf(chip.closest(".column") ?? document.body)) one.tabIndex = one === chip ? 0 : -1;
  chip.focus({ preventScroll: true });
  chip.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The chip beside this one: in the column, or at the same height of the column beside. */
function beside(/** @type {HTMLElement} */ chip, /** @type {string} */ key) {
  const column = chip.closest(".column");
  if (key in STEPS) {
    const chips = chipsOf(column);
    return chips[Math.max(0, Math.min(chips.length - 1, chips.indexOf(chip) + STEPS[key]))];
  }
  const columns = columnsOf().filter((one) => chipsOf(one).length);
  const next = columns[columns.indexOf(/** @type {HTMLElement} */ (column)) + (key === "ArrowLeft" ? -1 : 1)];
  if (!next) return chip;
  const { top } = chip.getBoundingClientRect();
  const far = (/** @type {HTMLElement} */ one) => Math.abs(one.getBoundingClientRect().top - top);
  return chipsOf(next).reduce((best, one) => (far(one) < far(best) ? one : best));
}

/**
 * @param {KeyboardEvent} event
 * @param {(chip: HTMLElement) => void} open
 */
function onChip(event, open) {
  const chip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-carry]"));
  if (!chip || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") {
    if (!event.repeat) pickUp(chip);
  } else if (["m", "M", "ContextMenu"].includes(event.key)) open(chip);
  else if (event.key in STEPS || event.key === "ArrowLeft" || event.key === "ArrowRight")
    focusOn(beside(chip, event.key));
  else return;
  event.preventDefault();
}

/** @param {KeyboardEvent} event */
function onPage(event) {
  if (!(event.ctrlKey || event.metaKey) || /** @type {Element} */ (event.target).closest("input, textarea, dialog"))
    return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) redo();
  else return;
  event.preventDefault();
}

/** @param {(chip: HTMLElement) => void} open */
export function startKeys(open) {
  document.addEventListener("keydown", (event) => onChip(event, open));
  document.addEventListener("keydown", onPage);
  // A chip that was clicked or found by a screen reader is the stop from now on.
  document.addEventListener("focusin", (event) => {
    const chip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-carry]"));
    if (chip) for (const one of chipsOf(chip.closest(".column") ?? document.body)) one.tabIndex = one === chip ? 0 : -1;
  });
}
