// Saving: rows are sent, and every question that the server has is asked here, until all is saved or given up.

import { ask } from "../page/dialogs.js";
import { element, fill } from "../page/elements.js";
import { hasMap, inWords, rowOf, say, state, words } from "./page.js";
import { before, cellsOf, confirmed, doubt, flat, isDoubted, pointOf, put, some } from "./rows.js";
import { call } from "./server.js";
import { chosen, refresh, selected } from "./view.js";

/**
 * Whether the puts and drops, with `also` what hangs on them, are saved.
 * @param {Put[]} puts
 * @param {Drop[]} [drops]
 * @param {[string, string][]} [also]
 */
export async function save(puts, drops = [], also = []) {
  state.busy += 1;
  try {
    return await saved(puts, drops, also);
  } catch (error) {
    say(inWords(error), true);
    return false;
  } finally {
    state.busy -= 1;
  }
}

/**
 * @param {Put[]} puts
 * @param {Drop[]} drops
 * @param {[string, string][]} hanging
 */
async function saved(puts, drops, hanging) {
  const answers = {};
  let also = hanging;
  for (;;) {
    const { status, told } = await call("POST", { puts, drops, also, ...answers });
    if (status === 200) {
      take(told);
      return true;
    }
    if (told.datum || told.moves) {
      if (!(await settledPoints(told, answers))) {
        putBack(puts);
        say(words.asWas);
        return false;
      }
    } else if (told.conflict) {
      if (!(await settleConflict(told.conflict, puts, drops))) return false;
    } else if (told.in_use) {
      if (!(await agreed(told.in_use.rows, drops))) return false;
      also = told.in_use.rows;
    } else {
      mark(told.errors || [], puts);
      say(refusal(status, told), true);
      return false;
    }
  }
}

/**
 * A new row is sent; what stands in its way, in words, or nothing.
 * @param {Put} row
 */
export async function add(row) {
  state.busy += 1;
  try {
    const { status, told } = await call("POST", { puts: [row] });
    if (status === 200) {
      take(told);
      return "";
    }
    return told.conflict ? words.conflict : refusal(status, told);
  } catch (error) {
    return inWords(error);
  } finally {
    state.busy -= 1;
  }
}

/**
 * Why nothing was stored.
 * @param {number} status
 * @param {{ closed?: string, errors?: CellFault[] }} told
 */
function refusal(status, told) {
  if (told.closed) return told.closed;
  const sentences = (told.errors || []).map((fault) => [fault.place, fault.message].filter(Boolean).join(": "));
  return sentences.slice(0, 5).join(" · ") || String(status);
}

/**
 * What was saved is in the grid.
 * @param {{ revision: number, gone: string[], rows: ToldRow[] }} told
 */
function take(told) {
  if (told.revision === state.revision + 1) state.revision = told.revision;
  for (const key of told.gone) rowOf(key)?.delete();
  const rows = told.rows.map(flat);
  if (rows.length) state.grid.updateOrAddData(rows); // the grid complains of an empty list
  for (const row of told.rows) {
    for (const cell of rowOf(row.key)?.getCells() || []) cell.getElement().classList.remove("bad");
  }
  const fresh = rows.find(isDoubted);
  say(fresh ? `${words.saved} ${doubt(fresh)}` : words.saved);
  refresh();
  chosen(selected());
}

/**
 * The rows are as they were.
 * @param {Put[]} puts
 */
function putBack(puts) {
  const rows = before(puts.filter((one) => one.key && rowOf(one.key)));
  if (rows.length) state.grid.updateData(rows);
  if (hasMap) chosen(selected());
}

/**
 * The faulty cells are marked.
 * @param {CellFault[]} errors
 * @param {Put[]} puts
 */
function mark(errors, puts) {
  for (const fault of errors) {
    const key = fault.key || (puts.length === 1 ? puts[0].key : null);
    const row = key && rowOf(key);
    const cell = row && fault.field && row.getCell(fault.field);
    if (cell) cell.getElement().classList.add("bad");
  }
}

// -- what the server asks -------------------------------------------------------------------------------------------

/**
 * Before a point changes: which of number and point stays in another datum, and how far it moves.
 * @param {{ datum?: string[], moves?: string[] }} told
 * @param {{ datum?: string | null, agreed?: boolean }} answers Get what was answered.
 */
