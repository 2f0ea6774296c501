/* Puts the parts together over one Leaflet map: what is shown, and what follows when time, layers or view change. */
"use strict";

/** The features of a GeoJSON layer, each with its leaf, its properties and whether it is `on` the map. */
HHour.leaves = function (group) {
  return group.getLayers().map(function (leaf) {
    return { leaf: leaf, properties: leaf.feature.properties, group: group, on: true };
  });
};

HHour.View = class {
  constructor(map, layers) {
    this.map = map;
    this.page = HHour.page;
    this.sites = HHour.leaves(layers.sites);
    this.places = HHour.leaves(layers.places);
    this.routes = HHour.leaves(layers.routes);
    this.phases = Object.fromEntries(this.page.phases.map((phase) => [phase, true]));
    this.cities = this.page.cities.map(() => true);
    this.teams = this.page.teams.map(() => true);
    this.badges = this.page.cities.map((city) => HHour.cityBadge(this, city));
    this.under = new HHour.Canvas("cities", HHour.paintCities(this.page.cities));
    this.names = new HHour.Canvas("names", HHour.paintLabels(() => this.labels(), () => this.symbols()));
    this.movers = new HHour.Canvas("movers", HHour.paintMovers(
      this.page, (unit, phase) => this.phases[phase] && this.showsTeam(unit.city, unit.team), () => map.getZoom() >= 13));
  }

  /** The bounds fill the part of the map that panel and slider leave free. */
  fit(bounds, options) {
    const side = this.map.getSize().x >= 760 ? 290 : 20;
    const room = { paddingTopLeft: [40, 70], paddingBottomRight: [side, 120], maxZoom: 14 };
    this.map.fitBounds(bounds, Object.assign(room, options));
  }

  /** Nobody's units (escorts, forensics, interviewers) are shown with their city. */
  showsTeam(city, team) {
    return this.cities[city] && (team === null || this.teams[team]);
  }

  showsPlace(place) {
    return this.cities[place.city] || place.users.some((city) => this.cities[city]);
  }

  put(entry, on) {
    if (on === entry.on) {
      return;
    }
    entry.on = on;
    if (on) {
      entry.group.addLayer(entry.leaf);
    } else {
      entry.group.removeLayer(entry.leaf);
    }
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
    HHour.spread(this.map, this.page.cities, this.badges);
  }

  /** Only what view and layers ask for is on the map. */
  sift() {
    this.fold();
    const drawn = (entry) => this.page.cities[entry.properties.city].drawn;
    this.sites.forEach((e) => this.put(e, drawn(e) && this.showsTeam(e.properties.city, e.properties.team)));
    this.places.forEach((e) => this.put(e, drawn(e) && this.showsPlace(e.properties)));
    this.routes.forEach((e) => {
      const { phase, city, team, inside } = e.properties;
      this.put(e, !(inside && this.page.cities[city].folded) && this.phases[phase] && this.showsTeam(city, team));
    });
    this.strike();
  }

  /** Each site looks as it does at the page's minute: before, during or after its raid. */
  strike() {
    const minute = this.page.minute;
    this.sites.filter((e) => e.on).forEach((e) => {
      const raid = e.properties.raid;
      const mark = !raid || minute < raid.start ? "before" : minute < raid.end ? "during" : "after";
      const node = e.leaf.getElement();
      if (node.dataset.mark !== mark) {
        node.dataset.mark = mark;
      }
    });
  }

  spot(entry) {
    const at = entry.leaf.getLatLng();
    return { lat: at.lat, lon: at.lng, r: entry.leaf.options.icon.options.iconSize[0] / 2 };
  }

  symbols() {
    return [...this.sites, ...this.places].filter((e) => e.on).map((e) => this.spot(e));
  }

  /** Names of used places first, then sites' ids; none from afar. */
  labels() {
    if (this.map.getZoom() < 11) {
      return [];
    }
    const places = this.places.filter((e) => e.on && e.properties.used).map((e) => Object.assign(this.spot(e), {
      text: e.properties.name, font: e.properties.kind === "base" ? "11px" : "600 12px", ink: "#2b333c"
    }));
    const sites = this.sites.filter((e) => e.on).map((e) => Object.assign(this.spot(e), {
      text: e.properties.id, font: "600 11px", ink: e.properties.raid ? "#14181d" : "#6b4a00"
    }));
    return [...places, ...sites];
  }

  redraw() {
    [this.under, this.names, this.movers].forEach((layer) => layer.redraw());
  }

  /** What the layers' boxes say has changed. */
  changed() {
    this.sift();
    this.redraw();
  }

  /** The site stands in the middle with its pop-up open, whatever the layers' boxes said. */
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
    const words = { streets: HHour.w("Streets"), coast: HHour.w("Coast and rivers"), north: HHour.w("North is up") };
    const streets = this.page.ground && await HHour.streets(this.map, this.page.ground, this.page.lang, words);
    if (!streets || streets.isCoarse) {
      new HHour.Canvas("grid", HHour.paintGrid(this.map)).addTo(this.map);
    }
  }

  /** Canvases, panel and slider stand on the map; the panels come before the markers for the keyboard. */
  open() {
    this.map.on("moveend", () => this.sift());
    this.fit(this.page.bounds, { animate: false });
    this.grounded = this.lay();
    this.sift();
    [this.under, this.names, this.movers].forEach((layer) => layer.addTo(this.map));
    const slider = HHour.slider(this.page, () => { this.movers.redraw(); this.strike(); });
    this.panel = HHour.panel(this);
    this.map.getContainer().prepend(HHour.title(this.page), slider.bar, this.panel.box);
    window.matchMedia("print").addEventListener("change", () => { this.map.invalidateSize(false); slider.lay(); });
    slider.lay();
    slider.show(this.page.minute);
  }
};

HHour.title = function (page) {
  return HHour.el("header", { "class": "title" }, [
    HHour.el("h1", {}, [page.name]), HHour.el("p", {}, [page.subtitle])
  ]);
};

/** Called once every layer is there; `HHour.ready` is true when letters and pills have their final sizes. */
HHour.start = function (map, layers) {
  const view = new HHour.View(map, layers);
  HHour.map = map; // a page that shows two maps moves them together
  view.open();
  const names = HHour.page.cities.map((city) => city.name).join("");
  const fonts = ["13px", "600 13px"].map((size) => document.fonts.load(size + ' "HHour Sans SC"', names));
  Promise.allSettled([...fonts, view.grounded]).then(() => {
    view.changed();
    HHour.ready = true;
  });
};
