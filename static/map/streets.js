// Streets, water and names under everything else: grey, white and dark outlines, so that a print in black and white reads.

import { FONT, MapCanvas, overlaps } from "./canvas.js";
import { drawing } from "./shapes.js";
import { el } from "./time.js";

/** Of a road's rank: from which zoom on it is drawn, its width at zoom 14 in pixels, and from which zoom on it is named. */
const ROADS = [
  { from: 5, width: 5.5, named: 12, edge: "#5f6a75" },
  { from: 8, width: 4.8, named: 13, edge: "#727d88" },
  { from: 10, width: 3.8, named: 14, edge: "#8b959f" },
  { from: 11.5, width: 3.2, named: 14.5, edge: "#98a2ab" },
  { from: 13, width: 2, named: 15, edge: "#a7b0b8" },
  { from: 15, width: 1.2, named: 17, edge: "#b9c1c8" },
];
/** Of a place's rank: from which zoom on it is named, and in which letters. */
const PLACE_NAMES = [
  { from: 6, font: "700 16px" },
  { from: 9, font: "700 14px" },
  { from: 11, font: "600 12px" },
  { from: 12, font: "600 12px" },
  { from: 13, font: "12px" },
  { from: 14, font: "11px" },
  { from: 13, font: "11px" },
];

/**
 * A course on the square of the web's projection, whose sides are 1 long, with its box; from steps in 1e-5 degrees.
 * @param {number[]} trace
 * @returns {Course}
 */
function courseOf(trace) {
  const made = new Float64Array(trace.length);
  /** @type {Box} */
  let box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0, lon = 0, lat = 0; i < trace.length; i += 2) {
    lon += trace[i];
    lat += trace[i + 1];
    const at = onSquare(lat / 1e5, lon / 1e5);
    made[i] = at[0];
    made[i + 1] = at[1];
    box = [Math.min(box[0], at[0]), Math.min(box[1], at[1]), Math.max(box[2], at[0]), Math.max(box[3], at[1])];
  }
  return { at: made, box: box };
}

/**
 * @param {number} lat
 * @param {number} lon
 * @returns {LatLon}
 */
function onSquare(lat, lon) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/**
 * The ground as the page draws it; `lang` chooses names.
 * @param {Ground} ground
 * @param {string} lang
 * @returns {ReadGround}
 */
function readGround(ground, lang) {
  return {
    roads: ground.roads.map((row) => ({ rank: row[0], name: row[1], courses: row[2].map(courseOf) })),
    water: ground.water.map((rings) => rings.map(courseOf)),
    streams: ground.streams.map(courseOf),
    labels: ground.labels.map((row) => {
      const names = row[3];
      const name = (lang === "zh" ? names[1] : names[2]) || names[0] || names[2] || names[1];
      return { rank: row[0], at: onSquare(row[2], row[1]), name: name };
    }),
    credit: ground.credit,
  };
}

/**
 * What paints a ground on a canvas, main roads above lesser ones, each with a dark edge.
 * @param {L.Map} map
 * @param {ReadGround} ground
 * @returns {Paint}
 */
function paintGround(map, ground) {
  return (pen, project, size) => {
    const zoom = map.getZoom();
    const scale = 256 * 2 ** zoom;
    const north = onSquare(map.getCenter().lat, map.getCenter().lng);
    const middle = project(map.getCenter().lat, map.getCenter().lng);
    const x = middle.x - north[0] * scale;
    const y = middle.y - north[1] * scale;
    /** @type {Box} */
    const box = [-x / scale, -y / scale, (size.x - x) / scale, (size.y - y) / scale];
    const view = { scale, x, y, size, zoom, box };
    pen.lineJoin = "round";
    pen.lineCap = "round";
    paintWater(pen, view, ground);
    const shown = ground.roads
      .map((road) => ({ rank: road.rank, name: road.name, courses: inView(view, road.courses) }))
      .filter((road) => zoom >= ROADS[road.rank].from && road.courses.length);
    paintRoads(pen, view, shown);
    pen.lineCap = "butt";
    paintNames(pen, view, ground.labels, shown);
  };
}

/**
 * @param {GroundView} view
 * @param {Course[]} courses
 */