async function settledPoints(told, answers) {
  if (told.datum) {
    const body = [element("p", some(told.datum).join(", "))];
    answers.datum = await ask(words.datum, body, [
      ["points", words.points],
      ["numbers", words.numbers],
      ["cancel", words.cancel],
    ]);
    return answers.datum !== null;
  }
  const moves = some(told.moves).map((move) => element("p", move));
  answers.agreed =
    (await ask(words.move, moves, [
      ["yes", words.isYes],
      ["cancel", words.isNo],
    ])) === "yes";
  return answers.agreed;
}

/**
 * Two people changed one field: the second sees both values and decides; whether anything of theirs is left to save.
 * @param {ToldRow[]} rows As they are stored now.
 * @param {Put[]} puts Are as was decided.
 * @param {Drop[]} drops The same.
 */
async function settleConflict(rows, puts, drops) {
  for (const theirs of rows) {
    const mine = puts.find((one) => one.key === theirs.key);
    const heading = element("p", `${theirs.key}: ${fill(words.by, { by: theirs.by || "–", at: theirs.at })}`);
    const body = [heading, compared(mine, theirs)];
    const answer = await ask(words.conflict, body, [
      ["mine", words.mine],
      ["theirs", words.theirs],
    ]);
    if (answer === "mine") {
      for (const one of [...puts, ...drops].filter((other) => other.key === theirs.key)) {
        one.seen = theirs.seen;
        one.was = theirs.cells;
      }
    } else {
      puts.splice(0, puts.length, ...puts.filter((one) => one.key !== theirs.key));
      drops.splice(0, drops.length, ...drops.filter((one) => one.key !== theirs.key));
      if (theirs.cells) state.grid.updateData([flat(theirs)]);
      else rowOf(theirs.key)?.delete();
    }
  }
  return puts.length + drops.length > 0;
}

/**
 * The fields in which two versions of a row differ, as a table.
 * @param {Put | undefined} mine
 * @param {ToldRow} theirs
 */
function compared(mine, theirs) {
  const table = element("table");
  const line = (/** @type {HTMLElement[]} */ ...cells) => {
    const row = element("tr");
    row.append(...cells);
    table.append(row);
  };
  line(element("td"), element("th", words.yours), element("th", words.other));
  for (const spec of state.columns) {
    const own = mine ? mine.cells[spec.name] || "" : words.gone;
    const other = theirs.cells ? theirs.cells[spec.name] || "" : words.gone;
    if (own !== other)
      line(element("th", spec.title), element("td", own || words.unset), element("td", other || words.unset));
  }
  return table;
}

/**
 * Whether what hangs on the rows may go with them.
 * @param {[string, string][]} rows Table and key of each.
 * @param {Drop[]} drops
 */
async function agreed(rows, drops) {
  const list = element("ul");
  for (const [table, key] of rows.slice(0, 40)) list.append(element("li", `${table} ${key}`));
  if (rows.length > 40) list.append(element("li", `… ${rows.length - 40}`));
  const body = [element("p", words.hangs), list];
  const answer = await ask(fill(words.remove, { n: drops.length }), body, [
    ["yes", words.yes],
    ["cancel", words.cancel],
  ]);
  return answer === "yes";
}

// -- what is saved --------------------------------------------------------------------------------------------------

/**
 * A cell was edited.
 * @param {import("tabulator-tables").CellComponent} cell
 */
export async function edited(cell) {
  const data = /** @type {Data} */ (cell.getData());
  if ((cell.getValue() || "") !== (data._was[cell.getField()] || "")) await save([put(data)]);
}

/** The points of the selected rows are right for their addresses. */
export const confirm = () => save(selected().filter(isDoubted).map(confirmed));

/**
 * A mark was moved by hand: its point is WGS-84. The server asks first; whoever says no has the old point again.
 * @param {number} lat
 * @param {number} lon
 */
export async function setPoint(lat, lon) {
  const [data] = selected();
  if (!data) return;
  const cells = { ...cellsOf(data), lat: lat.toFixed(6), lon: lon.toFixed(6), datum: "WGS-84" };
  if (!pointOf(data)) {
    const told = [element("p", fill(words.placed, { key: data._key, lat: cells.lat, lon: cells.lon }))];
    if (
      (await ask(words.move, told, [
        ["yes", words.isYes],
        ["cancel", words.isNo],
      ])) !== "yes"
    ) {
      chosen([data]);
      return;
    }
  }
  await save([put(data, cells)]);
  chosen(selected());
}
