// The desk's map, without tiles: a mark leads to what can be changed there; the chosen address is moved by hand.

import { byId } from "../page/elements.js";
import { cityNames, movable, streets } from "../page/points.js";
import { drawCorners } from "../travel/corners.js";

/**
 * A site or a place as the server tells it; `number` is that of its team.
 * @typedef {{ kind: string, id: string, text: string, team: string, number: number | null, skip: boolean, lat: number,
 *   lon: number, city: string }} Point
 */

const box = byId("map", HTMLElement);
const { points, desk, table, key, site } = box.dataset;
const chosen = table === "suspects" ? site : key;
const COLOURS = [
  "#17539c",
  "#b3470b",
  "#1c7c3f",
  "#8a2a7a",
  "#7a5c00",
  "#0b7285",
  "#a61e4d",
  "#495057",
  "#5f3dc4",
  "#2b8a3e",
  "#c92a2a",
];
const [NO_TEAM, PLACE] = ["#212529", "#6c7782"];
const map = L.map(box, { attributionControl: false, preferCanvas: true, maxZoom: 18, zoomSnap: 0.5 });
map.setView([30.6, 104.1], 7);
L.control.scale({ imperial: false }).addTo(map);
streets(map);

// The one form that moves the chosen address, and forms of a new point: they get what is set on the map, in WGS-84.
const button = byId("place", HTMLButtonElement);
const field = (/** @type {HTMLFormElement} */ form, /** @type {string} */ name) =>
  /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
const every = /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.edit"));
const forms = [...every].filter((form) => field(form, "lat") && field(form, "lon"));
const moving = forms.find((form) => field(form, "ask"));

/** @param {L.LatLng} at */
function set(at) {
  const values = { lat: at.lat.toFixed(6), lon: at.lng.toFixed(6), datum: "WGS-84" };
  for (const form of forms) for (const [name, value] of Object.entries(values)) field(form, name).value = value;
}

// Roads are closed where corners are typed, or clicked on the map while "Draw on the map" is pressed.
const drawing = /** @type {HTMLButtonElement | null} */ (document.getElementById("draw-closure"));
const isDrawing = () => drawing?.getAttribute("aria-pressed") === "true";
if (drawing) {
  const { takeBack, takeAll } = drawCorners(
    map,
    byId("closure-corners", HTMLTextAreaElement),
    byId("closure-shape", HTMLSelectElement),
    isDrawing,
  );
  byId("take-back", HTMLButtonElement).addEventListener("click", takeBack);
  byId("take-all", HTMLButtonElement).addEventListener("click", takeAll);
  drawing.addEventListener("click", () => {
    drawing.setAttribute("aria-pressed", String(!isDrawing()));
    box.classList.toggle("drawing", isDrawing());
    if (isDrawing()) box.scrollIntoView({ block: "nearest" });
  });
}

/**
 * The mark that is moved; then the server asks whether the address shall move.
 * @param {L.LatLngExpression} at
 */
const place = (at) =>
  movable(map, at, chosen, true, (to) => {
    set(to);
    moving?.requestSubmit();
  });

button.hidden = !forms.length || Boolean(moving);
button.addEventListener("click", () => {
  place(map.getCenter());
  set(map.getCenter());
  button.hidden = true;
});

/**
 * How a point is drawn: a place small and grey; a site in its team's colour, hollow where no team goes to it.
 * @param {Point} row
 */
function lookOf(row) {
  if (row.kind !== "sites") return { radius: 3, weight: 1, color: PLACE, fillOpacity: 0.4 };
  const color = row.number === null ? NO_TEAM : COLOURS[row.number % COLOURS.length];
  return {
    radius: 6,
    weight: 2,
    color,
    fillColor: row.number === null || row.skip ? "#ffffff" : color,
    fillOpacity: 0.8,
  };
}

/** @param {Point} row */
function drawn(row) {
  const text = document.createElement("span");
  text.textContent = row.team ? `${row.text} · ${row.team}` : row.text;
  const mark = L.circleMarker([row.lat, row.lon], lookOf(row)).bindTooltip(text).addTo(map);
  mark.on("click", (event) => {
    if (isDrawing()) return; // the click goes on to the map, which takes it as a corner
    L.DomEvent.stop(event);
    location.assign(`${desk}?at=${encodeURIComponent(`${row.kind}:${row.id}`)}#subject`);
  });
}

/** @param {Point[]} rows */
function draw(rows) {
  rows.forEach(drawn);
  const sites = rows.filter((row) => row.kind === "sites");
  /** @type {[number, number][]} */
  const all = sites.map((row) => [row.lat, row.lon]);
  cityNames(
    sites.map((row, i) => ({ at: all[i], city: row.city })),
    map,
  );
  map.invalidateSize({ animate: false });
  if (all.length) map.fitBounds(all, { padding: [30, 30], maxZoom: 13, animate: false });
  const here = rows.find((row) => row.id === chosen);
  if (!here) return;
  map.setView([here.lat, here.lon], 12, { animate: false });
  if (moving) place([here.lat, here.lon]);
}

const answer = await fetch(points, { headers: { Accept: "application/json" } });
draw(await answer.json());
