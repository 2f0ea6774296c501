// The panel: find a site, layers by city, team and phase, legend. Plain form controls, so the keyboard works.

import { backgroundChoice } from "./basemap.js";
import { colourOf, lineShape, placeShape, shortened, siteShape, unitShape } from "./shapes.js";
import { el, say, w } from "./time.js";

/**
 * @param {string} label
 * @param {boolean} checked
 * @param {(on: boolean) => void} change
 * @param {Element | null} [symbol]
 */
function checkRow(label, checked, change, symbol) {
  const box = el("input", {
    type: "checkbox",
    checked: checked,
    on: {
      change: () => {
        change(box.checked);
      },
    },
  });
  const mark = el("span", { class: "mark" }, []);
  if (symbol) {
    mark.append(symbol);
  }
  return { box: box, row: el("label", { class: "row" }, [box, symbol ? mark : null, el("span", {}, [label])]) };
}

/**
 * @param {string} title
 * @param {string} name
 * @param {Child[]} children
 */
function foldable(title, name, children) {
  return el("details", { open: true, class: name }, [el("summary", {}, [title]), ...children]);
}

/**
 * Checkboxes by phase.
 * @param {import("./map.js").PlanView} view
 */
function phaseChecks(view) {
  return view.page.phases.map(
    (phase) =>
      checkRow(
        w(view.page.phaseWords[phase]),
        true,
        (on) => {
          view.phases[phase] = on;
          view.changed();
        },
        lineShape(phase),
      ).row,
  );
}

/**
 * A patch in a team's or city's colour.
 * @param {number} index
 * @param {string} text
 */
function swatchOf(index, text) {
  const patch = el("b", { class: "swatch" }, [text]);
  patch.style.background = colourOf(index);
  return patch;
}

/** A tree of checkboxes: all cities, each city, its teams beneath it. Boxes only show what the view holds. */
class CityTree {
  /** @param {import("./map.js").PlanView} view */
  constructor(view) {
    this.view = view;
    this.all = checkRow(w("All cities"), true, (on) => {
      view.cities.fill(on);
      view.teams.fill(on);
      this.changed();
    });
    this.teams = view.page.teams.map((team, t) => this.teamCheck(team, t));
    this.cities = view.page.cities.map((city, c) => this.cityCheck(city, c));
  }

  /** @param {number} c */
  teamsOf(c) {
    return this.view.page.teams.map((_team, t) => t).filter((t) => this.view.page.teams[t].city === c);
  }

  /**
   * @param {MapCity} city
   * @param {number} c
   */
  cityCheck(city, c) {
    const swatch = swatchOf(c, "");
    const made = checkRow(
      city.name,
      true,
      (on) => {
        this.view.cities[c] = on;
        this.teamsOf(c).forEach((t) => {
          this.view.teams[t] = on;
        });
        this.changed();
      },
      this.view.page.colourBy === "city" ? swatch : null,
    );
    made.row.append(el("span", { class: "count" }, [say("{n} sites", { n: city.sites })]));
    return made;
  }

  /**
   * @param {MapTeam} team
   * @param {number} t
   */
  teamCheck(team, t) {
    const swatch = swatchOf(t, shortened(team.mark, 6));
    const made = checkRow(
      team.id,
      true,
      (on) => {
        this.view.teams[t] = on;
        this.view.cities[team.city] = this.teamsOf(team.city).some((other) => this.view.teams[other]);
        this.changed();
      },
      swatch,
    );
    made.row.classList.add("inner");
    made.row.title = say("Team commander: {name}", { name: team.commander });
    return made;
  }

  changed() {
    this.sync();
    this.view.changed();
  }

  /** Boxes are checked, unchecked or between as what they stand for is shown, hidden or in part. */
  sync() {
    /** @type {(box: HTMLInputElement, parts: boolean[]) => void} */
    const between = (box, parts) => {
      box.checked = parts.length > 0 && parts.every(Boolean);
      box.indeterminate = !box.checked && parts.some(Boolean);
    };
    this.teams.forEach((check, t) => {
      check.box.checked = this.view.teams[t];
    });
    this.cities.forEach((check, c) => {
      between(check.box, [this.view.cities[c], ...this.teamsOf(c).map((t) => this.view.teams[t])]);
    });
    between(this.all.box, [...this.view.cities, ...this.view.teams]);
  }

