// What stands in a grid without rows: that there are none yet, or that none matches, and the next step.

import { element } from "../page/elements.js";
import { isClosed, words } from "./page.js";

/**
 * A sentence with its buttons and links.
 * @param {string} text
 * @param {HTMLElement[]} steps
 */
function told(text, steps) {
  const line = element("p", `${text} `, { class: "nothing" });
  line.append(...steps);
  return line;
}

const look = { class: "btn", type: "button" };
const add = element("button", words.add, look);
const bring = element("a", words.import, { class: "btn", href: words.importAt });
const all = element("button", words.showAll, look);
const none = told(words.empty, isClosed ? [] : [add, bring]);
const noMatch = told(words.noMatch, [all]);

/**
 * It is a row too, as far as a grid's roles go.
 * @param {() => void} addRow
 * @param {() => void} showAll
 */
export function emptyRow(addRow, showAll) {
  const row = element("div", null, { class: "tabulator-placeholder-contents", role: "row" });
  const cell = element("div", null, { role: "gridcell" });
  cell.append(none, noMatch);
  row.append(cell);
  add.addEventListener("click", addRow);
  all.addEventListener("click", showAll);
  return row;
}

/**
 * The sentence is the one that is so.
 * @param {number} num How many rows the register has.
 */
export function tellEmpty(num) {
  none.hidden = num > 0;
  noMatch.hidden = num === 0;
}