function inView(view, courses) {
  return courses.filter((course) => overlaps(course.box, view.box));
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {GroundView} view
 * @param {Course[]} courses
 */
function tracePath(pen, view, courses) {
  pen.beginPath();
  courses.forEach((course) => {
    for (let i = 0; i < course.at.length; i += 2) {
      const x = course.at[i] * view.scale + view.x;
      const y = course.at[i + 1] * view.scale + view.y;
      if (i) {
        pen.lineTo(x, y);
      } else {
        pen.moveTo(x, y);
      }
    }
  });
}

/** From this zoom on a ground without roads is too coarse to be drawn: it is kilometres off. */
const COARSE = 10;

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {GroundView} view
 * @param {ReadGround} ground
 */
function paintWater(pen, view, ground) {
  if (!ground.roads.length && view.zoom >= COARSE) {
    return;
  }
  pen.strokeStyle = "#8fa3b5";
  pen.fillStyle = "#d3dfe9";
  pen.lineWidth = view.zoom >= 12 ? 2.2 : 1.2;
  tracePath(pen, view, inView(view, ground.streams));
  pen.stroke();
  pen.lineWidth = 0.8;
  ground.water.forEach((rings) => {
    if (inView(view, rings).length) {
      tracePath(pen, view, rings);
      pen.fill("evenodd");
      pen.stroke();
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {GroundView} view
 * @param {GroundRoad[]} roads
 */
function paintRoads(pen, view, roads) {
  for (let rank = ROADS.length - 1; rank >= 0; rank--) {
    const look = ROADS[rank];
    const width = look.width * 1.32 ** (view.zoom - 14);
    const courses = roads.filter((road) => road.rank === rank).flatMap((road) => road.courses);
    tracePath(pen, view, courses);
    pen.strokeStyle = width > 2 ? look.edge : "#b4bec7";
    pen.lineWidth = Math.max(0.8, width > 2 ? width + 1.6 : width * 0.7);
    pen.stroke();
    if (width > 2) {
      pen.strokeStyle = "#ffffff";
      pen.lineWidth = width - 0.4;
      pen.stroke();
    }
  }
}

/**
 * Places by their rank, then streets along their courses; what would lie on another name is left out.
 * @param {CanvasRenderingContext2D} pen
 * @param {GroundView} view
 * @param {GroundLabel[]} labels
 * @param {GroundRoad[]} roads
 */
function paintNames(pen, view, labels, roads) {
  /** @type {Box[]} */
  const taken = [];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  labels.forEach((label) => {
    const look = PLACE_NAMES[Math.min(label.rank, PLACE_NAMES.length - 1)];
    if (view.zoom < look.from) {
      return;
    }
    pen.font = `${look.font} ${FONT}`;
    paintName(
      pen,
      view,
      taken,
      label.name,
      label.at[0] * view.scale + view.x,
      label.at[1] * view.scale + view.y,
      0,
      "#3c4650",
    );
  });
  pen.font = `11px ${FONT}`;
  roads.forEach((road) => {
    if (!road.name || view.zoom < ROADS[road.rank].named) {
      return;
    }
    const width = pen.measureText(road.name).width;
    road.courses.forEach((course) => {
      const spot = straightPart(view, course, width + 6);
      if (spot) {
        paintName(pen, view, taken, road.name, spot.x, spot.y, spot.turn, "#4a545e");
      }
    });
  });
  pen.textAlign = "start";
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {GroundView} view
 * @param {Box[]} taken
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} turn
 * @param {string} ink
 */
function paintName(pen, view, taken, text, x, y, turn, ink) {
  const half = pen.measureText(text).width / 2 + 3;
  const wide = Math.abs(half * Math.cos(turn)) + 8 * Math.abs(Math.sin(turn));
  const high = Math.abs(half * Math.sin(turn)) + 8 * Math.abs(Math.cos(turn));
  /** @type {Box} */
  const box = [x - wide, y - high, x + wide, y + high];
  if (x < 0 || y < 0 || x > view.size.x || y > view.size.y || taken.some((other) => overlaps(box, other))) {
    return;
  }
  taken.push(box);
  pen.save();
  pen.translate(x, y);
  pen.rotate(turn);
  pen.lineWidth = 3;
  pen.strokeStyle = "rgba(255, 255, 255, 0.9)";
  pen.strokeText(text, 0, 0);
  pen.fillStyle = ink;
  pen.fillText(text, 0, 0);
  pen.restore();
}

/**
 * The part of a course in view that is nearly straight and long enough for a name: its middle and how it is turned.
 * @param {GroundView} view
 * @param {Course} course
 * @param {number} wanted
 */
function straightPart(view, course, wanted) {
  const points = [];
  for (let i = 0; i < course.at.length; i += 2) {
    points.push([course.at[i] * view.scale + view.x, course.at[i + 1] * view.scale + view.y]);
  }
  const inside = (/** @type {number[]} */ p) => p[0] > 0 && p[1] > 0 && p[0] < view.size.x && p[1] < view.size.y;
  let best = null;
  for (let a = 0, b = 1, length = 0; b < points.length; b++) {
    length += Math.hypot(points[b][0] - points[b - 1][0], points[b][1] - points[b - 1][1]);
    let chord = Math.hypot(points[b][0] - points[a][0], points[b][1] - points[a][1]);
    while (a < b - 1 && chord < 0.96 * length) {
      length -= Math.hypot(points[a + 1][0] - points[a][0], points[a + 1][1] - points[a][1]);
      a += 1;
      chord = Math.hypot(points[b][0] - points[a][0], points[b][1] - points[a][1]);
    }
    const middle = [(points[a][0] + points[b][0]) / 2, (points[a][1] + points[b][1]) / 2];
    if (chord >= wanted && inside(middle) && (!best || chord > best.chord)) {
      const turn = Math.atan2(points[b][1] - points[a][1], points[b][0] - points[a][0]);
      best = {
        x: middle[0],
        y: middle[1],
        chord: chord,
        turn: Math.abs(turn) > Math.PI / 2 ? turn - Math.sign(turn) * Math.PI : turn,
      };
    }
  }
  return best;
}

/**
 * A corner of the map: which way is north, and a box that hides the streets.
 * @param {{ north: string, shown: string }} words
 * @param {(on: boolean) => void} change
 */
function northControl(words, change) {
  const Control = L.Control.extend({
    options: { position: "topleft" },
    onAdd: () => {
      const arrow = drawing(
        18,
        26,
        "0 0 18 26",
        '<path d="M9 1l6 15-6-4-6 4z" fill="currentColor"/>' +
          '<path d="M6 25v-7l6 7v-7" fill="none" stroke="currentColor" stroke-width="1.5"/>',
      );
      arrow.setAttribute("aria-hidden", "false");
      arrow.setAttribute("role", "img");
      arrow.setAttribute("aria-label", words.north);
      const box = el(
        "input",
        {
          type: "checkbox",
          checked: true,
          on: {
            change: () => {
              change(box.checked);
            },
          },
        },
        [],
      );
      const made = el("div", { class: "leaflet-bar north" }, [arrow, el("label", {}, [box, words.shown])]);
      L.DomEvent.disableClickPropagation(made);
      return made;
    },
  });
  return new Control();
}

/**
 * Whose map it is, as text in the corner of Leaflet's own credits.
 * @param {string} credit
 */
function creditControl(credit) {
  const Control = L.Control.extend({
    options: { position: "bottomright" },
    onAdd: () => el("div", { class: "leaflet-control-attribution" }, [credit]),
  });
  return new Control();
}

/**
 * Streets lie under the map's other layers, with north, a switch and the credit; `ground` is one, or its address. Says whether it is a coarse one.
 * @param {L.Map} map
 * @param {Ground | string} ground
 * @param {string} lang
 * @param {StreetWords} words
 */
export function layStreets(map, ground, lang, words) {
  const ready =
    typeof ground === "string"
      ? fetch(ground, { headers: { Accept: "application/json" } }).then((answer) => answer.json())
      : Promise.resolve(ground);
  return ready.then((found) => {
    const read = readGround(found, lang);
    if (!map.getPane("grid")) {
      map.createPane("grid").style.zIndex = "250";
      map.getPane("grid").style.pointerEvents = "none";
    }
    const layer = new MapCanvas("grid", paintGround(map, read));
    const credit = creditControl(read.credit);
    const show = (/** @type {boolean} */ on) => {
      if (on) {
        layer.addTo(map);
        credit.addTo(map);
      } else {
        layer.remove();
        credit.remove();
      }
    };
    show(true);
    northControl({ north: words.north, shown: read.roads.length ? words.streets : words.coast }, show).addTo(map);
    return { isCoarse: !read.roads.length };
  });
}
