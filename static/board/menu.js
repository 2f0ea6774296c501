// What a click on a chip opens: what breaks there, where it may go by name, its start, its best places.

import { ask } from "../page/dialogs.js";
import { element, fill } from "../page/elements.js";
import { brokenAt } from "./broken.js";
import { pickUp } from "./carry.js";
import { showFits } from "./fits.js";
import { moveOf } from "./moves.js";
import { makeMove, state } from "./state.js";
import { clock, words } from "./words.js";

/** @type {Record<string, string>} Kind of a thing -> the address of its page, which lacks only the id. */
const pages = JSON.parse(words.things);

/** Every place of the draft, by name, whether it is shown or not. */
function placesOf() {
  const { teams, loose, units, sites, skipped } = state.told;
  const raided = (/** @type {BoardUnit} */ squad) => squad.sites.map(({ id }) => id).join(", ");
  const ofTeam = (/** @type {BoardTeam} */ team) => [
    { key: `team:${team.id}`, name: `${fill(words.team, { id: team.id })} · ${team.city}` },
    ...team.squads.map(squadPlace),
    { key: `commander:${team.id}`, name: fill(words.commanderOf, { id: team.id }) },
  ];
  const squadPlace = (/** @type {BoardUnit} */ one) => ({
    key: `squad:${one.id}`,
    name: `${fill(words.squad, { id: one.id })} · ${raided(one)}`,
  });
  const doors = [...teams.flatMap((team) => team.squads), ...loose].flatMap((one) => one.sites.map(({ id }) => id));
  return [
    ...teams.flatMap(ofTeam),
    ...loose.map(squadPlace),
    ...units.map((one) => ({ key: `unit:${one.id}`, name: fill(words[one.kind], { id: one.id }) })),
    ...[...doors, ...skipped].map((id) => ({
      key: `site:${id}`,
      name: `${fill(words.door, { id })} · ${sites[id].label}`,
    })),
    { key: "reserve:", name: words.reserve },
    { key: "nobody:", name: words.nobody },
  ];
}

/**
 * Where a thing may go, in a list that a word filters.
 * @param {string} what
 */
function picker(what) {
  const places = placesOf().filter(({ key }) => moveOf(what, key));
  const search = element("input", null, { type: "search", class: "form-control", autocomplete: "off" });
  const list = element("select", null, { size: 8, class: "form-select" });
  const show = () => {
    const word = search.value.trim().toLowerCase();
    const some = places.filter(({ name }) => name.toLowerCase().includes(word));
    list.replaceChildren(...some.map(({ key, name }) => element("option", name, { value: key })));
    list.selectedIndex = word && some.length ? 0 : -1; // nothing goes anywhere that nobody has chosen
  };
  search.addEventListener("input", show);
  show();
  return { boxes: [labelled(words.search, search), labelled(words.moveTo, list)], list };
}

function labelled(/** @type {string} */ text, /** @type {HTMLElement} */ field) {
  const label = element("label", null, { class: "form-label" });
  label.append(element("span", text), field);
  return label;
}

/** The start of a raid in minutes from H, with its clock time. */
function startField(/** @type {BoardRaid} */ raid) {
  const field = element("input", null, { type: "number", class: "form-control", step: 1, value: raid.start });
  const told = element("output", clock(raid.start));
  field.addEventListener("input", () => {
    told.textContent = Number.isInteger(field.valueAsNumber) ? clock(field.valueAsNumber) : "";
  });
  const label = labelled(words.start, field);
  label.append(told);
  return { label, field };
}

/** The raid of a door; none where nobody goes. */
const raidAt = (/** @type {string} */ site) =>
  state.told.teams.flatMap((team) => team.squads.flatMap((squad) => squad.sites)).find(({ id }) => id === site);

/** The page of the thing. */
function pageLink(/** @type {string} */ kind, /** @type {string} */ id) {
  const address = pages[kind];
  if (!address) return [];
  const line = element("p");
  line.append(element("a", words.page, { href: address + encodeURIComponent(id) }));
  return [line];
}

function brokenLines(/** @type {string} */ what) {
  const sentences = brokenAt(what);
  if (!sentences.length) return [];
  const list = element("ul", null, { class: "wrong" });
  list.append(...sentences.map((one) => element("li", one)));
  return [list];
}

/** @type {Record<string, string>} */
const FITTING = { officer: "officer", vehicle: "vehicle", site: "site" };

/**
 * @param {HTMLElement} chip
 * @returns {Promise<void>}
 */
export async function openMenu(chip) {
  const { carry: what, name } = chip.dataset;
  const [kind, ...rest] = what.split(":");
  const id = rest.join(":");
  const raid = kind === "site" ? raidAt(id) : undefined;
  const mayChange = chip.getAttribute("aria-disabled") !== "true";
  const where = mayChange ? picker(what) : null;
  const start = mayChange && raid ? startField(raid) : null;
  /** @type {[string, string][]} */
  const buttons = [];
  if (where?.list.options.length) buttons.push(["move", words.move]);
  if (start) buttons.push(["start", words.setStart], ["soonest", words.soonest]);
  if (mayChange && FITTING[kind]) buttons.push(["fits", words.bestFit]);
  if (mayChange && kind === "squad") buttons.push(["remove", words.removeSquad]);
  if (where?.list.options.length) buttons.push(["carry", words.pickUp]);
  buttons.push(["cancel", words.cancel]);
  const body = [
    ...brokenLines(what),
    ...(where?.list.options.length ? where.boxes : []),
    ...(start ? [start.label] : []),
    ...pageLink(kind, id),
  ];
  const answer = await ask(name, body, buttons, (button) => {
    if (button === "move" && !where.list.value) return words.noPlace;
    return button === "start" && !Number.isInteger(start.field.valueAsNumber) ? words.noMinute : "";
  });
  chip.focus();
  if (answer === "move") makeMove(moveOf(what, where.list.value));
  else if (answer === "start") makeMove({ kind: "start", site: id, start: start.field.valueAsNumber });
  else if (answer === "soonest") makeMove({ kind: "start", site: id, start: null });
  else if (answer === "remove") makeMove({ kind: "remove", squad: id });
  else if (answer === "fits") showFits(what, name);
  else if (answer === "carry") pickUp(chip);
}
