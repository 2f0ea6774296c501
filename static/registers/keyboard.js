// The grid by keyboard: one stop for Tab; arrows, Home, End and pages go from cell to cell; Enter, F2, Space or typing
// edit, Delete empties, Shift+Space selects the row; Ctrl+Enter opens the page of what the cell names, or of its row.
// In an editor Enter keeps and Escape gives up; both return to the cell.

import { addressOf } from "./columns.js";
import { box, state } from "./page.js";

/** @typedef {import("tabulator-tables").CellComponent} Cell */
/** @typedef {import("tabulator-tables").RowComponent} Row */

const PAGE = 15; // rows
/** @type {Record<string, [number, number]>} Rows down, columns right. */
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-PAGE, 0],
  PageDown: [PAGE, 0],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

/** The cell that Tab leads to: the key of its row and its field. */
const current = { key: "", field: "" };

/** What takes the focus in a cell: the tick in the cell of ticks, otherwise the cell. */
const target = (/** @type {Cell} */ cell) =>
  cell.getElement().querySelector("input[type=checkbox]") ?? cell.getElement();

/**
 * Of a row's cells none is a stop for Tab but the current one; of a new grid that is the first.
 * @param {Row} row
 */
export function stops(row) {
  const { _key: key } = row.getData();
  if (!current.key) Object.assign(current, { key, field: row.getCells()[1]?.getField() ?? "" });
  for (const cell of row.getCells()) {
    cell.getElement().tabIndex = -1;
    /** @type {HTMLElement} */ (target(cell)).tabIndex =
      current.key === key && current.field === cell.getField() ? 0 : -1;
  }
}

/**
 * The cell has the focus, and is where Tab comes back to.
 * @param {Cell} cell
 */
export function goTo(cell) {
  const [old, element] = [
    box.querySelector(".tabulator-row [tabindex='0']"),
    /** @type {HTMLElement} */ (target(cell)),
  ];
  if (old instanceof HTMLElement) old.tabIndex = -1;
  Object.assign(current, { key: cell.getData()._key, field: cell.getField() });
  element.tabIndex = 0;
  element.focus({ preventScroll: true });
  cell.getElement().scrollIntoView({ block: "nearest", inline: "nearest" });
}

/**
 * The cell that an element of the grid is in; null outside of the cells.
 * @param {Element} element
 * @returns {Cell | null}
 */
function cellOf(element) {
  const inCell = element.closest(".tabulator-cell");
  const inRow = inCell?.closest(".tabulator-row");
  const row = inRow ? state.grid.getRows("visible").find((one) => one.getElement() === inRow) : null;
  return row?.getCells().find((one) => one.getElement() === inCell) ?? null;
}

/**
 * The cell so many rows below and columns to the right, or the last one on the way there.
 * @param {Cell} cell
 * @param {[number, number]} step
 */
async function moved(cell, [down, right]) {
  const rows = state.grid.getRows("active");
  const at = rows.findIndex((row) => row.getData()._key === cell.getData()._key);
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + down))];
  const place = cell
    .getRow()
    .getCells()
    .findIndex((one) => one.getField() === cell.getField());
  const last = row.getCells().length - 1;
  if (down) await state.grid.scrollToRow(row, "nearest", false);
  goTo(row.getCells()[Math.max(0, Math.min(last, place + right))]);
}

/** @param {Cell} cell */
function isEditable(cell) {
  const { editable } = cell.getColumn().getDefinition();
  return typeof editable === "function" && editable(cell);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const element = /** @type {Element} */ (event.target);
  const isTick = element.matches("[type=checkbox]");
  const cell = element.closest(".tabulator-editing") ? null : cellOf(element);
  const { key } = event;
  if (cell && key === "Enter" && (event.ctrlKey || event.metaKey) && addressOf(cell)) {
    location.assign(addressOf(cell));
    return;
  }
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (STEPS[key]) {
    moved(cell, STEPS[key]);
  } else if (key === " " && event.shiftKey) {
    cell.getRow().toggleSelect();
  } else if (isTick || !isEditable(cell)) {
    return;
  } else if (key === "Delete") {
    cell.setValue("");
  } else if (["Enter", "F2", " "].includes(key)) {
    cell.edit(true);
  } else if (key.length === 1) {
    cell.edit(true); // the letter goes to the editor, in place of what it holds
    return;
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** The grid answers to the keyboard. */
export function listen() {
  box.addEventListener("keydown", pressed, { capture: true }); // before the grid, whose own keys scroll it away
  // Whoever left the editor by Enter or Escape is back at the cell; whoever went elsewhere stays there.
  const back = (/** @type {Cell} */ cell) => {
    if (!document.activeElement || document.activeElement === document.body) goTo(cell);
  };
  state.grid.on("cellEdited", back);
  state.grid.on("cellEditCancelled", back);
  box.addEventListener("focusin", (event) => {
    const cell = cellOf(/** @type {Element} */ (event.target));
    if (cell) Object.assign(current, { key: cell.getData()._key, field: cell.getField() });
  });
}
