// What may be put where, and the move that says it. Things and places are kind:id; `reserve:` holds who and what has no
// part, `nobody:` the doors that no squad raids, `commander:T` is the head of team T.

import { state } from "./state.js";

const split = (/** @type {string} */ key) => {
  const at = key.indexOf(":");
  return { kind: key.slice(0, at), id: key.slice(at + 1) };
};

const squads = () => [...state.told.teams.flatMap((team) => team.squads), ...state.told.loose];

/** The squad or unit that an officer or a vehicle is in, as kind:id; or another place of the board. */
export function whereIs(/** @type {string} */ what) {
  const { kind, id } = split(what);
  const { teams, units } = state.told;
  const boss = teams.find((team) => kind === "officer" && team.commander === id);
  if (boss) return `commander:${boss.id}`;
  if (kind === "squad") return `team:${teams.find((team) => team.squads.some((one) => one.id === id))?.id}`;
  if (kind === "site") {
    const squad = squads().find((one) => one.sites.some((site) => site.id === id));
    return squad ? `squad:${squad.id}` : "nobody:";
  }
  const holds = (/** @type {BoardUnit} */ one) => (kind === "officer" ? one.officers : one.vehicles).includes(id);
  const squad = squads().find(holds);
  const unit = units.find(holds);
  return squad ? `squad:${squad.id}` : unit ? `unit:${unit.id}` : "reserve:";
}

/** The squad that raids a door; none where nobody does. */
const squadAt = (/** @type {string} */ site) => squads().find((one) => one.sites.some(({ id }) => id === site));

/**
 * The move that puts something somewhere; null where that is no move.
 * @param {string} what
 * @param {string} where
 * @returns {Move | null}
 */
export function moveOf(what, where) {
  if (what === where || whereIs(what) === where) return null;
  const [thing, place] = [split(what), split(where)];
  const isUnit = place.kind === "squad" || place.kind === "unit";
  if (thing.kind === "officer" && place.kind === "commander")
    return { kind: "commander", officer: thing.id, team: place.id };
  if ((thing.kind === "officer" || thing.kind === "vehicle") && (isUnit || place.kind === "reserve"))
    return { kind: thing.kind, [thing.kind]: thing.id, unit: isUnit ? place.id : null };
  if (thing.kind === "squad") return squadMove(thing.id, place);
  if (thing.kind === "site") return siteMove(thing.id, place);
  return null;
}

/** A squad goes to a team; or to the door of another squad, which takes this one's; or to a door without a squad. */
function squadMove(/** @type {string} */ squad, /** @type {{ kind: string, id: string }} */ place) {
  if (place.kind === "team") return { kind: "squad", squad, team: place.id };
  if (place.kind !== "site") return null;
  const other = squadAt(place.id);
  if (!other) return { kind: "site", site: place.id, squad };
  return other.id === squad ? null : { kind: "swap", squads: [squad, other.id] };
}

/** A door goes to a squad; or before another door of a squad; or to nobody. */
function siteMove(/** @type {string} */ site, /** @type {{ kind: string, id: string }} */ place) {
  if (place.kind === "nobody") return { kind: "site", site, squad: null };
  if (place.kind === "squad") return { kind: "site", site, squad: place.id };
  const squad = place.kind === "site" ? squadAt(place.id) : undefined;
  if (!squad) return null;
  const others = squad.sites.filter(({ id }) => id !== site);
  return { kind: "site", site, squad: squad.id, position: others.findIndex(({ id }) => id === place.id) };
}
