/* Puts the parts together: markers, routes, canvases, panel and slider over one Leaflet map. */
"use strict";

/** Called before the layers are made: the page's data, and the panes in their order. */
HHour.prepare = function (map, page) {
  HHour.page = page;
  page.points = page.points.map(function (p) { return { lat: p[0], lon: p[1], city: p[2], name: p[3] }; });
  page.units = page.units.map(function (u) {
    return { id: u[0], kind: u[1], city: u[2], team: u[3], colour: page.colourBy === "team" ? u[3] : u[2] };
  });
  page.sites.forEach(function (site) {
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

HHour.marker = function (latlng, html, size, title, card) {
  var made = L.marker(latlng, {
    icon: L.divIcon({ className: "hh-icon", html: html, iconSize: [size, size] }), title: title, riseOnHover: true
  });
  made.bindPopup(card, { maxWidth: 460, minWidth: 240, maxHeight: 380, autoPanPaddingTopLeft: [54, 70],
    autoPanPaddingBottomRight: [HHour.page.map.getSize().x >= 760 ? 293 : 20, 125] });
  made.on("add", function () { made.getElement().setAttribute("aria-label", title); });
  return made;
};

/** GeoJSON point -> marker of a site. */
HHour.siteMarker = function (feature, latlng) {
  var page = HHour.page;
  var site = feature.properties = page.sites[feature.properties.row];
  var team = site.raid ? page.teams[site.team] : null;
  var colour = HHour.colour(page.colourBy === "team" ? (team ? site.team : null) : site.city);
  var html = HHour.siteShape(site.risk, colour, team ? team.number : null, !site.raid);
  return HHour.marker(latlng, html, HHour.RISKS[site.risk].size, site.id + " " + site.address,
    function () { return HHour.siteCard(site); });
};

/** GeoJSON point -> marker of a base, an assembly point or a custody place. */
HHour.placeMarker = function (feature, latlng) {
  var place = feature.properties = HHour.page.places[feature.properties.row];
  var size = { assembly: 21, base: place.used ? 18 : 13, custody: 22 }[place.kind];
  var made = HHour.marker(latlng, HHour.placeShape(place.kind, place.used), size, place.id + " " + place.name,
    function () { return HHour.placeCard(place); });
  made.setZIndexOffset(place.used ? -500 : -1000);
  return made;
};

/** GeoJSON line -> its style by phase. */
HHour.routeStyle = function (feature) {
  var look = HHour.PHASES[feature.properties.phase];
  return { color: look.colour, weight: look.weight, dashArray: look.dash, opacity: HHour.page.teamLayers ? 0.5 : 0.25, interactive: false };
};

/** A pill with a city's name and figures, shown while its points would lie on top of each other. */
HHour.cityBadge = function (map, city, room) {
  var text = HHour.el("div", { "class": "badge-text" }, [
    HHour.el("b", {}, [city.name]),
    city.sites ? HHour.el("span", {}, [String(city.sites)]) : null,
    city.missed ? HHour.el("em", {}, ["✕" + city.missed]) : null
  ]);
  var title = HHour.say("{city}: {n} sites, {missed} missed; press to zoom in",
    { city: city.name, n: city.sites, missed: city.missed });
  var made = L.marker([city.lat, city.lon], {
    icon: L.divIcon({ className: "hh-badge", html: text, iconSize: null }), title: title, riseOnHover: true
  });
  made.on("add", function () { made.getElement().setAttribute("aria-label", title); });
  made.on("click keypress", function (event) {
    if (event.type === "click" || event.originalEvent.key === "Enter") {
      map.fitBounds(city.bounds, Object.assign({ maxZoom: 14 }, room()));
    }
  });
  return made;
};

/** Pills that would overlap move apart; a thin line from each leads to its city (HHour.paintCities). */
HHour.spread = function (map, cities, badges) {
  var pills = cities.map(function (city, c) {
    if (!city.folded || !city.shown) {
      return null;
    }
    var text = badges[c].getElement().firstChild;
    var at = map.latLngToLayerPoint([city.lat, city.lon]);
    return { city: city, badge: badges[c], x: at.x, y: at.y, w: text.offsetWidth + 4, h: text.offsetHeight + 3 };
  }).filter(Boolean);
  for (var round = 0, moved = true; moved && round < 80; round++) {
    moved = false;
    for (var i = 0; i < pills.length; i++) {
      for (var j = 0; j < i; j++) {
        var a = pills[i];
        var b = pills[j];
        var dx = (a.w + b.w) / 2 - Math.abs(a.x - b.x);
        var dy = (a.h + b.h) / 2 - Math.abs(a.y - b.y);
        if (dx > 0.5 && dy > 0.5) {
          var axis = dx < dy ? "x" : "y";
          var push = Math.min(dx, dy) / 2 * (a[axis] >= b[axis] ? 1 : -1);
          a[axis] += push;
          b[axis] -= push;
          moved = true;
        }
      }
    }
  }
  pills.forEach(function (pill) {
    var at = map.layerPointToLatLng([pill.x, pill.y]);
    pill.city.pill = at;
    pill.badge.setLatLng(at);
  });
};

HHour.start = function (map, layers) {
  var page = HHour.page;
  var state = { phases: {}, cities: {}, teams: {} };
  page.phases.forEach(function (phase) { state.phases[phase] = true; });
  page.cities.forEach(function (_city, c) { state.cities[c] = true; });
  page.teams.forEach(function (_team, t) { state.teams[t] = true; });
  var room = function () {
    var side = map.getSize().x >= 760 ? 290 : 20;
    return { paddingTopLeft: [40, 70], paddingBottomRight: [side, 120] };
  };
  var leaves = function (group) {
    return group.getLayers().map(function (leaf) {
      return { leaf: leaf, properties: leaf.feature.properties, group: group };
    });
  };
  var sites = leaves(layers.sites);
  var places = leaves(layers.places);
  var routes = [].concat.apply([], layers.routes.map(leaves));
  var badges = page.cities.map(function (city) { return HHour.cityBadge(map, city, room); });

  var shownTeam = function (city, team) {
    return state.cities[city] && (team === null || state.teams[team] !== false);
  };
  var shownPlace = function (place) {
    return state.cities[place.city] || place.users.some(function (c) { return state.cities[c]; });
  };
  var put = function (entry, on) {
    if (on !== entry.on) {
      entry.on = on;
      if (on) { entry.group.addLayer(entry.leaf); } else { entry.group.removeLayer(entry.leaf); }
    }
  };
  var folds = function () {
    var view = map.getBounds().pad(0.5);
    page.cities.forEach(function (city, c) {
      var a = map.latLngToLayerPoint(city.bounds[0]);
      var b = map.latLngToLayerPoint(city.bounds[1]);
      city.folded = page.cities.length > 1 && map.getZoom() < 13 && a.distanceTo(b) < Math.max(110, 18 * Math.sqrt(city.sites));
      city.shown = state.cities[c];
      city.drawn = !city.folded && view.intersects(city.bounds);
      if (city.folded && city.shown) { badges[c].addTo(map); } else { badges[c].remove(); }
    });
    HHour.spread(map, page.cities, badges);
  };
  var sift = function () {
    folds();
    sites.forEach(function (e) {
      put(e, page.cities[e.properties.city].drawn && shownTeam(e.properties.city, e.properties.team));
    });
    places.forEach(function (e) {
      put(e, page.cities[e.properties.city].drawn && shownPlace(e.properties));
    });
    routes.forEach(function (e) {
      var hidden = e.properties.inside && page.cities[e.properties.city].folded;
      put(e, !hidden && state.phases[e.properties.phase] && shownTeam(e.properties.city, e.properties.team));
    });
  };

  var strike = function () {
    sites.forEach(function (e) {
      var raid = e.properties.raid;
      var mark = !raid || page.minute < raid.start ? "before" : page.minute < raid.end ? "during" : "after";
      var node = e.on && e.leaf.getElement();
      if (node && node.dataset.mark !== mark) { node.dataset.mark = mark; }
    });
  };
  var symbols = function () {
    return sites.concat(places).filter(function (e) { return e.on; }).map(function (e) {
      var at = e.leaf.getLatLng();
      return { lat: at.lat, lon: at.lng, r: e.leaf.options.icon.options.iconSize[0] / 2 };
    });
  };
  var labels = function () {
    var close = map.getZoom() >= 11;
    var of = function (e, text, font, ink) {
      var at = e.leaf.getLatLng();
      return { lat: at.lat, lon: at.lng, r: e.leaf.options.icon.options.iconSize[0] / 2, text: text, font: font, ink: ink };
    };
    var rows = [];
    if (close) {
      places.filter(function (e) { return e.on && e.properties.used; }).forEach(function (e) {
        rows.push(of(e, e.properties.name, e.properties.kind === "base" ? "11px" : "600 12px", "#2b333c"));
      });
      sites.filter(function (e) { return e.on; }).forEach(function (e) {
        rows.push(of(e, e.properties.id, "600 11px", e.properties.raid ? "#14181d" : "#6b4a00"));
      });
    }
    return rows;
  };
  var shownUnit = function (unit, phase) {
    return state.phases[phase] && shownTeam(unit.city, unit.team);
  };

  var names = new HHour.Canvas("names", HHour.paintLabels(labels, symbols));
  var movers = new HHour.Canvas("movers", HHour.paintMovers(page, shownUnit, function () { return map.getZoom() >= 13; }));
  var under = new HHour.Canvas("cities", HHour.paintCities(page.cities));
  map.on("moveend", function () { sift(); strike(); });
  map.fitBounds(page.bounds, Object.assign({ animate: false, maxZoom: 14 }, room()));
  if (page.grid) { new HHour.Canvas("grid", HHour.paintGrid(map)).addTo(map); }
  sift();
  [under, names, movers].forEach(function (layer) { layer.addTo(map); });

  var redraw = function () { [under, names, movers].forEach(function (layer) { layer.redraw(); }); };
  var slider = HHour.slider(page, function () { movers.redraw(); strike(); });
  var go = function (entry) {
    state.cities[entry.properties.city] = true;
    map.setView(entry.leaf.getLatLng(), Math.max(14, map.getZoom()), { animate: false });
    sift();
    entry.leaf.openPopup();
  };
  var panel = HHour.panel(page, state, sites, { go: go, changed: function () { sift(); strike(); redraw(); } });
  var title = HHour.el("header", { "class": "title" }, [
    HHour.el("h1", {}, [page.name]), HHour.el("p", {}, [page.subtitle])
  ]);
  map.getContainer().prepend(title, slider.bar, panel);  // before the markers: the keyboard comes here first
  window.matchMedia("print").addEventListener("change", function () { map.invalidateSize(false); slider.lay(); });
  slider.lay();
  slider.show(page.minute);
  var cityNames = page.cities.map(function (city) { return city.name; }).join("");
  Promise.all(["13px", "600 13px"].map(function (size) {
    return document.fonts.load(size + ' "HHour Sans SC"', cityNames);
  })).catch(function () { return null; }).then(function () {
    sift();  // the pills are as wide as their letters
    redraw();
    HHour.ready = true;
  });
};
