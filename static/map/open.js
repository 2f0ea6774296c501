/* Reads the page's data, makes the map and its layers from them, and opens the view. */
"use strict";

/** A Leaflet layer of GeoJSON features on the map. */
HHour.layer = function (map, features, options) {
  return L.geoJSON({ type: "FeatureCollection", features: features }, options).addTo(map);
};

HHour.ground = function (map, basemap, lang) {
  if (basemap && basemap.tiles) {
    L.tileLayer(basemap.tiles, { maxZoom: 18 }).addTo(map);
  } else if (basemap) {
    HHour.pmtiles(map, basemap.pmtiles, lang);
  }
};

document.addEventListener("DOMContentLoaded", function () {
  var page = JSON.parse(document.getElementById("plan").textContent);
  var middle = L.latLngBounds(page.bounds).getCenter();
  var map = L.map("map", { center: middle, zoom: 10, maxZoom: 18, zoomSnap: 0.5, preferCanvas: true });
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  HHour.prepare(map, page);
  HHour.ground(map, page.basemap, page.lang);
  var routes = HHour.layer(map, page.layers.routes, { style: HHour.routeStyle });
  var places = HHour.layer(map, page.layers.places, { pointToLayer: HHour.placeMarker });
  var sites = HHour.layer(map, page.layers.sites, { pointToLayer: HHour.siteMarker });
  HHour.start(map, { sites: sites, places: places, routes: routes });
});
