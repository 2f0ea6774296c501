// Puts the parts together over one Leaflet map: what is shown, and what follows when time, layers or view change.

import { MapCanvas, paintCities, paintGrid, paintLabels } from "./canvas.js";
import { paintMovers } from "./movers.js";
import { sidePanel } from "./panel.js";
import { cityBadge, spreadPills } from "./pills.js";
import { timeSlider } from "./slider.js";
import { state } from "./state.js";
import { layStreets } from "./streets.js";
import { el, w } from "./time.js";
import { findWays, keepWays, wayOf, waysText } from "./ways.js";

/**
 * The features of a GeoJSON layer, each with its leaf, its properties and whether it is `on` the map.
 * @template Properties
 * @param {L.GeoJSON} group
 * @returns {Leaf<Properties>[]}
 */
function leavesOf(group) {
  const leaves = /** @type {L.Marker[]} */ (group.getLayers());
  return leaves.map((leaf) => ({ leaf, properties: leaf.feature.properties, group, on: true }));
}

/** What of a plan is on the map, and what follows when time, boxes or view change. */
export class PlanView {
  /**
   * @param {L.Map} map
   * @param {{ sites: L.GeoJSON, places: L.GeoJSON, routes: L.GeoJSON }} layers
   */
  constructor(map, layers) {
    this.map = map;
    this.page = state.page;
    /** @type {Leaf<MapSite>[]} */
    this.sites = leavesOf(layers.sites);
    /** @type {Leaf<MapPlace>[]} */
    this.places = leavesOf(layers.places);
    /** @type {Leaf<MapRoute>[]} */
    this.routes = leavesOf(layers.routes);
    this.phases = Object.fromEntries(this.page.phases.map((phase) => [phase, true]));
    this.cities = this.page.cities.map(() => true);
    this.teams = this.page.teams.map(() => true);
    this.badges = this.page.cities.map((city) => cityBadge(this, city));
    this.under = new MapCanvas("cities", paintCities(this.page.cities));
    this.names = new MapCanvas(
      "names",
      paintLabels(
        () => this.labels(),
        () => this.symbols(),
      ),
    );
    this.movers = new MapCanvas(
      "movers",
      paintMovers(
        this.page,
        (unit, phase) => this.phases[phase] && this.showsTeam(unit.city, unit.team),
        () => map.getZoom() >= 13,
      ),
    );
  }

  /**
   * The bounds fill the part of the map that panel and slider leave free.
   * @param {L.LatLngBoundsExpression} bounds
   * @param {L.FitBoundsOptions} [options]
   */
  fit(bounds, options) {
    const side = this.map.getSize().x >= 760 ? 290 : 20;
    /** @type {L.FitBoundsOptions} */
    const room = { paddingTopLeft: [40, 70], paddingBottomRight: [side, 120], maxZoom: 14 };
    this.map.fitBounds(bounds, Object.assign(room, options));
  }

  /**
   * Nobody's units (escorts, forensics, interviewers) are shown with their city.
   * @param {number} city
   * @param {number | null} team
   */
  showsTeam(city, team) {
    return this.cities[city] && (team === null || this.teams[team]);
  }

  /** @param {MapPlace} place */
  showsPlace(place) {
    return this.cities[place.city] || place.users.some((city) => this.cities[city]);
  }

  /**
   * @param {Leaf<unknown>} entry
   * @param {boolean} on
   */
  put(entry, on) {
    if (on === entry.on) return;
    entry.on = on;
    if (on) entry.group.addLayer(entry.leaf);
    else entry.group.removeLayer(entry.leaf);
  }

  /** Each city is folded into its pill, drawn, or out of view. */
  fold() {
    const view = this.map.getBounds().pad(0.5);
    this.page.cities.forEach((city, c) => {
      const [a, b] = city.bounds.map((corner) => this.map.latLngToLayerPoint(corner));
      const crowded = a.distanceTo(b) < Math.max(110, 18 * Math.sqrt(city.sites));
      city.folded = this.page.cities.length > 1 && this.map.getZoom() < 13 && crowded;
      city.shown = this.cities[c];
      city.drawn = !city.folded && view.intersects(city.bounds);
      if (city.folded && city.shown) {
        this.badges[c].addTo(this.map);
      } else {
        this.badges[c].remove();
      }
    });
    spreadPills(this.map, this.page.cities, this.badges);
  }

  /** Only what view and layers ask for is on the map. */
  sift() {
    this.fold();
    const drawn = (/** @type {Leaf<MapSite> | Leaf<MapPlace>} */ entry) =>
      this.page.cities[entry.properties.city].drawn;
    for (const e of this.sites) this.put(e, drawn(e) && this.showsTeam(e.properties.city, e.properties.team));
    for (const e of this.places) this.put(e, drawn(e) && this.showsPlace(e.properties));
    for (const e of this.routes) {
      const { phase, city, team, inside } = e.properties;
      this.put(e, !(inside && this.page.cities[city].folded) && this.phases[phase] && this.showsTeam(city, team));
    }
    this.strike();
  }

  /** Each site looks as it does at the page's minute: before, during or after its raid. */
  strike() {
    const minute = this.page.minute;
    this.sites
      .filter((e) => e.on)
      .forEach((e) => {
        const raid = e.properties.raid;
        const mark = !raid || minute < raid.start ? "before" : minute < raid.end ? "during" : "after";
        const node = e.leaf.getElement();
        if (node.dataset.mark !== mark) {
          node.dataset.mark = mark;
        }
      });
  }

