// The desk's map, without tiles: a mark leads to what can be changed there; the chosen address is moved by hand.
"use strict";

{
  const box = document.getElementById("map");
  const { points, desk, table, key, site } = box.dataset;
  const chosen = table === "suspects" ? site : key;
  const COLOURS = ["#17539c", "#b3470b", "#1c7c3f", "#8a2a7a", "#7a5c00", "#0b7285", "#a61e4d", "#495057", "#5f3dc4", "#2b8a3e", "#c92a2a"];
  const map = L.map(box, { attributionControl: false, preferCanvas: true, maxZoom: 18, zoomSnap: 0.5 });
  map.setView([30.6, 104.1], 7);
  L.control.scale({ imperial: false }).addTo(map);

  // The one form that moves the chosen address, and forms of a new point: they get what is set on the map, in WGS-84.
  const button = document.getElementById("place");
  const forms = [...document.querySelectorAll(".deed")].filter((form) => form.elements.lat && form.elements.lon);
  const moving = forms.find((form) => form.elements.ask);
  const ARROWS = { ArrowUp: [0, -10], ArrowDown: [0, 10], ArrowLeft: [-10, 0], ArrowRight: [10, 0] };

  const set = (at) => {
    for (const { elements } of forms) [elements.lat.value, elements.lon.value, elements.datum.value] = [at.lat.toFixed(6), at.lng.toFixed(6), "WGS-84"];
  };

  // The mark is dragged, or moved by arrow keys and Enter; then the server asks whether the address shall move.
  const place = (at) => {
    const mark = L.marker(at, { draggable: true, keyboard: true, icon: L.divIcon({ className: "point", iconSize: [18, 18] }) }).addTo(map);
    mark.getElement().setAttribute("aria-label", key);
    const done = () => { set(mark.getLatLng()); if (moving) moving.requestSubmit(); };
    mark.on("dragend", done);
    mark.getElement().addEventListener("keydown", (event) => {
      const by = ARROWS[event.key];
      if (!by && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      if (by) mark.setLatLng(map.containerPointToLatLng(map.latLngToContainerPoint(mark.getLatLng()).add(by)));
      else done();
    });
  };
  button.hidden = !forms.length || Boolean(moving);
  button.addEventListener("click", () => { place(map.getCenter()); set(map.getCenter()); button.hidden = true; });

  const draw = (rows) => {
    const cities = new Map();
    for (const row of rows) {
      const isSite = row.kind === "sites";
      const colour = !isSite ? "#6c7782" : row.number === null ? "#212529" : COLOURS[row.number % COLOURS.length];
      const look = isSite
        ? { radius: 6, weight: 2, color: colour, fillColor: row.number === null || row.skip ? "#ffffff" : colour, fillOpacity: 0.8 }
        : { radius: 3, weight: 1, color: colour, fillOpacity: 0.4 };
      const text = row.team ? `${row.text} · ${row.team}` : row.text;
      L.circleMarker([row.lat, row.lon], look).bindTooltip(document.createTextNode(text)).addTo(map)
        .on("click", (event) => {
          L.DomEvent.stop(event);
          location.assign(`${desk}?at=${encodeURIComponent(`${row.kind}:${row.id}`)}#subject`);
        });
      if (isSite) cities.set(row.city, [...(cities.get(row.city) || []), [row.lat, row.lon]]);
    }
    for (const [city, at] of cities) {
      const middle = [0, 1].map((axis) => at.reduce((sum, one) => sum + one[axis], 0) / at.length);
      L.tooltip({ permanent: true, direction: "center", className: "city" }).setLatLng(middle).setContent(document.createTextNode(city)).addTo(map);
    }
    const all = rows.filter((row) => row.kind === "sites").map((row) => [row.lat, row.lon]);
    map.invalidateSize({ animate: false });
    if (all.length) map.fitBounds(all, { padding: [30, 30], maxZoom: 13, animate: false });
    const here = rows.find((row) => row.id === chosen);
    if (!here) return;
    map.setView([here.lat, here.lon], 12, { animate: false });
    if (moving) place([here.lat, here.lon]);
  };

  fetch(points, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).then(draw);
}
