// The map on which a closure is drawn: each click adds a corner to the field, which may be typed as well.

import { byId } from "../page/elements.js";
import { streets } from "../page/points.js";

const NUMBER = /-?\d{1,3}(?:\.\d+)?/g;
const place = document.getElementById("closure-map");
if (place) start(place);

/** @param {HTMLElement} place */
function start(place) {
  const corners = byId("corners", HTMLTextAreaElement);
  const shape = byId("shape", HTMLSelectElement);
  const map = L.map(place, { attributionControl: false, preferCanvas: true, maxZoom: 18, zoomSnap: 0.5 });
  L.control.scale({ imperial: false }).addTo(map);
  /** @type {{ lat: number, lon: number, name: string }[]} */
  const points = JSON.parse(place.dataset.points ?? "[]");
  /** @type {{ name: string, shape: string, corners: [number, number][] }[]} */
  const drawn = JSON.parse(place.dataset.drawn ?? "[]");
  for (const point of points)
    L.circleMarker([point.lat, point.lon], { radius: 4, weight: 1, color: "#17539c", fillOpacity: 0.5 })
      .bindTooltip(textOf(point.name))
      .addTo(map);
  for (const one of drawn)
    shapeOf(one.shape, one.corners, { color: "#555", dashArray: "4 4" }).bindTooltip(textOf(one.name)).addTo(map);
  const mine = L.layerGroup().addTo(map);

  const show = () => {
    mine.clearLayers();
    const found = cornersOf(corners.value);
    shapeOf(shape.value, found, { color: "#b3261e", weight: 4 }).addTo(mine);
    for (const corner of found) L.circleMarker(corner, { radius: 5, color: "#b3261e" }).addTo(mine);
  };
  /** @type {[number, number][]} */
  const seen = [
    ...cornersOf(corners.value),
    ...points.map((one) => /** @type {[number, number]} */ ([one.lat, one.lon])),
  ];
  if (seen.length)
    map.fitBounds(cornersOf(corners.value).length ? cornersOf(corners.value) : seen, { maxZoom: 15, animate: false });
  else map.setView([30.6, 104.1], 6);
  streets(map);
  map.on("click", (event) => {
    const at = event.latlng.wrap();
    put([...linesOf(corners.value), `${at.lat.toFixed(6)}, ${at.lng.toFixed(6)}`]);
  });
  byId("take-back", HTMLButtonElement).addEventListener("click", () => put(linesOf(corners.value).slice(0, -1)));
  byId("take-all", HTMLButtonElement).addEventListener("click", () => put([]));
  corners.addEventListener("input", show);
  shape.addEventListener("change", show);
  show();

  /** @param {string[]} lines */
  function put(lines) {
    corners.value = lines.join("\n");
    show();
  }
}

/** @param {string} text */
function linesOf(text) {
  return text.split("\n").filter((line) => line.trim());
}

/**
 * The corners that can be read; the server says what is wrong with the others.
 * @param {string} text
 * @returns {[number, number][]}
 */
function cornersOf(text) {
  const found = linesOf(text).map((line) => (line.match(NUMBER) ?? []).map(Number));
  return found.flatMap(([lat, lon]) =>
    lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [[lat, lon]] : [],
  );
}

/**
 * @param {string} shape
 * @param {[number, number][]} corners
 * @param {L.PolylineOptions} look
 * @returns {L.Path}
 */
function shapeOf(shape, corners, look) {
  return shape === "polygon" ? L.polygon(corners, look) : L.polyline(corners, look);
}

/** @param {string} text */
function textOf(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}
