// Reads the page's data, makes the map and its layers from them, and opens the view.

import { pmtilesLayer } from "./basemap.js";
import { openView } from "./map.js";
import { placeMarker, preparePage, routeStyle, siteMarker } from "./marks.js";

/**
 * A Leaflet layer of GeoJSON features on the map.
 * @param {L.Map} map
 * @param {any[]} features
 * @param {L.GeoJSONOptions} options
 */
function geoLayer(map, features, options) {
  return L.geoJSON(/** @type {any} */ ({ type: "FeatureCollection", features }), options).addTo(map);
}

/**
 * @param {L.Map} map
 * @param {MapBasemap | null} basemap
 * @param {string} lang
 */
function layBasemap(map, basemap, lang) {
  if (basemap?.tiles) {
    L.tileLayer(basemap.tiles, { maxZoom: 18 }).addTo(map);
  } else if (basemap) {
    pmtilesLayer(basemap.pmtiles, lang, "tilePane").then((layer) => layer.addTo(map));
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const page = JSON.parse(document.getElementById("plan").textContent);
  const middle = L.latLngBounds(page.bounds).getCenter();
  const map = L.map("map", { center: middle, zoom: 10, maxZoom: 18, zoomSnap: 0.5, preferCanvas: true });
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  preparePage(map, page);
  layBasemap(map, page.basemap, page.lang);
  const routes = geoLayer(map, page.layers.routes, { style: routeStyle });
  const places = geoLayer(map, page.layers.places, { pointToLayer: placeMarker });
  const sites = geoLayer(map, page.layers.sites, { pointToLayer: siteMarker });
  openView(map, { sites, places, routes });
});
