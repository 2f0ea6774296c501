// A chip: one person, car, door, squad or commander on the board, which can be picked up and opened. What breaks a rule
// is marked by a sign, and says so.

import { element, fill } from "../page/elements.js";
import { brokenAt } from "./broken.js";
import { moment, skills, words } from "./words.js";

/** Text that only a screen reader has. */
const unseen = (/** @type {string} */ text) => element("span", text, { class: "unseen" });

/** What is shown to the eye alone. */
const drawn = (/** @type {string} */ text, /** @type {Record<string, string>} */ more = {}) =>
  element("span", text, { "aria-hidden": "true", ...more });

/**
 * A sign and the sentences of the rules that break at this place.
 * @param {HTMLElement} at
 * @param {string} key
 */
export function mark(at, key) {
  const sentences = brokenAt(key);
  if (!sentences.length) return at;
  at.classList.add("broken");
  at.dataset.why = sentences.join("\n");
  at.append(drawn("!", { class: "sign" }), unseen(fill(words.breaks, { why: sentences.join(" ") })));
  return at;
}

/**
 * @param {string} key
 * @param {string} name
 * @param {(Node | string)[]} parts
 */
function chip(key, name, parts, look = "") {
  const made = element("button", null, {
    type: "button",
    class: `chip ${look}`,
    tabindex: -1,
    "data-carry": key,
    "data-key": key,
    "data-name": name,
  });
  made.append(...parts);
  if (words.closed) made.setAttribute("aria-disabled", "true");
  return /** @type {HTMLButtonElement} */ (mark(made, key));
}

/** A skill as its first letter, and as a word. */
function skillMark(/** @type {string} */ skill) {
  const word = skills[skill] ?? skill;
  const box = element("span", null, { class: "skill", title: word });
  box.append(drawn([...word][0].toUpperCase()), unseen(`, ${word}`));
  return box;
}

/**
 * @param {BoardState} state
 * @param {string} id
 * @param {string} [role] What the officer is where the chip stands: its leader, say.
 */
export function officerChip(state, id, role = "") {
  const { name, agency, rank, skills: held } = state.officers[id];
  const parts = [
    element("span", name, { class: "who" }),
    drawn(`${rank}`, { class: "rank", title: fill(words.rank, { n: rank }) }),
    unseen(`, ${fill(words.rank, { n: rank })}, `),
    element("span", agency, { class: "agency", title: agency }),
    ...held.map(skillMark),
  ];
  if (role) parts.push(element("span", role, { class: "role" }));
  return chip(`officer:${id}`, name, parts, "officer");
}

/**
 * @param {BoardState} state
 * @param {string} id
 */
export function vehicleChip(state, id) {
  const { label, seats, cells } = state.vehicles[id];
  const told = fill(cells ? words.seatsCells : words.seats, { seats, cells });
  return chip(`vehicle:${id}`, label, [element("strong", label), element("span", told, { class: "agency" })], "car");
}

/**
 * A door; with the times of its raid where a squad goes there.
 * @param {BoardState} state
 * @param {string} id
 * @param {BoardRaid} [raid]
 */
export function siteChip(state, id, raid) {
  const { label: address, risk, suspects } = state.sites[id];
  const parts = [
    element("strong", id),
    element("span", words[risk], { class: `risk ${risk}` }),
    element("span", fill(words.suspects, { n: suspects.length }), { class: "agency" }),
    element("span", address, { class: "address", title: address }),
  ];
  if (raid) parts.push(element("span", `${moment(raid.start)} – ${moment(raid.end)}`, { class: "when" }));
  const made = chip(`site:${id}`, `${id} ${address}`, parts, "door");
  made.dataset.drop = `site:${id}`;
  return made;
}

/**
 * The handle of a squad, by which the whole is moved; of a unit that has none, its name.
 * @param {BoardUnit} unit
 */
export function unitChip(unit) {
  const told = fill(words.inside, { officers: unit.officers.length, vehicles: unit.vehicles.length });
  const kind = unit.kind ? "unit" : "squad";
  const parts = [element("strong", unit.id), element("span", told, { class: "agency" })];
  return chip(`${kind}:${unit.id}`, fill(words[unit.kind ?? "squad"], { id: unit.id }), parts, "unit");
}
