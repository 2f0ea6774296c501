// The page's data unpacked, and what its GeoJSON becomes: markers and lines.

import { placeCard, siteCard } from "./cards.js";
import { colourOf, PHASES, placeShape, RISKS, shortened, siteShape } from "./shapes.js";
import { state } from "./state.js";

/**
 * Called before the layers are made: the page's data, and the panes in their order.
 * @param {L.Map} map
 * @param {any} page
 */
export function preparePage(map, page) {
  state.page = page;
  page.points = page.points.map((/** @type {[number, number, number, string]} */ p) => ({
    lat: p[0],
    lon: p[1],
    city: p[2],
    name: p[3],
  }));
  page.units = page.units.map((/** @type {[string, UnitKind, number, number | null]} */ u) => ({
    id: u[0],
    kind: u[1],
    city: u[2],
    team: u[3],
    colour: page.colourBy === "team" ? u[3] : u[2],
  }));
  page.layers.sites.forEach((/** @type {any} */ feature) => {
    const site = feature.properties;
    site.suspects = site.suspects.map((/** @type {[string, number, string | null, number, string | null]} */ s) => ({
      name: s[0],
      priority: s[1],
      warrant: s[2],
      chargeable: s[3] === 1,
      reason: s[4],
    }));
  });
  page.minute = Math.max(page.first, Math.min(page.last, 0));
  page.map = map;
  for (const [name, order] of Object.entries({ grid: 250, cities: 380, names: 560, movers: 640 })) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(order);
    pane.style.pointerEvents = "none";
  }
  if (map.attributionControl) {
    map.attributionControl.setPrefix(false);
  }
}

/**
 * @param {L.LatLng} latlng
 * @param {SVGElement} shape
 * @param {number} size
 * @param {string} title
 * @param {() => HTMLElement} card
 */
function markerOf(latlng, shape, size, title, card) {
  const made = L.marker(latlng, {
    icon: L.divIcon({ className: "hh-icon", html: shape, iconSize: [size, size] }),
    title: title,
    riseOnHover: true,
  });
  made.bindPopup(card, {
    maxWidth: 460,
    minWidth: 240,
    maxHeight: 380,
    autoPanPaddingTopLeft: [54, 70],
    autoPanPaddingBottomRight: [state.page.map.getSize().x >= 760 ? 293 : 20, 125],
  });
  made.on("add", () => {
    made.getElement().setAttribute("aria-label", title);
  });
  return made;
}

/**
 * GeoJSON point -> marker of a site.
 * @param {any} feature
 * @param {L.LatLng} latlng
 */
export function siteMarker(feature, latlng) {
  const page = state.page;
  /** @type {MapSite} */
  const site = feature.properties;
  const team = site.raid ? page.teams[site.team] : null;
  const colour = colourOf(page.colourBy === "team" ? (team ? site.team : null) : site.city);
  const shape = siteShape(site.risk, colour, team ? team.mark : null, site.shut);
  const seen = team && !site.shut ? ` · ${shortened(team.mark, 6)}` : "";
  return markerOf(latlng, shape, RISKS[site.risk].size, `${site.id} ${site.address}${seen}`, () => siteCard(site));
}

/**
 * GeoJSON point -> marker of a base, an assembly point or a custody place.
 * @param {any} feature
 * @param {L.LatLng} latlng
 */
export function placeMarker(feature, latlng) {
  /** @type {MapPlace} */
  const place = feature.properties;
  const size = { assembly: 21, base: place.used ? 18 : 13, custody: 22 }[place.kind];
  const made = markerOf(latlng, placeShape(place.kind, place.used), size, `${place.id} ${place.name}`, () =>
    placeCard(place),
  );
  made.setZIndexOffset(place.used ? -500 : -1000);
  return made;
}

/**
 * GeoJSON line -> its style by phase.
 * @param {any} feature
 */
export function routeStyle(feature) {
  /** @type {MapRoute} */
  const route = feature.properties;
  const look = PHASES[route.phase];
  return {
    color: look.colour,
    weight: look.weight,
    dashArray: look.dash,
    interactive: false,
    opacity: state.page.teamLayers ? 0.5 : 0.25,
  };
}
