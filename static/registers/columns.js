// Columns: what their cells show, and what they are edited with.

import { element, fill } from "../page/elements.js";
import { isClosed, state, things, words } from "./page.js";
import { doubt, isDoubted } from "./rows.js";

const NUMBERS = ["whole", "number", "degrees"];
const LONG = 40; // characters, from which a text is told in full by a tooltip

/**
 * @param {ColumnSpec} spec
 * @returns {import("tabulator-tables").ColumnDefinition}
 */
export function column(spec) {
  const isNumber = NUMBERS.includes(spec.kind);
  return {
    field: spec.name,
    title: spec.title + (spec.required ? " *" : ""),
    headerTooltip: spec.meaning,
    minWidth: Math.max(70, titleWidth(spec.title)),
    maxWidth: 340,
    sorter: isNumber ? "number" : "string",
    hozAlign: isNumber ? "right" : "left",
    headerFilter: "input",
    headerFilterParams: { elementAttributes: { "aria-label": fill(words.filter, { column: spec.title }) } },
    headerFilterFunc: (wanted, value) => isFound(spec, wanted, value),
    formatter: (cell) => (spec.name === "id" && cell.getData()._key ? linked(cell) : shown(spec, cell.getValue())),
    editable: (cell) => !isClosed && !spec.is_fixed && !(spec.name === "id" && cell.getData()._key),
    frozen: spec.name === "id",
    ...editor(spec),
  };
}

/**
 * Pixels that a heading needs in one line, with its arrow; Chinese takes about twice as much a character.
 * @param {string} title
 */
function titleWidth(title) {
  return [...title].reduce((width, sign) => width + (sign > "⺀" ? 14 : 8), 48);
}

/**
 * What a cell's value is for whoever reads it.
 * @param {ColumnSpec} spec
 * @param {string} value
 */
export const wordOf = (spec, value) => spec.words[value] || value || "";

/**
 * Whether a filter finds a value, as it is stored or as it is shown.
 * @param {ColumnSpec} spec
 * @param {string} wanted
 * @param {string} value
 */
function isFound(spec, wanted, value) {
  return `${value ?? ""}\n${wordOf(spec, value)}`.toLowerCase().includes(wanted.toLowerCase());
}

/**
 * @param {ColumnSpec} spec
 * @param {string} value
 */
function shown(spec, value) {
  const text = element("span", wordOf(spec, value));
  if (text.textContent.length > LONG) text.title = text.textContent;
  return text;
}

/**
 * The address of the page of what a cell names, or else of its row; nothing where neither has one.
 * @param {import("tabulator-tables").CellComponent} cell
 */
export function addressOf(cell) {
  const field = things[cell.getField()] && cell.getValue() ? cell.getField() : "id";
  const key = field === "id" ? cell.getData()._key : cell.getValue();
  return things[field] && key ? things[field] + encodeURIComponent(key) : "";
}

/**
 * The id of a row as the way to its page.
 * @param {import("tabulator-tables").CellComponent} cell
 */
function linked(cell) {
  const href = addressOf(cell);
  return href ? element("a", cell.getValue(), { href, tabindex: -1 }) : element("span", cell.getValue());
}

/**
 * An item of a list of choices; the grid would put its words into the page as markup.
 * @param {string} label
 * @param {string} value
 */
const itemFormatter = (label, value) => element("span", label || value || "\u00a0");

/**
 * @param {ColumnSpec} spec
 * @returns {{ editor: "list" | "input", editorParams: any }}
 */
function editor(spec) {
  if (Object.keys(spec.words).length) {
    const own = Object.entries(spec.words).map(([value, label]) => ({ label, value }));
    return { editor: "list", editorParams: { values: [{ label: words.unset, value: "" }, ...own], itemFormatter } };
  }
  if (state.choices[spec.name]) {
    const values = state.choices[spec.name].map(([value, label]) => ({
      value,
      label: label ? `${value} ${label}` : value,
    }));
    const ways = { autocomplete: true, freetext: true, listOnEmpty: true, placeholderEmpty: "–" };
    return { editor: "list", editorParams: { values, itemFormatter, ...ways } };
  }
  const elementAttributes = { maxlength: String(spec.most), "aria-label": spec.title };
  return { editor: "input", editorParams: { selectContents: true, elementAttributes } };
}

/**
 * The row's tick has a name, and an address whose point is in doubt says so.
 * @param {import("tabulator-tables").RowComponent} row
 */
export function marked(row) {
  const data = /** @type {Data} */ (row.getData());
  const tick = row.getElement().querySelector("input[type=checkbox]");
  tick?.setAttribute("aria-label", fill(words.select, { key: data._key }));
  for (const cell of row.getCells()) {
    if (!["address", "point_for"].includes(cell.getField())) continue;
    cell.getElement().classList.toggle("doubted", isDoubted(data));
    cell.getElement().title = isDoubted(data) ? doubt(data) : "";
  }
}
