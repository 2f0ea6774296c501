// The reserve beside the board: who and what has no part, found by word, city, agency and skill.

import { byId, element, fill } from "../page/elements.js";
import { brokenAt } from "./broken.js";
import { officerChip, vehicleChip } from "./chips.js";
import { state } from "./state.js";
import { skills, words } from "./words.js";

const MOST = 40; // of each kind are drawn; a word finds the others
const list = byId("reserve-list", HTMLElement);
const count = byId("reserve-count", HTMLElement);
const word = byId("reserve-word", HTMLInputElement);
const filters = {
  city: byId("reserve-city", HTMLSelectElement),
  agency: byId("reserve-agency", HTMLSelectElement),
  skill: byId("reserve-skill", HTMLSelectElement),
};

/** The choices of a filter; what was chosen stays where it can. */
function offer(
  /** @type {HTMLSelectElement} */ select,
  /** @type {string[]} */ values,
  /** @type {Record<string, string>} */ names = {},
) {
  const { value } = select;
  const options = [...new Set(values)].sort().map((one) => element("option", names[one] ?? one, { value: one }));
  select.replaceChildren(element("option", words.any, { value: "" }), ...options);
  select.value = [...select.options].some((one) => one.value === value) ? value : "";
}

const isFound = (/** @type {string[]} */ texts) => {
  const wanted = word.value.trim().toLowerCase();
  return !wanted || texts.some((text) => text?.toLowerCase().includes(wanted));
};

function foundOfficers() {
  const { officers, reserve } = state.told;
  const { city, agency, skill } = filters;
  return reserve.officers.filter((id) => {
    const one = officers[id];
    if ((city.value && one.city !== city.value) || (agency.value && one.agency !== agency.value)) return false;
    if (skill.value && !one.skills.includes(skill.value)) return false;
    return isFound([id, one.name, one.sounds]);
  });
}

function foundVehicles() {
  const { vehicles, reserve } = state.told;
  if (filters.agency.value || filters.skill.value) return [];
  return reserve.vehicles.filter((id) => {
    const one = vehicles[id];
    return (!filters.city.value || one.city === filters.city.value) && isFound([id, one.label, one.base]);
  });
}

/** Who breaks a rule comes first: nobody of them is among those who are not drawn. */
const brokenFirst = (/** @type {string} */ kind, /** @type {string[]} */ ids) =>
  [...ids].sort((a, b) => Number(!brokenAt(`${kind}:${a}`).length) - Number(!brokenAt(`${kind}:${b}`).length));

/** What the filters let through. */
function show() {
  const { reserve } = state.told;
  const [officers, vehicles] = [brokenFirst("officer", foundOfficers()), brokenFirst("vehicle", foundVehicles())];
  const chips = [
    ...officers.slice(0, MOST).map((id) => officerChip(state.told, id)),
    ...vehicles.slice(0, MOST).map((id) => vehicleChip(state.told, id)),
  ];
  list.replaceChildren(
    ...chips.map((chip) => {
      const row = element("li");
      row.append(chip);
      return row;
    }),
  );
  const [n, m] = [officers.length + vehicles.length, reserve.officers.length + reserve.vehicles.length];
  count.textContent = n < m ? fill(words.of, { n, m }) : String(m);
  if (n > chips.length) list.append(element("li", fill(words.more, { n: n - chips.length }), { class: "quiet" }));
}

export function drawReserve() {
  const { officers, reserve } = state.told;
  const people = reserve.officers.map((id) => officers[id]);
  offer(
    filters.city,
    people.map((one) => one.city),
  );
  offer(
    filters.agency,
    people.map((one) => one.agency),
  );
  offer(
    filters.skill,
    people.flatMap((one) => one.skills),
    skills,
  );
  show();
}

/** @param {() => void} after */
export function startReserve(after) {
  const changed = () => {
    show();
    after();
  };
  word.addEventListener("input", changed);
  for (const select of Object.values(filters)) select.addEventListener("change", changed);
}
