// Ways from point to point: along the roads where their courses are known, else straight lines.

import { state } from "./state.js";
import { say, w } from "./time.js";

/** @type {(from: number, to: number) => string} */
const keyOf = (from, to) => `${from},${to}`;

/**
 * The ways that a map is told, or finds at an address; null where it is told of none.
 * @param {MapWays | string | null} told
 * @returns {Promise<MapWays | null>}
 */
export async function findWays(told) {
  if (typeof told !== "string") return told;
  const answer = await fetch(told, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

/**
 * The page knows these ways from now on.
 * @param {MapWays | null} found
 */
export function keepWays(found) {
  for (const [from, to, trace] of found?.ways ?? []) {
    const [a, b] = [state.page.points[from], state.page.points[to]];
    state.ways.set(keyOf(from, to), measured([[a.lat, a.lon], ...course(trace, a.lon), [b.lat, b.lon]]));
  }
}

/**
 * Latitudes and longitudes of a course, turned to the side of the world that the map shows.
 * @param {number[]} trace
 * @param {number} near the longitude of its beginning as it is drawn
 * @returns {LatLon[]}
 */
function course(trace, near) {
  const turned = 360 * Math.round((near - trace[0] / 1e5) / 360);
  /** @type {LatLon[]} */
  const made = [];
  for (let i = 0, lon = 0, lat = 0; i < trace.length; i += 2) {
    lon += trace[i];
    lat += trace[i + 1];
    made.push([lat / 1e5, lon / 1e5 + turned]);
  }
  return made;
}

/**
 * A way with the share of its length that lies before each of its points.
 * @param {LatLon[]} at
 * @returns {MapWay}
 */
function measured(at) {
  const flat = Math.cos((at[0][0] * Math.PI) / 180);
  const along = [0];
  for (let i = 1; i < at.length; i++)
    along.push(along[i - 1] + Math.hypot(at[i][0] - at[i - 1][0], flat * (at[i][1] - at[i - 1][1])));
  const length = along[along.length - 1] || 1;
  return { at, along: along.map((one) => one / length) };
}

/**
 * The way between two points by their numbers.
 * @param {number} from
 * @param {number} to
 * @returns {MapWay}
 */
export function wayOf(from, to) {
  const known = state.ways.get(keyOf(from, to));
  if (known) return known;
  const [a, b] = [state.page.points[from], state.page.points[to]];
  return measured([
    [a.lat, a.lon],
    [b.lat, b.lon],
  ]);
}

/**
 * Latitude and longitude at a share of the way's length.
 * @param {MapWay} way
 * @param {number} share
 * @returns {LatLon}
 */
export function placeOn({ at, along }, share) {
  let i = 1;
  while (i < at.length - 1 && along[i] < share) i += 1;
  const part = along[i] > along[i - 1] ? (share - along[i - 1]) / (along[i] - along[i - 1]) : 0;
  const within = Math.max(0, Math.min(1, part));
  return [at[i - 1][0] + within * (at[i][0] - at[i - 1][0]), at[i - 1][1] + within * (at[i][1] - at[i - 1][1])];
}

/** What the legend says of the lines: whether they follow roads, and how many do not. */
export function waysText() {
  const pairs = new Set(state.page.moves.filter((m) => m[1] !== m[2]).map((m) => keyOf(m[1], m[2])));
  const num = [...pairs].filter((pair) => !state.ways.has(pair)).length;
  if (num === pairs.size) return w("Lines are straight: they do not follow roads");
  if (!num) return w("Lines follow the roads as planned");
  return say("Lines follow the roads as planned; {n} of {m} are straight: their road is not known", {
    n: num,
    m: pairs.size,
  });
}
