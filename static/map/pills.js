// Cities from afar: a pill with figures in place of symbols that would lie on top of each other.

import { el, say } from "./time.js";

/**
 * A pill with a city's name and figures, shown while its points would lie on top of each other.
 * @param {import("./map.js").PlanView} view
 * @param {MapCity} city
 */
export function cityBadge(view, city) {
  const text = el("div", { class: "badge-text" }, [
    el("b", {}, [city.name]),
    city.sites ? el("span", {}, [String(city.sites)]) : null,
    city.missed ? el("em", {}, [`✕${city.missed}`]) : null,
  ]);
  const title = say("{city}: {n} sites, {missed} not covered; click to zoom in", {
    city: city.name,
    n: city.sites,
    missed: city.missed,
  });
  const made = L.marker([city.lat, city.lon], {
    icon: L.divIcon({ className: "hh-badge", html: text, iconSize: null }),
    title: title,
    riseOnHover: true,
  });
  made.on("add", () => {
    made.getElement().setAttribute("aria-label", title);
  });
  made.on("click keypress", (event) => {
    if (event.type === "click" || /** @type {L.LeafletKeyboardEvent} */ (event).originalEvent.key === "Enter") {
      view.fit(city.bounds);
    }
  });
  return made;
}

/**
 * Pills that would overlap move apart; a thin line from each leads to its city (paintCities).
 * @param {L.Map} map
 * @param {MapCity[]} cities
 * @param {L.Marker[]} badges
 */
export function spreadPills(map, cities, badges) {
  const pills = cities
    .map((city, c) => {
      if (!city.folded || !city.shown) {
        return null;
      }
      const text = /** @type {HTMLElement} */ (badges[c].getElement().firstChild);
      const at = map.latLngToLayerPoint([city.lat, city.lon]);
      return { city: city, badge: badges[c], x: at.x, y: at.y, w: text.offsetWidth + 4, h: text.offsetHeight + 3 };
    })
    .filter(Boolean);
  for (let round = 0, moved = true; moved && round < 80; round++) {
    moved = false;
    for (let i = 0; i < pills.length; i++) {
      for (let j = 0; j < i; j++) {
        const a = pills[i];
        const b = pills[j];
        const dx = (a.w + b.w) / 2 - Math.abs(a.x - b.x);
        const dy = (a.h + b.h) / 2 - Math.abs(a.y - b.y);
        if (dx > 0.5 && dy > 0.5) {
          const axis = dx < dy ? "x" : "y";
          const push = (Math.min(dx, dy) / 2) * (a[axis] >= b[axis] ? 1 : -1);
          a[axis] += push;
          b[axis] -= push;
          moved = true;
        }
      }
    }
  }
  pills.forEach((pill) => {
    const at = map.layerPointToLatLng([pill.x, pill.y]);
    pill.city.pill = at;
    pill.badge.setLatLng(at);
  });
}
