// Rows in a form, for those who have no mouse: adding one, editing one, changing many, removing.

import { ask } from "../page/dialogs.js";
import { element, fill } from "../page/elements.js";
import { said, state, words } from "./page.js";
import { cellsOf, doubt, isDoubted, put } from "./rows.js";
import { add, save } from "./saving.js";
import { selected } from "./view.js";

/**
 * A labelled field for a column.
 * @param {ColumnSpec} spec
 * @param {string} [value]
 */
function field(spec, value = "") {
  const label = element("label", spec.title + (spec.required ? " *" : ""));
  const input = Object.keys(spec.words).length ? choice(spec) : typed(spec, label);
  input.name = spec.name;
  input.value = value;
  label.append(input, element("small", spec.meaning));
  return label;
}

/** @param {ColumnSpec} spec */
function choice(spec) {
  const select = element("select", null, { class: "form-select" });
  select.append(element("option", words.unset, { value: "" }));
  for (const [word, text] of Object.entries(spec.words)) select.append(element("option", text, { value: word }));
  return select;
}

/**
 * @param {ColumnSpec} spec
 * @param {HTMLLabelElement} label Gets the list of ids that the column may name.
 */
function typed(spec, label) {
  const input = element("input", null, { class: "form-control", autocomplete: "off", maxlength: spec.most });
  if (state.choices[spec.name]) {
    const id = `choices-${spec.name}`;
    const list = element("datalist", null, { id });
    for (const [key, text] of state.choices[spec.name]) list.append(element("option", text, { value: key }));
    input.setAttribute("list", id);
    label.append(list);
  }
  return input;
}

/**
 * The fields of a form and what is in them.
 * @param {HTMLElement} body
 * @returns {Cells}
 */
function filled(body) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (body.querySelectorAll("[name]"));
  return Object.fromEntries([...inputs].map((input) => [input.name, input.value]).filter(([, value]) => value.trim()));
}

/** Asks for a new row. */
export async function addRow() {
  const body = fields(null);
  const check = () => add({ key: null, seen: 0, was: null, cells: filled(body) });
  await ask(
    words.add,
    [body],
    [
      ["save", words.save],
      ["cancel", words.cancel],
    ],
    check,
  );
}

/** Asks how the selected row shall be. */
export async function editRow() {
  const [data] = selected();
  const body = fields(data);
  /** @type {HTMLInputElement} */ (body.querySelector("[name=id]"))?.setAttribute("readonly", "");
  const tick = element("input", null, { type: "checkbox" });
  if (isDoubted(data)) {
    const label = element("label", null, { class: "doubted" });
    label.append(tick, ` ${words.confirm}`);
    body.prepend(element("p", doubt(data), { class: "doubted" }), label);
  }
  const check = async () => {
    const cells = filled(body);
    if (isDoubted(data)) cells.point_for = tick.checked ? cells.address : data.point_for;
    return (await save([put(data, cells)])) ? "" : said();
  };
  await ask(
    words.edit,
    [body],
    [
      ["save", words.save],
      ["cancel", words.cancel],
    ],
    check,
  );
}

/** @param {Data | null} data */
function fields(data) {
  const body = element("div", null, { class: "fields" });
  body.append(...state.columns.filter((spec) => !spec.is_fixed).map((spec) => field(spec, data?.[spec.name] || "")));
  return body;
}

/** One column of all selected rows gets one value. */
export async function changeMany() {
  const rows = selected();
  const able = state.columns.filter((spec) => spec.name !== "id" && !spec.is_fixed);
  const pick = element("select", null, { class: "form-select" });
  pick.append(...able.map((spec) => element("option", spec.title, { value: spec.name })));
  const place = element("div", null, { class: "fields" });
  const draw = () => place.replaceChildren(field(able.find((spec) => spec.name === pick.value)));
  pick.addEventListener("change", draw);
  draw();
  const label = element("label", words.column);
  label.append(pick);
  const title = fill(words.bulk, { n: rows.length });
  if (
    !(await ask(
      title,
      [label, place],
      [
        ["save", words.save],
        ["cancel", words.cancel],
      ],
    ))
  )
    return;
  const value = filled(place)[pick.value] ?? "";
  await save(rows.map((data) => put(data, { ...cellsOf(data), [pick.value]: value })));
}

/** The selected rows go, once that is clear. */
export async function removeRows() {
  const rows = selected();
  const keys = rows.slice(0, 20).map((data) => data._key);
  const list = element("p", keys.join(", ") + (rows.length > 20 ? " …" : ""));
  const title = fill(words.remove, { n: rows.length });
  if (
    !(await ask(
      title,
      [list],
      [
        ["yes", words.yes],
        ["cancel", words.cancel],
      ],
    ))
  )
    return;
  await save(
    [],
    rows.map((data) => ({ key: data._key, seen: data._seen })),
  );
}
