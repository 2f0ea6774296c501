// A register as a grid. Cells are text; the server reads them, says what is wrong, and keeps what others have changed.

import { byId } from "../page/elements.js";
import { poll, undoLast } from "./changes.js";
import { column, marked } from "./columns.js";
import { emptyRow } from "./empty.js";
import { addRow, changeMany, editRow, removeRows } from "./forms.js";
import * as keyboard from "./keyboard.js";
import * as map from "./map.js";
import { box, hasMap, isClosed, say, state, words } from "./page.js";
import { printAll } from "./printing.js";
import { flat } from "./rows.js";
import { confirm, edited, setPoint } from "./saving.js";
import { call } from "./server.js";
import { button, chosen, filter, refresh } from "./view.js";

const POLL = 4000; // milliseconds

/** No finding hides any row. */
function showOthers() {
  state.only = null;
  button("only").hidden = true;
  filter();
}

/** Neither a finding nor the search does. */
function showAll() {
  byId("search", HTMLInputElement).value = "";
  showOthers();
}

/** The grid's own words are English, and its body has no role that a grid may hold. */
function nameParts() {
  box.setAttribute("aria-label", box.dataset.title);
  box.querySelector(".tabulator-header input[type=checkbox]")?.setAttribute("aria-label", words.selectAll);
  const body = box.querySelector(".tabulator-tableholder");
  body.setAttribute("role", "rowgroup");
  body.setAttribute("tabindex", "-1"); // its cells are the stop for Tab
  box.querySelector(".tabulator-table").setAttribute("role", "presentation");
}

/** @param {import("tabulator-tables").RowComponent} row */
function drawn(row) {
  marked(row);
  keyboard.stops(row);
}

/** @param {ToldRow[]} rows */
function gridOf(rows) {
  /** @type {import("tabulator-tables").ColumnDefinition} */
  const ticks = {
    title: "",
    formatter: "rowSelection",
    titleFormatter: "rowSelection",
    hozAlign: "center",
    headerSort: false,
    width: 34,
    frozen: true,
  };
  return new Tabulator(box, {
    data: rows.map(flat),
    index: "_key",
    height: "calc(100vh - 15rem)",
    layout: "fitDataStretch",
    placeholder: emptyRow(addRow, showAll),
    columns: [ticks, ...state.columns.map(column)],
    selectableRows: true,
    editTriggerEvent: "dblclick",
    renderHorizontal: "basic",
    rowFormatter: drawn,
    columnDefaults: { title: "", resizable: "header" },
  });
}

async function start() {
  say(words.loading);
  const { told } = await call("GET");
  state.columns = told.columns;
  state.choices = told.choices;
  state.revision = told.revision;
  state.only = told.found ? new Set(told.found) : null;
  await document.fonts.load("13px Han", "编"); // columns are as wide as their text, in whatever face
  state.grid = gridOf(told.rows);
  state.grid.on("cellEdited", edited);
  state.grid.on("rowSelectionChanged", chosen);
  state.grid.on("dataFiltered", () => setTimeout(refresh));
  await new Promise((resolve) => state.grid.on("tableBuilt", () => resolve(null)));
  nameParts();
  keyboard.listen();
  printAll();
  button("only").hidden = !state.only;
  if (hasMap) map.start(setPoint);
  if (state.only) filter();
  for (const name of ["add", "undo"]) button(name).disabled = isClosed;
  refresh();
  say(isClosed ? words.closed : "");
  box.dataset.ready = "yes";
  setInterval(poll, POLL);
}

byId("search", HTMLInputElement).addEventListener("input", filter);
button("add").addEventListener("click", addRow);
button("edit").addEventListener("click", editRow);
button("bulk").addEventListener("click", changeMany);
button("confirm").addEventListener("click", confirm);
button("remove").addEventListener("click", removeRows);
button("undo").addEventListener("click", undoLast);
button("only").addEventListener("click", showOthers);
start();
