/* The page's data unpacked, and what its GeoJSON becomes: markers and lines. */
"use strict";

/** Called before the layers are made: the page's data, and the panes in their order. */
HHour.prepare = function (map, page) {
  HHour.page = page;
  page.points = page.points.map(function (p) { return { lat: p[0], lon: p[1], city: p[2], name: p[3] }; });
  page.units = page.units.map(function (u) {
    return { id: u[0], kind: u[1], city: u[2], team: u[3], colour: page.colourBy === "team" ? u[3] : u[2] };
  });
  page.layers.sites.forEach(function (feature) {
    var site = feature.properties;
    site.suspects = site.suspects.map(function (s) {
      return { name: s[0], priority: s[1], warrant: s[2], chargeable: s[3] === 1, reason: s[4] };
    });
  });
  page.minute = Math.max(page.first, Math.min(page.last, 0));
  page.map = map;
  var order = { grid: 250, cities: 380, names: 560, movers: 640 };
  Object.keys(order).forEach(function (name) {
    var pane = map.createPane(name);
    pane.style.zIndex = order[name];
    pane.style.pointerEvents = "none";
  });
  if (map.attributionControl) {
    map.attributionControl.setPrefix(false);
  }
};

HHour.marker = function (latlng, shape, size, title, card) {
  var made = L.marker(latlng, {
    icon: L.divIcon({ className: "hh-icon", html: shape, iconSize: [size, size] }), title: title, riseOnHover: true
  });
  made.bindPopup(card, { maxWidth: 460, minWidth: 240, maxHeight: 380, autoPanPaddingTopLeft: [54, 70],
    autoPanPaddingBottomRight: [HHour.page.map.getSize().x >= 760 ? 293 : 20, 125] });
  made.on("add", function () { made.getElement().setAttribute("aria-label", title); });
  return made;
};

/** GeoJSON point -> marker of a site. */
HHour.siteMarker = function (feature, latlng) {
  var page = HHour.page;
  var site = feature.properties;
  var team = site.raid ? page.teams[site.team] : null;
  var colour = HHour.colour(page.colourBy === "team" ? (team ? site.team : null) : site.city);
  var shape = HHour.siteShape(site.risk, colour, team ? team.mark : null, site.shut);
  var seen = team && !site.shut ? " · " + HHour.shortened(team.mark, 6) : "";
  return HHour.marker(latlng, shape, HHour.RISKS[site.risk].size, site.id + " " + site.address + seen,
    function () { return HHour.siteCard(site); });
};

/** GeoJSON point -> marker of a base, an assembly point or a custody place. */
HHour.placeMarker = function (feature, latlng) {
  var place = feature.properties;
  var size = { assembly: 21, base: place.used ? 18 : 13, custody: 22 }[place.kind];
  var made = HHour.marker(latlng, HHour.placeShape(place.kind, place.used), size, place.id + " " + place.name,
    function () { return HHour.placeCard(place); });
  made.setZIndexOffset(place.used ? -500 : -1000);
  return made;
};

/** GeoJSON line -> its style by phase. */
HHour.routeStyle = function (feature) {
  var look = HHour.PHASES[feature.properties.phase];
  return { color: look.colour, weight: look.weight, dashArray: look.dash, interactive: false,
    opacity: HHour.page.teamLayers ? 0.5 : 0.25 };
};
