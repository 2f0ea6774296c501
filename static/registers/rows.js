// Rows: as the server tells them, as the grid holds them, as they are sent back.

import { fill } from "../page/elements.js";
import { state, words } from "./page.js";

/** Every column has a value: the grid would keep the old one of a cell that is told no more. */
const blank = () => Object.fromEntries(state.columns.map((column) => [column.name, ""]));

/**
 * @param {ToldRow} row
 * @returns {Data}
 */
export const flat = (row) => ({ ...blank(), ...row.cells, _key: row.key, _seen: row.seen, _was: row.cells });

/**
 * The cells that hold anything.
 * @param {Data} data
 * @returns {Cells}
 */
export function cellsOf(data) {
  const all = state.columns.map((column) => [column.name, data[column.name] || ""]);
  return Object.fromEntries(all.filter(([, value]) => value !== ""));
}

/**
 * @param {Data} data
 * @param {Cells} [cells]
 * @returns {Put}
 */
export const put = (data, cells = cellsOf(data)) => ({ key: data._key, seen: data._seen, was: data._was, cells });

/**
 * The rows as they were before they were edited.
 * @param {Put[]} puts
 */
export const before = (puts) => puts.map((one) => ({ ...blank(), ...one.was, _key: one.key }));

// An address was changed and its point was not: told at the row until somebody confirms the point or moves it.

/** @param {Data} data */
export const isDoubted = (data) => Boolean(data.point_for);

/** @param {Data} data */
export const doubt = (data) => fill(words.doubt, { key: data.id, address: data.point_for });

/** @param {Data} data */
export const confirmed = (data) => put(data, { ...cellsOf(data), point_for: data.address });

/**
 * Where a row lies in WGS-84, as maps want it; what was given in another datum has that point beside it.
 * @param {Data} data
 * @returns {[number, number] | null}
 */
export function pointOf(data) {
  const pair = data.wgs84_lat ? [data.wgs84_lat, data.wgs84_lon] : [data.lat, data.lon];
  const isThere = pair.every((one) => one && Number.isFinite(Number(one)));
  return isThere ? [Number(pair[0]), Number(pair[1])] : null;
}

/**
 * The first twenty of a list, and how many more there are.
 * @param {string[]} list
 */
export const some = (list) => (list.length > 20 ? [...list.slice(0, 20), `… ${list.length - 20}`] : list);