  /** @param {Leaf<MapSite> | Leaf<MapPlace>} entry */
  spot(entry) {
    const at = entry.leaf.getLatLng();
    return { lat: at.lat, lon: at.lng, r: /** @type {number[]} */ (entry.leaf.options.icon.options.iconSize)[0] / 2 };
  }

  symbols() {
    return [...this.sites, ...this.places].filter((e) => e.on).map((e) => this.spot(e));
  }

  /** Names of used places first, then sites' ids; none from afar. */
  labels() {
    if (this.map.getZoom() < 11) {
      return [];
    }
    const places = this.places
      .filter((e) => e.on && e.properties.used)
      .map((e) =>
        Object.assign(this.spot(e), {
          text: e.properties.name,
          font: e.properties.kind === "base" ? "11px" : "600 12px",
          ink: "#2b333c",
        }),
      );
    const sites = this.sites
      .filter((e) => e.on)
      .map((e) =>
        Object.assign(this.spot(e), {
          text: e.properties.id,
          font: "600 11px",
          ink: e.properties.raid ? "#14181d" : "#6b4a00",
        }),
      );
    return [...places, ...sites];
  }

  redraw() {
    for (const layer of [this.under, this.names, this.movers]) layer.redraw();
  }

  /** What the layers' boxes say has changed. */
  changed() {
    this.sift();
    this.redraw();
  }

  /**
   * The site stands in the middle with its pop-up open, whatever the layers' boxes said.
   * @param {Leaf<MapSite>} entry
   */
  go(entry) {
    const { city, team } = entry.properties;
    this.cities[city] = true;
    if (team !== null) {
      this.teams[team] = true;
    }
    this.map.setView(entry.leaf.getLatLng(), Math.max(14, this.map.getZoom()), { animate: false });
    this.changed();
    this.panel.sync();
    entry.leaf.openPopup();
  }

  /** Streets lie under everything, or without them coasts and rivers from afar, and a graticule. */
  async lay() {
    if (this.page.basemap !== null) {
      return;
    }
    const words = { streets: w("Streets"), coast: w("Coast and rivers"), north: w("North is up") };
    const streets = this.page.ground && (await layStreets(this.map, this.page.ground, this.page.lang, words));
    if (!streets || streets.isCoarse) {
      new MapCanvas("grid", paintGrid(this.map)).addTo(this.map);
    }
  }

  /** Lines and units follow the roads as far as these are known, and the legend says how far. */
  async follow() {
    keepWays(await findWays(this.page.ways));
    if (state.ways.size)
      for (const { leaf, properties } of this.routes) {
        const line = /** @type {L.Polyline} */ (/** @type {L.Layer} */ (leaf));
        line.setLatLngs(properties.ways.map(([from, to]) => wayOf(from, to).at));
      }
    this.panel.tell(waysText());
    this.redraw();
  }

  /** Canvases, panel and slider stand on the map; the panels come before the markers for the keyboard. */
  open() {
    this.map.on("moveend", () => this.sift());
    this.fit(this.page.bounds, { animate: false });
    this.grounded = this.lay();
    this.sift();
    for (const layer of [this.under, this.names, this.movers]) layer.addTo(this.map);
    const slider = timeSlider(this.page, () => {
      this.movers.redraw();
      this.strike();
    });
    this.panel = sidePanel(this);
    this.map.getContainer().prepend(titleBar(this.page), slider.bar, this.panel.box);
    window.matchMedia("print").addEventListener("change", () => {
      this.map.invalidateSize(false);
      slider.lay();
    });
    slider.lay();
    slider.show(this.page.minute);
    this.followed = this.follow();
  }
}

/**
 * Maps side by side move together: each tells at its element where it stands, and moves where it is sent.
 * @param {L.Map} map
 */
function linkViews(map) {
  const box = map.getContainer();
  const tell = () => {
    const { lat, lng } = map.getCenter();
    box.dataset.view = JSON.stringify({ lat, lng, zoom: map.getZoom() });
    box.dispatchEvent(new CustomEvent("moved"));
  };
  map.on("move zoom", tell);
  box.addEventListener("move-to", (event) => {
    const { lat, lng, zoom } = JSON.parse(/** @type {CustomEvent<string>} */ (event).detail);
    map.setView([lat, lng], zoom, { animate: false });
  });
  tell();
}

/** @param {MapPage} page */
function titleBar(page) {
  return el("header", { class: "title" }, [el("h1", {}, [page.name]), el("p", {}, [page.subtitle])]);
}

/**
 * Called once every layer is there; the map is marked as ready when letters and pills have their final sizes.
 * @param {L.Map} map
 * @param {{ sites: L.GeoJSON, places: L.GeoJSON, routes: L.GeoJSON }} layers
 */
export function openView(map, layers) {
  const view = new PlanView(map, layers);
  view.open();
  linkViews(map);
  const names = state.page.cities.map((city) => city.name).join("");
  const fonts = ["13px", "600 13px"].map((size) => document.fonts.load(`${size} "HHour Sans SC"`, names));
  Promise.allSettled([...fonts, view.grounded, view.followed]).then(() => {
    view.changed();
    map.getContainer().dataset.ready = "yes";
  });
}
