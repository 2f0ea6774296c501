// The columns of the board: teams with their squads as cards, units of escort and forensics, doors that nobody raids.

import { byId, element, fill } from "../page/elements.js";
import { mark, officerChip, siteChip, unitChip, vehicleChip } from "./chips.js";
import { makeMove, state } from "./state.js";
import { clock, words } from "./words.js";

const box = byId("columns", HTMLElement);

/**
 * An area where something may land.
 * @param {"section" | "div"} tag
 * @param {string} where
 * @param {string} name
 * @param {string} look
 */
export function area(tag, where, name, look) {
  const made = element(tag, null, {
    "data-drop": where,
    "data-key": where,
    "data-name": name,
    class: look,
    tabindex: -1,
  });
  if (tag === "div") made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  return made;
}

/** Chips of one kind, as a list; nothing where there are none. */
function chips(/** @type {HTMLElement[]} */ made, /** @type {string} */ name) {
  if (!made.length) return [];
  const list = element("ul", null, { class: "chips", "aria-label": name });
  list.append(...made.map(item));
  return [list];
}

function item(/** @type {HTMLElement} */ chip) {
  const row = element("li");
  row.append(chip);
  return row;
}

/** @param {BoardUnit} unit */
function card(unit) {
  const told = state.told;
  const kind = unit.kind ? "unit" : "squad";
  const key = `${kind}:${unit.id}`;
  const made = area(
    "div",
    key,
    fill(words[unit.kind ?? "squad"], { id: unit.id }),
    `squad${unit.begun ? " begun" : ""}`,
  );
  const roleOf = (/** @type {string} */ id) =>
    id === unit.leader ? words.leader : unit.guards?.includes(id) ? words.guard : "";
  made.append(
    unitChip(unit),
    ...(unit.begun ? [element("p", words.begun, { class: "quiet" })] : []),
    ...(typeof unit.leave === "number"
      ? [
          element("p", fill(words.leave, { at: clock(unit.leave), margin: String(unit.margin) }), {
            class: "quiet by-when",
          }),
        ]
      : []),
    ...chips(
      (unit.sites ?? []).map((raid) => siteChip(told, raid.id, raid)),
      words.doors,
    ),
    ...chips(
      unit.officers.map((id) => officerChip(told, id, roleOf(id))),
      words.officers,
    ),
    ...chips(
      unit.vehicles.map((id) => vehicleChip(told, id)),
      words.vehicles,
    ),
  );
  return made;
}

/** @param {BoardUnit[]} units */
function cards(units) {
  const list = element("ul", null, { class: "cards" });
  list.append(...units.map((unit) => item(card(unit))));
  return list;
}

/** A button of a column. */
function button(/** @type {string} */ text, /** @type {string} */ name, /** @type {() => void} */ act) {
  const made = element("button", text, { type: "button", class: "btn", "aria-label": name });
  made.disabled = Boolean(words.closed);
  made.addEventListener("click", act);
  return made;
}

/** @param {BoardTeam} team */
function teamColumn(team) {
  const name = fill(words.team, { id: team.id });
  const made = area("section", `team:${team.id}`, name, "column");
  const head = element("h3", null, { class: "head" });
  head.append(element("strong", team.id), ` ${team.city}`);
  mark(head, `team:${team.id}`);
  const boss = area("div", `commander:${team.id}`, fill(words.commanderOf, { id: team.id }), "commander");
  boss.append(element("span", words.commander, { class: "quiet" }), officerChip(state.told, team.commander));
  const at = element("p", team.assembly.name, { class: "quiet", title: words.assembly });
  const add = button(words.addSquad, fill(words.addSquadTo, { id: team.id }), () =>
    makeMove({ kind: "add", team: team.id }),
  );
  made.append(head, at, boss, cards(team.squads), add);
  return made;
}

/**
 * A column without a team.
 * @param {string} name
 * @param {BoardUnit[]} units
 */
function supportColumn(name, units) {
  const made = element("section", null, { class: "column", "aria-label": name });
  made.append(element("h3", name, { class: "head" }), cards(units));
  return made;
}

/** Doors that nobody raids. */
function skippedColumn() {
  const made = area("section", "nobody:", words.nobody, "column");
  const doors = state.told.skipped.map((id) => siteChip(state.told, id));
  made.append(element("h3", `${words.nobody} (${doors.length})`, { class: "head" }), ...chips(doors, words.doors));
  return made;
}

/** All columns anew. */
export function drawColumns() {
  const { teams, loose, units } = state.told;
  const columns = teams.map(teamColumn);
  if (loose.length) columns.push(supportColumn(words.loose, loose));
  for (const [kind, name] of /** @type {const} */ ([
    ["escort", words.escorts],
    ["forensic", words.forensics],
  ])) {
    const some = units.filter((unit) => unit.kind === kind);
    if (some.length) columns.push(supportColumn(name, some));
  }
  columns.push(skippedColumn());
  const at = box.scrollLeft;
  box.replaceChildren(...columns);
  box.scrollLeft = at;
}
