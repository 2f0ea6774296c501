// Tables of a page: a heading sorts, a word filters; what is filtered away is not printed either. Rows that belong
// together stay together: a row with a heading cell and those below it, under the heading of their group.

import { element, fill } from "./elements.js";

const AT_SIGHT = 6; // so few rows need no filter

const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

/**
 * The rows of a body, each with those that belong to it.
 * @param {HTMLTableSectionElement} body
 */
function blocks(body) {
  /** @type {HTMLTableRowElement[][]} */
  const found = [];
  for (const row of body.rows) {
    if (row.querySelector("th[scope=row]")) found.push([row]);
    else found.at(-1)?.push(row);
  }
  return found;
}

/**
 * What a block is sorted by in a column.
 * @param {HTMLTableRowElement[]} block
 * @param {number} column
 */
function sortKey([row], column) {
  const cell = row.cells[column];
  return cell.dataset.value ?? cell.textContent.trim();
}

/**
 * The rows are in the order of the column; once more, in the other one.
 * @param {HTMLTableElement} table
 * @param {HTMLTableCellElement} heading
 */
function sort(table, heading) {
  const way = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
  const column = heading.cellIndex;
  for (const body of table.tBodies) {
    const sorted = blocks(body).sort((a, b) => way * order.compare(sortKey(a, column), sortKey(b, column)));
    body.append(...sorted.flat());
  }
}

/**
 * Only what holds the word is shown; of a group whose heading holds it, all. Returns how many are shown, of how many.
 * @param {HTMLTableElement} table
 * @param {string} word
 */
function filter(table, word) {
  const holds = (/** @type {Element[]} */ rows) => rows.some((row) => row.textContent.toLowerCase().includes(word));
  let [shown, all] = [0, 0];
  for (const body of table.tBodies) {
    const heading = [...body.rows].filter((row) => row.querySelector("th[scope=rowgroup]"));
    const isWhole = holds(heading);
    const before = shown;
    for (const block of blocks(body)) {
      const isShown = isWhole || holds(block);
      for (const row of block) row.hidden = !isShown;
      all += 1;
      shown += isShown ? 1 : 0;
    }
    body.hidden = shown === before;
  }
  return { n: shown, m: all };
}

/** @param {HTMLTableElement} table */
function start(table) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = element("button", heading.textContent.trim(), { type: "button", class: "plain sort" });
    button.addEventListener("click", () => sort(table, heading));
    heading.replaceChildren(button);
  }
  if ([...table.tBodies].reduce((sum, body) => sum + body.rows.length, 0) <= AT_SIGHT) return;
  const box = element("input", null, { type: "search", class: "form-control", autocomplete: "off" });
  const label = element("label", `${table.dataset.filter} `);
  const count = element("span", "", { class: "count", role: "status" });
  label.append(box);
  box.addEventListener("input", () => {
    const word = box.value.trim().toLowerCase();
    const told = filter(table, word);
    count.textContent = word ? fill(table.dataset.of, told) : "";
  });
  const tools = element("p", null, { class: "table-tools" });
  tools.append(label, count);
  table.closest(".scroll").before(tools);
}

for (const table of document.querySelectorAll("table.sortable")) start(/** @type {HTMLTableElement} */ (table));
