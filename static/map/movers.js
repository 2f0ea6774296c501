// Where every unit is at a minute, along its way, and what is going on.

import { FONT } from "./canvas.js";
import { colourOf, PHASES, unitPath } from "./shapes.js";
import { placeOn, wayOf } from "./ways.js";

/**
 * Moves under way: {unit, from, to, share of the way, phase}. Rows: [unit, from, to, depart, arrive, phase, officers].
 * @param {MapPage} page
 * @param {number} minute
 */
function movesAt(page, minute) {
  return page.moves.filter((m) => m[3] <= minute && minute < m[4]);
}

/**
 * Stays under way. Rows: [unit, point, from, to, task, start of the task].
 * @param {MapPage} page
 * @param {number} minute
 */
function staysAt(page, minute) {
  return page.stays.filter((s) => s[2] <= minute && minute < s[3]);
}

/**
 * What is going on at a minute, counted: the words under the slider.
 * @param {MapPage} page
 * @param {number} minute
 */
export function activityAt(page, minute) {
  /** @type {Record<string, number>} */
  const counts = { moving: 0, waiting: 0, muster: 0, raid: 0, guard: 0, pickup: 0, deliver: 0, exam: 0, interview: 0 };
  const units = new Set();
  movesAt(page, minute).forEach((m) => {
    units.add(m[0]);
  });
  counts.moving = units.size;
  staysAt(page, minute).forEach((s) => {
    counts[minute < s[5] ? "waiting" : page.tasks[s[4]]] += 1;
  });
  return counts;
}

/**
 * Spots to draw: units that stand or pass close together become one spot with a number.
 * @param {MapSpot[]} rows
 */
function spotsOf(rows) {
  /** @type {Map<string, MapSpots>} */
  const cells = new Map();
  rows.forEach((row) => {
    const key = `${Math.round(row.x / 15)},${Math.round(row.y / 15)}`;
    const spot = cells.get(key) ?? { ...row, count: 0, kinds: {} };
    spot.count += 1;
    spot.kinds[row.kind] = true;
    cells.set(key, spot);
  });
  return [...cells.values()];
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {MapSpots} spot
 * @param {boolean} labelled
 */
function paintSpot(pen, spot, labelled) {
  const radius = spot.count > 1 ? 8 : 5.5;
  unitPath(pen, Object.keys(spot.kinds).length > 1 ? "squad" : spot.kind, spot.x, spot.y, radius);
  pen.fillStyle = spot.kind === "person" && spot.count === 1 ? "#fff" : spot.colour;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = spot.kind === "person" ? spot.colour : "#fff";
  pen.stroke();
  pen.textBaseline = "middle";
  if (spot.count > 1) {
    pen.fillStyle = "#fff";
    pen.textAlign = "center";
    pen.font = `700 ${spot.count > 99 ? 7 : 9}px ${FONT}`;
    pen.fillText(String(spot.count), spot.x, spot.y + 0.5);
    pen.textAlign = "start";
  } else if (labelled) {
    pen.font = `600 11px ${FONT}`;
    pen.lineWidth = 3;
    pen.strokeStyle = "rgba(255, 255, 255, 0.92)";
    pen.strokeText(spot.label, spot.x + 9, spot.y);
    pen.fillStyle = "#14181d";
    pen.fillText(spot.label, spot.x + 9, spot.y);
  }
}

/**
 * Paints ways under way and units at the page's minute. `shown(unit, phase, point)` filters; `labelled()` asks for names.
 * @param {MapPage} page
 * @param {(unit: MapUnit, phase: Phase, point: number) => boolean} shown
 * @param {() => boolean} labelled
 * @returns {Paint}
 */
export function paintMovers(page, shown, labelled) {
  return (pen, project) => {
    const minute = page.minute;
    /** @type {MapSpot[]} */
    const rows = [];
    const point = (/** @type {number} */ index) => project(page.points[index].lat, page.points[index].lon);
    /** @type {(unit: MapUnit, x: number, y: number) => void} */
    const add = (unit, x, y) => {
      rows.push({ x: x, y: y, kind: unit.kind, colour: colourOf(unit.colour), label: unit.id });
    };
    movesAt(page, minute).forEach((m) => {
      const unit = page.units[m[0]];
      const phase = page.phases[m[5]];
      const inside = page.cities[page.points[m[1]].city].folded && page.points[m[1]].city === page.points[m[2]].city;
      if (inside || !shown(unit, phase, m[2])) {
        return;
      }
      const way = wayOf(m[1], m[2]);
      const here = project(...placeOn(way, (minute - m[3]) / (m[4] - m[3])));
      pen.strokeStyle = PHASES[phase].colour;
      pen.lineWidth = PHASES[phase].weight + 1.2;
      pen.setLineDash((PHASES[phase].dash || "").split(" ").filter(Boolean).map(Number));
      pen.beginPath();
      for (const at of way.at) {
        const { x, y } = project(...at);
        pen.lineTo(x, y);
      }
      pen.stroke();
      pen.setLineDash([]);
      add(unit, here.x, here.y);
    });
    staysAt(page, minute).forEach((s) => {
      const unit = page.units[s[0]];
      const place = page.points[s[1]];
      if (page.tasks[s[4]] === "raid" && minute >= s[5]) {
        return; // the site's own symbol shows the raid
      }
      if (!page.cities[place.city].folded && shown(unit, page.phaseOfTask[page.tasks[s[4]]], s[1])) {
        const at = point(s[1]);
        add(unit, at.x + 12, at.y - 12);
      }
    });
    spotsOf(rows).forEach((spot) => {
      paintSpot(pen, spot, labelled());
    });
  };
}
