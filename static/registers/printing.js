// A register on paper: a plain table of all rows that are shown, not only of those that the grid has drawn.

import { element } from "../page/elements.js";
import { wordOf } from "./columns.js";
import { box, state } from "./page.js";

/** The rows that search and filters leave, in their order; columns in which none of them has anything are left out. */
function table() {
  /** @type {Data[]} */
  const rows = state.grid.getData("active");
  const columns = state.columns.filter((spec) => rows.some((row) => row[spec.name]));
  const made = element("table", null, { class: "lines", id: "printed" });
  const line = (/** @type {HTMLElement} */ part, /** @type {"th" | "td"} */ tag, /** @type {string[]} */ texts) => {
    const row = element("tr");
    row.append(...texts.map((text) => element(tag, text)));
    part.append(row);
  };
  const [head, body] = [element("thead"), element("tbody")];
  line(
    head,
    "th",
    columns.map((spec) => spec.title),
  );
  for (const row of rows)
    line(
      body,
      "td",
      columns.map((spec) => wordOf(spec, row[spec.name])),
    );
  made.append(head, body);
  return made;
}

/** Printing prints all rows. */
export function printAll() {
  window.addEventListener("beforeprint", () => {
    document.getElementById("printed")?.remove();
    box.after(table());
  });
  window.addEventListener("afterprint", () => document.getElementById("printed")?.remove());
}
