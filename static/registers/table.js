// A register as a grid. Cells are text; the server reads them, says what is wrong, and keeps what others have changed.
"use strict";

{
  const box = document.getElementById("table");
  const note = document.getElementById("note");
  const words = document.getElementById("words").dataset;
  const meta = (page, name) => page.querySelector(`meta[name=${name}]`)?.content;
  let token = meta(document, "csrf-token");
  const address = new URL(box.dataset.rows, location.href);
  const isClosed = box.dataset.closed === "yes";
  const hasMap = Boolean(document.getElementById("map"));
  const POLL = 4000;
  const { ask, element } = Dialog;
  let columns = [];
  let choices = {};
  let revision = 0;
  let only = null;
  let grid = null;
  let busy = 0;

  const rowOf = (key) => grid.getRow(key) || null; // the grid says false where there is none
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);
  const say = (text, bad = false) => { note.textContent = text; note.classList.toggle("bad", bad); };

  async function call(method, body, query = {}, at = address, isFresh = false) {
    const target = new URL(at, location.href);
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    const answer = await fetch(target, { method, headers, body: body && JSON.stringify(body), redirect: "manual" });
    if (answer.status === 401 || answer.type === "opaqueredirect") throw new Error(words.ended);
    if (answer.status === 400 && !isFresh && await renewed()) return call(method, body, query, at, true);
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    return { status: answer.status, told };
  }

  // The same person has logged in again in another tab: the page as it is now has a token that holds.
  async function renewed() {
    const text = await (await fetch(location.href, { redirect: "manual" })).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const [old, now] = [token, meta(page, "csrf-token")];
    if (now && meta(page, "person") === meta(document, "person")) token = now;
    return token !== old;
  }

  // Every column has a value: the grid would keep the old one of a cell that is told no more.
  const blank = () => Object.fromEntries(columns.map((c) => [c.name, ""]));
  const flat = (row) => ({ ...blank(), ...row.cells, _key: row.key, _seen: row.seen, _by: row.by, _at: row.at, _was: row.cells });
  const cellsOf = (data) => Object.fromEntries(columns.map((c) => [c.name, data[c.name] || ""]).filter(([, v]) => v !== ""));

  // An address was changed and its point was not: told at the row until somebody confirms the point or moves it.
  const doubt = (data) => fill(words.doubt, { key: data.id, address: data.point_for });
  const isDoubted = (data) => Boolean(data.point_for);
  const confirmed = (data) => ({ ...put(data), cells: { ...cellsOf(data), point_for: data.address } });
  const flag = (row) => {
    const data = row.getData();
    row.getElement().querySelector("input[type=checkbox]")?.setAttribute("aria-label", fill(words.select, { key: data._key }));
    for (const cell of row.getCells().filter((one) => ["address", "point_for"].includes(one.getField()))) {
      cell.getElement().classList.toggle("doubted", isDoubted(data));
      cell.getElement().title = isDoubted(data) ? doubt(data) : "";
    }
  };
  const confirm = () => save(grid.getSelectedData().filter(isDoubted).map(confirmed));

  // -- columns ------------------------------------------------------------------------------------------------

  function column(spec) {
    const isNumber = ["whole", "number", "degrees"].includes(spec.kind);
    const made = {
      field: spec.name, title: spec.title + (spec.required ? " *" : ""), headerTooltip: spec.meaning, maxWidth: 340,
      sorter: isNumber ? "number" : "string", headerFilter: "input",
      headerFilterParams: { elementAttributes: { "aria-label": fill(words.filter, { column: spec.title }) } }, hozAlign: isNumber ? "right" : "left", minWidth: 70,
      formatter: (cell) => shown(spec, cell.getValue()),
      editable: (cell) => !isClosed && !spec.is_fixed && !(spec.name === "id" && cell.getData()._key),
      ...editor(spec),
    };
    if (spec.name === "id") made.frozen = true;
    return made;
  }

  function shown(spec, value) {
    const text = document.createElement("span");
    text.textContent = spec.words[value] || value || "";
    if (text.textContent.length > 40) text.title = text.textContent;
    return text;
  }

  // The grid would put a choice's words into the page as markup.
  const itemFormatter = (label, value) => element("span", label || value || "\u00a0");

  function editor(spec) {
    if (Object.keys(spec.words).length) {
      const values = [{ label: words.unset, value: "" }, ...Object.entries(spec.words).map(([value, label]) => ({ label, value }))];
      return { editor: "list", editorParams: { values, itemFormatter } };
    }
    if (choices[spec.name]) {
      const values = choices[spec.name].map(([value, label]) => ({ value, label: label ? `${value} ${label}` : value }));
      return { editor: "list", editorParams: { values, itemFormatter, autocomplete: true, freetext: true, listOnEmpty: true, placeholderEmpty: "–" } };
    }
    return { editor: "input", editorParams: { selectContents: true, elementAttributes: { maxlength: String(spec.most) } } };
  }

  // -- saving -------------------------------------------------------------------------------------------------

  // Sends puts and drops; every question that the server has is asked here, until all is saved or given up.
  async function save(puts, drops = [], also = []) {
    const answers = {};
    busy += 1;
    try {
      for (;;) {
        const { status, told } = await call("POST", { puts, drops, also, ...answers });
        if (status === 200) { take(told); return true; }
        if (told.datum || told.moves) {
          if (!await settled(told, answers)) { putBack(puts); say(words.asWas); return false; }
        } else if (told.conflict) {
          if (!await settle(told.conflict, puts, drops)) return false;
        } else if (told.in_use) {
          if (!await agreed(told.in_use.rows, drops)) return false;
          also = told.in_use.rows;
        } else {
          mark(told.errors || [], puts);
          say(told.closed ? words.closed : (told.errors || [{ message: `${status}` }]).slice(0, 5).map(sentence).join(" · "), true);
          return false;
        }
      }
    } catch (error) {
      say(error instanceof TypeError ? words.lost : error.message, true);
      return false;
    } finally {
      busy -= 1;
    }
  }

  // What the server asks before a point changes: which of number and point stays in another datum, and how far it moves.
  async function settled(told, answers) {
    if (told.datum) {
      const buttons = [["points", words.points], ["numbers", words.numbers], ["cancel", words.cancel]];
      answers.datum = await ask(words.datum, [element("p", some(told.datum).join(", "))], buttons);
      return answers.datum !== null;
    }
    answers.agreed = await ask(words.move, some(told.moves).map((move) => element("p", move)), [["yes", words.isYes], ["cancel", words.isNo]]) === "yes";
    return answers.agreed;
  }

  const some = (list) => (list.length > 20 ? [...list.slice(0, 20), `… ${list.length - 20}`] : list);

  function putBack(puts) {
    const rows = puts.filter((one) => one.key && rowOf(one.key)).map((one) => ({ _key: one.key, ...blank(), ...one.was }));
    if (rows.length) grid.updateData(rows);
    if (hasMap) chosen(grid.getSelectedData());
  }

  const sentence = (fault) => [fault.place, fault.message].filter(Boolean).join(": ");

  function mark(errors, puts) {
    for (const fault of errors) {
      const key = fault.key || (puts.length === 1 ? puts[0].key : null);
      const row = key && rowOf(key);
      const cell = row && fault.field && row.getCell(fault.field);
      if (cell) cell.getElement().classList.add("bad");
    }
  }

  // Two people changed one field: the second sees both values and decides; nothing typed is lost.
  async function settle(rows, puts, drops) {
    for (const theirs of rows) {
      const mine = puts.find((put) => put.key === theirs.key);
      const heading = element("p", `${theirs.key}: ${fill(words.by, { by: theirs.by || "–", at: theirs.at })}`);
      const table = element("table");
      const head = element("tr");
      head.append(element("th"), element("th", words.yours), element("th", words.other));
      table.append(head);
      for (const spec of columns) {
        const own = mine ? mine.cells[spec.name] || "" : words.gone;
        const other = theirs.cells ? theirs.cells[spec.name] || "" : words.gone;
        if (own === other) continue;
        const line = element("tr");
        line.append(element("th", spec.title), element("td", own || words.unset), element("td", other || words.unset));
        table.append(line);
      }
      const answer = await ask(words.conflict, [heading, table], [["mine", words.mine], ["theirs", words.theirs]]);
      if (answer === "mine") {
        for (const one of [...puts, ...drops].filter((x) => x.key === theirs.key)) {
          one.seen = theirs.seen;
          one.was = theirs.cells || null;
        }
      } else {
        puts.splice(0, puts.length, ...puts.filter((put) => put.key !== theirs.key));
        drops.splice(0, drops.length, ...drops.filter((drop) => drop.key !== theirs.key));
        if (theirs.cells) await grid.updateOrAddData([flat(theirs)]);
        else rowOf(theirs.key)?.delete();
        if (!puts.length && !drops.length) return false;
      }
    }
    return true;
  }

  async function agreed(rows, drops) {
    const list = element("ul");
    for (const [table, key] of rows.slice(0, 40)) list.append(element("li", `${table} ${key}`));
    if (rows.length > 40) list.append(element("li", `… ${rows.length - 40}`));
    const answer = await ask(fill(words.remove, { n: drops.length }), [element("p", words.hangs), list], [["yes", words.yes], ["cancel", words.cancel]]);
    return answer === "yes";
  }

  function take(told) {
    const isNext = told.revision === revision + 1;
    if (isNext) revision = told.revision;
    for (const key of told.gone) rowOf(key)?.delete();
    if (told.rows.length) grid.updateOrAddData(told.rows.map(flat)); // the grid complains of an empty list
    for (const row of told.rows) {
      for (const cell of rowOf(row.key)?.getCells() || []) cell.getElement().classList.remove("bad");
    }
    const fresh = told.rows.map(flat).find(isDoubted);
    say(fresh ? `${words.saved} ${doubt(fresh)}` : words.saved);
    refresh();
    chosen(grid.getSelectedData());
  }

  const put = (data) => ({ key: data._key, seen: data._seen, was: data._was, cells: cellsOf(data) });

  async function edited(cell) {
    const data = cell.getData();
    const field = cell.getField();
    const old = data._was[field] || "";
    if ((cell.getValue() || "") === old) return;
    await save([put(data)]);
  }

  // The server keeps what was done: the person's own last change is undone once it is clear what that will do.
  async function undoLast() {
    try {
      const { told: last } = await call("GET", null, {}, `${box.dataset.history}/last`);
      if (last.change === null) { say(last.nothing); return; }
      const list = element("ul");
      for (const sentence of last.refused.length ? last.refused : last.sentences) list.append(element("li", sentence));
      if (last.more) list.append(element("li", `… ${last.more}`));
      const buttons = last.refused.length ? [["cancel", words.cancel]] : [["yes", words.undo], ["cancel", words.cancel]];
      const body = [element("p", fill(words.madeAt, { at: last.at })), element("p", last.refused.length ? words.refused : words.happens), list];
      if (await ask(words.undoLast, body, buttons) !== "yes") return;
      const { told } = await call("POST", null, {}, `${box.dataset.history}/${last.change}/undo`);
      await poll(false);
      say(told.done || told.refused.join(" · "), !told.done);
    } catch (error) {
      say(error instanceof TypeError ? words.lost : error.message, true);
    }
  }

  // -- adding, changing many, removing --------------------------------------------------------------------------

  function field(spec, value = "") {
    const label = element("label", spec.title + (spec.required ? " *" : ""));
    let input;
    if (Object.keys(spec.words).length) {
      input = element("select", null, { class: "form-select" });
      input.append(element("option", words.unset, { value: "" }));
      for (const [word, text] of Object.entries(spec.words)) input.append(element("option", text, { value: word }));
    } else {
      input = element("input", null, { class: "form-control", autocomplete: "off", maxlength: spec.most });
      if (choices[spec.name]) {
        const id = `choices-${spec.name}`;
        input.setAttribute("list", id);
        const list = element("datalist", null, { id });
        for (const [key, text] of choices[spec.name]) list.append(element("option", text, { value: key }));
        label.append(list);
      }
    }
    input.name = spec.name;
    input.value = value;
    label.append(input, element("small", spec.meaning));
    return label;
  }

  // A row in a form: a new one, or the one that is given, for those who have no mouse.
  async function form(data = null) {
    const body = element("div", null, { class: "fields" });
    for (const spec of columns.filter((c) => !c.is_fixed)) body.append(field(spec, data ? data[spec.name] || "" : ""));
    if (data && data.id) body.querySelector("[name=id]").readOnly = true;
    const tick = element("input", null, { type: "checkbox" });
    if (data && isDoubted(data)) {
      const label = element("label", null, { class: "doubted" });
      label.append(tick, ` ${words.confirm}`);
      body.prepend(element("p", doubt(data), { class: "doubted" }), label);
    }
    const check = async () => {
      const inputs = [...body.querySelectorAll("[name]")];
      const cells = Object.fromEntries(inputs.map((input) => [input.name, input.value]).filter(([, v]) => v.trim()));
      if (data && isDoubted(data)) cells.point_for = tick.checked ? cells.address : data.point_for;
      const put = data ? { key: data._key, seen: data._seen, was: data._was, cells } : { key: null, seen: 0, was: null, cells };
      if (data) {
        return await save([put]) ? "" : note.textContent;
      }
      busy += 1;
      try {
        const { status, told } = await call("POST", { puts: [put] });
        if (status === 200) { take(told); return ""; }
        if (told.conflict) return words.conflict;
        return told.closed ? words.closed : (told.errors || []).map(sentence).join(" · ") || String(status);
      } catch (error) {
        return error instanceof TypeError ? words.lost : error.message;
      } finally {
        busy -= 1;
      }
    };
    await ask(data ? words.edit : words.add, [body], [["save", words.save], ["cancel", words.cancel]], check);
  }

  async function bulk() {
    const rows = grid.getSelectedData();
    const pick = element("select", null, { class: "form-select" });
    const able = columns.filter((c) => c.name !== "id" && !c.is_fixed);
    for (const spec of able) pick.append(element("option", spec.title, { value: spec.name }));
    const place = element("div", null, { class: "fields" });
    const draw = () => place.replaceChildren(field(able.find((c) => c.name === pick.value)));
    pick.addEventListener("change", draw);
    draw();
    const label = element("label", words.column);
    label.append(pick);
    const answer = await ask(fill(words.bulk, { n: rows.length }), [label, place], [["save", words.save], ["cancel", words.cancel]]);
    if (!answer) return;
    const value = place.querySelector("[name]").value;
    const puts = rows.map((data) => {
      const cells = { ...cellsOf(data), [pick.value]: value };
      return { key: data._key, seen: data._seen, was: data._was, cells };
    });
    await save(puts);
  }

  async function remove() {
    const rows = grid.getSelectedData();
    const list = element("p", rows.slice(0, 20).map((data) => data._key).join(", ") + (rows.length > 20 ? " …" : ""));
    const answer = await ask(fill(words.remove, { n: rows.length }), [list], [["yes", words.yes], ["cancel", words.cancel]]);
    if (!answer) return;
    await save([], rows.map((data) => ({ key: data._key, seen: data._seen })));
  }

  // -- what others change ---------------------------------------------------------------------------------------

  async function poll(isTold = true) {
    if (busy || document.hidden || grid.element.querySelector(".tabulator-editing")) return;
    try {
      const { status, told } = await call("GET", null, { since: revision });
      if (status !== 200 || busy || told.revision === revision) return;
      const there = new Set(told.keys);
      for (const row of grid.getRows()) if (!there.has(row.getData()._key)) row.delete();
      if (told.rows.length) await grid.updateOrAddData(told.rows.map(flat));
      revision = told.revision;
      if (told.rows.length && isTold) say(fill(words.others, { n: told.rows.length }));
      refresh();
    } catch (error) {
      say(error instanceof TypeError ? words.lost : error.message, true);
    }
  }

  // -- the page -------------------------------------------------------------------------------------------------

  function refresh() {
    const all = grid.getDataCount();
    const active = grid.getDataCount("active");
    document.getElementById("count").textContent = fill(all === active ? words.rows : words.of, { n: active, m: all });
    if (hasMap) PointMap.show(grid.getData().map((d) => ({ at: pointOf(d), text: `${d.id} ${d.name || d.address || ""}`, city: d.city })).filter((d) => d.at));
  }

  // Where a row lies in WGS-84, as maps want it; what was given in another datum has that point beside it.
  function pointOf(data) {
    const pair = data.wgs84_lat ? [data.wgs84_lat, data.wgs84_lon] : [data.lat, data.lon];
    return pair.every(Boolean) && pair.every((one) => Number.isFinite(Number(one))) ? pair.map(Number) : null;
  }

  function chosen(rows) {
    for (const name of ["bulk", "remove"]) document.getElementById(name).disabled = isClosed || !rows.length;
    document.getElementById("edit").disabled = isClosed || rows.length !== 1;
    document.getElementById("confirm").hidden = isClosed || !rows.some(isDoubted);
    if (hasMap) PointMap.select(rows.length === 1 ? pointOf(rows[0]) : null, rows.length === 1 && !isClosed, rows[0]?._key ?? "");
  }

  // A mark was moved by hand: its point is WGS-84. The server asks first; whoever says no has the old point again.
  async function setPoint(lat, lon) {
    const [data] = grid.getSelectedData();
    if (!data || isClosed) return;
    const cells = { ...cellsOf(data), lat: lat.toFixed(6), lon: lon.toFixed(6), datum: "WGS-84" };
    const isNew = !pointOf(data);
    const told = [element("p", fill(words.placed, { key: data._key, lat: cells.lat, lon: cells.lon }))];
    if (isNew && await ask(words.move, told, [["yes", words.isYes], ["cancel", words.isNo]]) !== "yes") { chosen([data]); return; }
    await save([{ key: data._key, seen: data._seen, was: data._was, cells }]);
    chosen(grid.getSelectedData());
  }

  function filters() {
    const text = document.getElementById("search").value.trim().toLowerCase();
    grid.setFilter((data) => {
      if (only && !only.has(data._key)) return false;
      return !text || columns.some((c) => (`${data[c.name] || ""} ${c.words[data[c.name]] || ""}`).toLowerCase().includes(text));
    });
    refresh();
  }

  // What stands in place of rows is a row too, as far as a grid's roles go.
  function emptyRow() {
    const row = element("div", null, { class: "tabulator-placeholder-contents", role: "row" });
    row.append(element("div", words.empty, { role: "gridcell" }));
    return row;
  }

  // The grid's own words are English, and its body has no role that a grid may hold.
  function nameParts() {
    box.setAttribute("aria-label", box.dataset.title);
    box.querySelector(".tabulator-header input[type=checkbox]")?.setAttribute("aria-label", words.selectAll);
    box.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup");
    box.querySelector(".tabulator-table").setAttribute("role", "presentation");
  }

  async function start() {
    say(words.loading);
    const { told } = await call("GET");
    columns = told.columns;
    choices = told.choices;
    revision = told.revision;
    only = told.found ? new Set(told.found) : null;
    await document.fonts.load("13px Han", "编"); // columns are as wide as their text, in whatever face
    grid = new Tabulator(box, {
      data: told.rows.map(flat), index: "_key", height: "calc(100vh - 15rem)", layout: "fitDataStretch", placeholder: emptyRow(),
      columns: [{ formatter: "rowSelection", titleFormatter: "rowSelection", hozAlign: "center", headerSort: false, width: 34, frozen: true }, ...columns.map(column)],
      selectableRows: true, editTriggerEvent: "dblclick", renderHorizontal: "basic",
      rowFormatter: flag, keybindings: true, columnDefaults: { resizable: "header" },
    });
    grid.on("cellEdited", edited);
    grid.on("rowSelectionChanged", chosen);
    grid.on("dataFiltered", () => setTimeout(refresh));
    await new Promise((resolve) => { grid.on("tableBuilt", resolve); });
    nameParts();
    document.getElementById("only").hidden = !only;
    if (hasMap) PointMap.start(setPoint);
    if (only) filters();
    for (const name of ["add", "undo"]) document.getElementById(name).disabled = isClosed;
    refresh();
    say(isClosed ? words.closed : "");
    box.dataset.ready = "yes";
    setInterval(() => poll(), POLL);
  }

  document.getElementById("search").addEventListener("input", filters);
  document.getElementById("add").addEventListener("click", () => form());
  document.getElementById("edit").addEventListener("click", () => form(grid.getSelectedData()[0]));
  document.getElementById("bulk").addEventListener("click", bulk);
  document.getElementById("confirm").addEventListener("click", confirm);
  document.getElementById("remove").addEventListener("click", remove);
  document.getElementById("undo").addEventListener("click", undoLast);
  document.getElementById("only").addEventListener("click", () => {
    only = null;
    document.getElementById("only").hidden = true;
    filters();
  });
  start();
}
