// A small map of places and sites, without tiles. The selected row's mark is dragged, or moved by arrow keys and Enter;
// a click on the map moves nothing.

import { byId } from "../page/elements.js";
import { cityNames, movable, streets } from "../page/points.js";

/** @type {L.Map} */
let map = null;
/** @type {L.Marker | null} */
let mark = null;
/** @type {L.LayerGroup} */
let others = null;
let name = ""; // of the selected row
/** @type {(lat: number, lon: number) => void} */
let onSet = () => {};
const place = () => byId("place", HTMLButtonElement);

/**
 * The map is there; `set` hears where a mark was put.
 * @param {(lat: number, lon: number) => void} set
 */
export function start(set) {
  onSet = set;
  map = L.map(byId("map", HTMLElement), { attributionControl: false, preferCanvas: true, maxZoom: 18, zoomSnap: 0.5 });
  others = L.layerGroup().addTo(map);
  map.setView([30.6, 104.1], 7);
  L.control.scale({ imperial: false }).addTo(map);
  streets(map);
  place().addEventListener("click", () => {
    put(map.getCenter(), true);
    place().hidden = true;
  });
}

/**
 * The points of all rows that lie somewhere. Names are text, never markup.
 * @param {{ at: [number, number], text: string, city: string }[]} points
 */
export function show(points) {
  others.clearLayers();
  for (const point of points) {
    L.circleMarker(point.at, { radius: 4, weight: 1, color: "#17539c", fillOpacity: 0.5 })
      .bindTooltip(textOf(point.text))
      .addTo(others);
  }
  cityNames(points, others);
  if (points.length && !mark)
    map.fitBounds(
      points.map((point) => point.at),
      { maxZoom: 13, animate: false },
    );
}

/** @param {string} text */
function textOf(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

/**
 * The mark of the selected row; without a point, but movable, a button puts one into the middle of the map.
 * @param {[number, number] | null} at
 * @param {boolean} isMovable
 * @param {string} key
 */
export function select(at, isMovable, key) {
  mark?.remove();
  mark = null;
  name = key;
  place().hidden = Boolean(at) || !isMovable;
  if (!at) return;
  put(at, isMovable);
  map.setView(at, Math.max(map.getZoom(), 12), { animate: false });
}

/**
 * @param {L.LatLngExpression} at
 * @param {boolean} isMovable
 */
function put(at, isMovable) {
  mark = movable(map, at, name, isMovable, (point) => onSet(point.lat, point.lng));
}
