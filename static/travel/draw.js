// The map on which a closure is drawn: each click adds a corner to the field, which may be typed as well.

import { byId } from "../page/elements.js";
import { streets } from "../page/points.js";
import { cornersOf, drawCorners, shapeOf } from "./corners.js";

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
  /** @type {[number, number][]} */
  const seen = [
    ...cornersOf(corners.value),
    ...points.map((one) => /** @type {[number, number]} */ ([one.lat, one.lon])),
  ];
  if (seen.length)
    map.fitBounds(cornersOf(corners.value).length ? cornersOf(corners.value) : seen, { maxZoom: 15, animate: false });
  else map.setView([30.6, 104.1], 6);
  streets(map);
  const { takeBack, takeAll } = drawCorners(map, corners, shape);
  byId("take-back", HTMLButtonElement).addEventListener("click", takeBack);
  byId("take-all", HTMLButtonElement).addEventListener("click", takeAll);
}

/** @param {string} text */
function textOf(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}
