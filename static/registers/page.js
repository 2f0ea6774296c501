// What the parts of a register's page share: its elements, its words, and what the server has told.

import { byId } from "../page/elements.js";

export const box = byId("table", HTMLElement);
export const words = byId("words", HTMLTemplateElement).dataset;
export const address = new URL(box.dataset.rows, location.href);
/** @type {Record<string, string>} Column -> the address of the page of what its cells name, which lacks only the id. */
export const things = JSON.parse(box.dataset.things);
export const isClosed = box.dataset.closed === "yes";
export const hasMap = document.getElementById("map") !== null;

const note = byId("note", HTMLElement);

export const state = {
  /** @type {ColumnSpec[]} */
  columns: [],
  /** @type {Record<string, [string, string][]>} Column -> the ids that it may name, each with what it is called. */
  choices: {},
  revision: 0,
  /** @type {Set<string> | null} The keys of the rows that a finding concerns; null: all. */
  only: null,
  /** @type {import("tabulator-tables").Tabulator} */
  grid: null,
  busy: 0,
};

/** What is said above the grid now. */
export const said = () => note.textContent;

/**
 * @param {string} text
 * @param {boolean} [bad]
 */
export function say(text, bad = false) {
  note.textContent = text;
  note.classList.toggle("bad", bad);
}

/**
 * An error of a request in words: no answer at all, or what stood in its way.
 * @param {unknown} error
 */
export const inWords = (error) => (error instanceof TypeError ? words.lost : /** @type {Error} */ (error).message);

/**
 * The row with this key; null where there is none, for which the grid says false.
 * @param {string} key
 * @returns {import("tabulator-tables").RowComponent | null}
 */
export const rowOf = (key) => state.grid.getRow(key) || null;
