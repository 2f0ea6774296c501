// A small map of places and sites, without tiles. The selected row's mark is dragged, or moved by arrow keys and Enter;
// a click on the map moves nothing.
"use strict";

const PointMap = (() => {
  const box = document.getElementById("map");
  const place = document.getElementById("place");
  const STEP = 10; // pixels
  const ARROWS = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };
  let map = null;
  let mark = null;
  let others = null;
  let name = ""; // of the selected row
  let onSet = () => {};

  function start(set) {
    onSet = set;
    map = L.map(box, { attributionControl: false, preferCanvas: true, maxZoom: 18, zoomSnap: 0.5 });
    others = L.layerGroup().addTo(map);
    map.setView([30.6, 104.1], 7);
    L.control.scale({ imperial: false }).addTo(map);
    place.addEventListener("click", () => { put(map.getCenter()); place.hidden = true; });
  }

  // `points` are {at: [lat, lon], text, city} of all rows that lie somewhere. Names are text, never markup.
  function show(points) {
    others.clearLayers();
    const cities = new Map();
    for (const point of points) {
      L.circleMarker(point.at, { radius: 4, weight: 1, color: "#17539c", fillOpacity: 0.5 })
        .bindTooltip(document.createTextNode(point.text)).addTo(others);
      if (point.city) cities.set(point.city, [...(cities.get(point.city) || []), point.at]);
    }
    for (const [city, at] of cities) {
      const middle = [0, 1].map((axis) => at.reduce((sum, one) => sum + one[axis], 0) / at.length);
      L.tooltip({ permanent: true, direction: "center", className: "city" }).setLatLng(middle).setContent(document.createTextNode(city)).addTo(others);
    }
    if (points.length && !mark) map.fitBounds(points.map((point) => point.at), { maxZoom: 13, animate: false });
  }

  // The mark of the selected row; without a point, but movable, a button puts one into the middle of the map.
  function select(at, isMovable, key) {
    if (mark) mark.remove();
    mark = null;
    name = key;
    place.hidden = Boolean(at) || !isMovable;
    if (!at) return;
    put(at, isMovable);
    map.setView(at, Math.max(map.getZoom(), 12), { animate: false });
  }

  function put(at, isMovable = true) {
    const icon = L.divIcon({ className: "point", iconSize: [18, 18] });
    mark = L.marker(at, { draggable: isMovable, keyboard: true, icon }).addTo(map);
    const set = () => { const now = mark.getLatLng(); onSet(now.lat, now.lng); };
    mark.getElement().setAttribute("aria-label", name);
    mark.on("dragend", set);
    mark.getElement().addEventListener("keydown", (event) => {
      const by = isMovable && ARROWS[event.key];
      if (!by && !(isMovable && event.key === "Enter")) return;
      event.preventDefault();
      event.stopPropagation();
      if (by) mark.setLatLng(map.containerPointToLatLng(map.latLngToContainerPoint(mark.getLatLng()).add(by)));
      else set();
    });
  }

  return { start, show, select };
})();
