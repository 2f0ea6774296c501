/* Cities from afar: a pill with figures in place of symbols that would lie on top of each other. */
"use strict";

/** A pill with a city's name and figures, shown while its points would lie on top of each other. */
HHour.cityBadge = function (view, city) {
  var text = HHour.el("div", { "class": "badge-text" }, [
    HHour.el("b", {}, [city.name]),
    city.sites ? HHour.el("span", {}, [String(city.sites)]) : null,
    city.missed ? HHour.el("em", {}, ["✕" + city.missed]) : null
  ]);
  var title = HHour.say("{city}: {n} sites, {missed} not covered; click to zoom in",
    { city: city.name, n: city.sites, missed: city.missed });
  var made = L.marker([city.lat, city.lon], {
    icon: L.divIcon({ className: "hh-badge", html: text, iconSize: null }), title: title, riseOnHover: true
  });
  made.on("add", function () { made.getElement().setAttribute("aria-label", title); });
  made.on("click keypress", function (event) {
    if (event.type === "click" || event.originalEvent.key === "Enter") {
      view.fit(city.bounds);
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
