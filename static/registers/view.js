// What follows when rows or the selection change: the count, the buttons, the map.

import { byId, fill } from "../page/elements.js";
import { wordOf } from "./columns.js";
import { tellEmpty } from "./empty.js";
import * as map from "./map.js";
import { hasMap, isClosed, state, words } from "./page.js";
import { isDoubted, pointOf } from "./rows.js";

/** @param {string} id */
export const button = (id) => byId(id, HTMLButtonElement);
const search = byId("search", HTMLInputElement);

/** @returns {Data[]} */
export const selected = () => state.grid.getSelectedData();

/** The count and the map are those of the rows that are there. */
export function refresh() {
  const all = state.grid.getDataCount();
  const active = state.grid.getDataCount("active");
  tellEmpty(all);
  byId("count", HTMLElement).textContent = fill(all === active ? words.rows : words.of, { n: active, m: all });
  if (!hasMap) return;
  /** @type {Data[]} */
  const rows = state.grid.getData();
  const points = rows.map((row) => ({
    at: pointOf(row),
    text: `${row.id} ${row.name || row.address || ""}`,
    city: row.city,
  }));
  map.show(points.filter((point) => point.at));
}

/**
 * These rows are selected.
 * @param {Data[]} rows
 */
export function chosen(rows) {
  for (const name of ["bulk", "remove"]) button(name).disabled = isClosed || !rows.length;
  button("edit").disabled = isClosed || rows.length !== 1;
  button("confirm").hidden = isClosed || !rows.some(isDoubted);
  if (!hasMap) return;
  const one = rows.length === 1 ? rows[0] : null;
  map.select(one && pointOf(one), one !== null && !isClosed, one?._key ?? "");
}

/** Only rows that the search finds are shown, and that the finding concerns, where the page was asked for one. */
export function filter() {
  const text = search.value.trim().toLowerCase();
  /** @param {Data} data */
  const isShown = (data) => {
    if (state.only && !state.only.has(data._key)) return false;
    const cells = state.columns.map((spec) => `${data[spec.name] || ""} ${wordOf(spec, data[spec.name])}`);
    return cells.some((cell) => cell.toLowerCase().includes(text));
  };
  state.grid.setFilter(isShown);
  refresh();
}
