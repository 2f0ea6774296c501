// A small map of places and sites, without tiles: the selected row's point is set by a click or by dragging its mark.
"use strict";

const PointMap = (() => {
  const box = document.getElementById("map");
  let map = null;
  let mark = null;
  let others = null;
  let onSet = () => {};

  function start(set) {
    onSet = set;
    map = L.map(box, { attributionControl: false, preferCanvas: true, maxZoom: 18, zoomSnap: 0.5 });
    others = L.layerGroup().addTo(map);
    map.setView([30.6, 104.1], 7);
    map.on("click", (event) => onSet(event.latlng.lat, event.latlng.lng));
    L.control.scale({ imperial: false }).addTo(map);
  }

  // `points` are {lat, lon, text, city} of all rows that lie somewhere.
  function show(points) {
    others.clearLayers();
    const cities = new Map();
    for (const point of points) {
      L.circleMarker([point.lat, point.lon], { radius: 4, weight: 1, color: "#17539c", fillOpacity: 0.5 })
        .bindTooltip(point.text).addTo(others);
      if (point.city) cities.set(point.city, [...(cities.get(point.city) || []), [point.lat, point.lon]]);
    }
    for (const [city, at] of cities) {
      const middle = [0, 1].map((axis) => at.reduce((sum, one) => sum + one[axis], 0) / at.length);
      L.tooltip({ permanent: true, direction: "center", className: "city" }).setLatLng(middle).setContent(document.createTextNode(city)).addTo(others);
    }
    if (points.length && !mark) map.fitBounds(points.map((point) => [point.lat, point.lon]), { maxZoom: 13, animate: false });
  }

  function select(lat, lon) {
    if (mark) mark.remove();
    mark = null;
    if (lat === null) return;
    const icon = L.divIcon({ className: "point", iconSize: [18, 18] });
    mark = L.marker([lat, lon], { draggable: true, keyboard: true, icon }).addTo(map);
    mark.on("dragend", () => { const at = mark.getLatLng(); onSet(at.lat, at.lng); });
    map.setView([lat, lon], Math.max(map.getZoom(), 12), { animate: false });
  }

  return { start, show, select };
})();