  rows() {
    const beneath = (/** @type {number} */ c) =>
      this.view.page.teamLayers ? this.teamsOf(c).map((t) => this.teams[t].row) : [];
    return [this.all.row, ...this.cities.flatMap((check, c) => [check.row, ...beneath(c)])];
  }
}

/**
 * @param {Element} symbol
 * @param {string} text
 */
function legendRow(symbol, text) {
  const mark = el("span", { class: "mark" }, []);
  mark.append(symbol);
  return el("li", {}, [mark, text]);
}

/** @param {MapPage} page */
function legendList(page) {
  const colour = colourOf(null);
  const marked = (/** @type {string} */ mark) =>
    el("span", { "data-mark": mark }, [siteShape("low", colour, null, false)]);
  const pill = el("span", { class: "pill" }, [el("span", {}, ["7"]), el("em", {}, ["✕2"])]);
  const mark = page.teams.length ? page.teams[0].mark : "1";
  const labelled = page.colourBy === "team" ? w("Label and colour: team") : w("Label: team; colour: city");
  return el("ul", { class: "legend" }, [
    legendRow(siteShape("low", colour, null, false), w("Site, low risk")),
    legendRow(siteShape("medium", colour, null, false), w("Site, medium risk")),
    legendRow(siteShape("high", colour, null, false), w("Site, high risk")),
    legendRow(siteShape("medium", colour, mark, false), labelled),
    legendRow(marked("during"), w("Raid under way")),
    legendRow(marked("after"), w("Raid completed")),
    legendRow(siteShape("medium", colour, null, true), w("Site not covered")),
    legendRow(pill, w("Zoomed out: sites per city, of which not covered")),
    legendRow(placeShape("assembly", true), w("Assembly point")),
    legendRow(placeShape("base", true), w("Base (pale: not used)")),
    legendRow(placeShape("custody", true), w("Custody place")),
    legendRow(unitShape("squad", colour), w("Squad")),
    legendRow(unitShape("escort", colour), w("Escort unit")),
    legendRow(unitShape("forensic", colour), w("Forensic unit")),
    legendRow(unitShape("person", colour), w("Team commander, interviewers")),
  ]);
}

/**
 * A field that finds a site by its id, address or suspect, for the keyboard and for large operations.
 * @param {Leaf<MapSite>[]} sites
 * @param {(entry: Leaf<MapSite>) => void} go
 */
function siteFinder(sites, go) {
  const byText = new Map();
  const list = el("datalist", { id: "hh-sites" }, []);
  sites.forEach((entry) => {
    const site = entry.properties;
    const text = `${site.id} · ${site.address} · ${site.suspects.map((s) => s.name).join(", ")}`;
    byText.set(text, entry);
    list.append(el("option", { value: text }, []));
  });
  const field = el(
    "input",
    {
      type: "search",
      list: "hh-sites",
      placeholder: w("Site, address or suspect"),
      "aria-label": w("Find a site or suspect"),
      on: {
        change: () => {
          const text = field.value.trim();
          const found = byText.get(text) || sites.filter((entry) => entry.properties.id === text)[0];
          if (found) {
            go(found);
          }
        },
      },
    },
    [],
  );
  return el("div", { class: "finder" }, [field, list]);
}

/** @param {import("./map.js").PlanView} view */
export function sidePanel(view) {
  const page = view.page;
  const tree = new CityTree(view);
  const lines = el("p", { class: "lines", role: "status" });
  const body = el("div", { class: "panel-body" }, [
    siteFinder(view.sites, (entry) => view.go(entry)),
    foldable(w("Legend"), "symbols", [legendList(page), lines]),
    foldable(w("Phases"), "phases", phaseChecks(view)),
    page.tiles.length
      ? foldable(w("Background map"), "background", [backgroundChoice(view.map, page.tiles, page.lang)])
      : null,
    foldable(page.teamLayers ? w("Cities and teams") : w("Cities"), "cities", tree.rows()),
  ]);
  const box = el("details", { class: "panel", open: window.innerWidth >= 760 }, [
    el("summary", {}, [w("Layers and legend")]),
    body,
  ]);
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  const tell = (/** @type {string} */ text) => {
    lines.textContent = text;
  };
  return { box, sync: () => tree.sync(), tell };
}
