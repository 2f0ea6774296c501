/* The panel: find a site, layers by city, team and phase, legend. Plain form controls, so the keyboard works. */
"use strict";

HHour.check = function (label, checked, change, symbol) {
  var box = HHour.el("input", { type: "checkbox", checked: checked, on: { change: function () { change(box.checked); } } });
  var mark = HHour.el("span", { "class": "mark" }, []);
  if (symbol) {
    mark.append(symbol);
  }
  return { box: box, row: HHour.el("label", { "class": "row" }, [box, symbol ? mark : null, HHour.el("span", {}, [label])]) };
};

HHour.fold = function (title, name, children) {
  return HHour.el("details", { open: true, "class": name }, [HHour.el("summary", {}, [title])].concat(children));
};

/** Checkboxes by phase. */
HHour.phaseChecks = function (view) {
  return view.page.phases.map(function (phase) {
    return HHour.check(HHour.w(view.page.phaseWords[phase]), true, function (on) {
      view.phases[phase] = on;
      view.changed();
    }, HHour.lineShape(phase)).row;
  });
};

/** A patch in a team's or city's colour. */
HHour.swatch = function (index, text) {
  var patch = HHour.el("b", { "class": "swatch" }, [text]);
  patch.style.background = HHour.colour(index);
  return patch;
};

/** A tree of checkboxes: all cities, each city, its teams beneath it. Boxes only show what the view holds. */
HHour.CityTree = class {
  constructor(view) {
    this.view = view;
    this.all = HHour.check(HHour.w("All cities"), true, (on) => {
      view.cities.fill(on);
      view.teams.fill(on);
      this.changed();
    });
    this.teams = view.page.teams.map((team, t) => this.teamCheck(team, t));
    this.cities = view.page.cities.map((city, c) => this.cityCheck(city, c));
  }

  teamsOf(c) {
    return this.view.page.teams.map((_team, t) => t).filter((t) => this.view.page.teams[t].city === c);
  }

  cityCheck(city, c) {
    const swatch = HHour.swatch(c, "");
    const made = HHour.check(city.name, true, (on) => {
      this.view.cities[c] = on;
      this.teamsOf(c).forEach((t) => { this.view.teams[t] = on; });
      this.changed();
    }, this.view.page.colourBy === "city" ? swatch : null);
    made.row.append(HHour.el("span", { "class": "count" }, [HHour.say("{n} sites", { n: city.sites })]));
    return made;
  }

  teamCheck(team, t) {
    const swatch = HHour.swatch(t, HHour.shortened(team.mark, 6));
    const made = HHour.check(team.id, true, (on) => {
      this.view.teams[t] = on;
      this.view.cities[team.city] = this.teamsOf(team.city).some((other) => this.view.teams[other]);
      this.changed();
    }, swatch);
    made.row.classList.add("inner");
    made.row.title = HHour.say("Team commander: {name}", { name: team.commander });
    return made;
  }

  changed() {
    this.sync();
    this.view.changed();
  }

  /** Boxes are checked, unchecked or between as what they stand for is shown, hidden or in part. */
  sync() {
    const between = (box, parts) => {
      box.checked = parts.length > 0 && parts.every(Boolean);
      box.indeterminate = !box.checked && parts.some(Boolean);
    };
    this.teams.forEach((check, t) => { check.box.checked = this.view.teams[t]; });
    this.cities.forEach((check, c) => {
      between(check.box, [this.view.cities[c], ...this.teamsOf(c).map((t) => this.view.teams[t])]);
    });
    between(this.all.box, [...this.view.cities, ...this.view.teams]);
  }

  rows() {
    const beneath = (c) => this.view.page.teamLayers ? this.teamsOf(c).map((t) => this.teams[t].row) : [];
    return [this.all.row, ...this.cities.flatMap((check, c) => [check.row, ...beneath(c)])];
  }
};

HHour.legendRow = function (symbol, text) {
  var mark = HHour.el("span", { "class": "mark" }, []);
  mark.append(symbol);
  return HHour.el("li", {}, [mark, text]);
};

HHour.legend = function (page) {
  var colour = HHour.colour(null);
  var marked = function (mark) {
    return HHour.el("span", { "data-mark": mark }, [HHour.siteShape("low", colour, null, false)]);
  };
  var pill = HHour.el("span", { "class": "pill" }, [HHour.el("span", {}, ["7"]), HHour.el("em", {}, ["✕2"])]);
  var mark = page.teams.length ? page.teams[0].mark : "1";
  var labelled = page.colourBy === "team" ? HHour.w("Label and colour: team") : HHour.w("Label: team; colour: city");
  return HHour.el("ul", { "class": "legend" }, [
    HHour.legendRow(HHour.siteShape("low", colour, null, false), HHour.w("Site, low risk")),
    HHour.legendRow(HHour.siteShape("medium", colour, null, false), HHour.w("Site, medium risk")),
    HHour.legendRow(HHour.siteShape("high", colour, null, false), HHour.w("Site, high risk")),
    HHour.legendRow(HHour.siteShape("medium", colour, mark, false), labelled),
    HHour.legendRow(marked("during"), HHour.w("Raid under way")),
    HHour.legendRow(marked("after"), HHour.w("Raid completed")),
    HHour.legendRow(HHour.siteShape("medium", colour, null, true), HHour.w("Site not covered")),
    HHour.legendRow(pill, HHour.w("Zoomed out: sites per city, of which not covered")),
    HHour.legendRow(HHour.placeShape("assembly", true), HHour.w("Assembly point")),
    HHour.legendRow(HHour.placeShape("base", true), HHour.w("Base (pale: not used)")),
    HHour.legendRow(HHour.placeShape("custody", true), HHour.w("Custody place")),
    HHour.legendRow(HHour.unitShape("squad", colour), HHour.w("Squad")),
    HHour.legendRow(HHour.unitShape("escort", colour), HHour.w("Escort unit")),
    HHour.legendRow(HHour.unitShape("forensic", colour), HHour.w("Forensic unit")),
    HHour.legendRow(HHour.unitShape("person", colour), HHour.w("Team commander, interviewers"))
  ]);
};

/** A field that finds a site by its id, address or suspect, for the keyboard and for large operations. */
HHour.finder = function (sites, go) {
  var byText = new Map();
  var list = HHour.el("datalist", { id: "hh-sites" }, []);
  sites.forEach(function (entry) {
    var site = entry.properties;
    var text = site.id + " · " + site.address + " · " + site.suspects.map(function (s) { return s.name; }).join(", ");
    byText.set(text, entry);
    list.append(HHour.el("option", { value: text }, []));
  });
  var field = HHour.el("input", {
    type: "search", list: "hh-sites", placeholder: HHour.w("Site, address or suspect"),
    "aria-label": HHour.w("Find a site or suspect"),
    on: {
      change: function () {
        var text = field.value.trim();
        var found = byText.get(text) || sites.filter(function (entry) { return entry.properties.id === text; })[0];
        if (found) {
          go(found);
        }
      }
    }
  }, []);
  return HHour.el("div", { "class": "finder" }, [field, list]);
};

HHour.panel = function (view) {
  const page = view.page;
  const tree = new HHour.CityTree(view);
  const body = HHour.el("div", { "class": "panel-body" }, [
    HHour.finder(view.sites, (entry) => view.go(entry)),
    HHour.fold(HHour.w("Legend"), "symbols", [HHour.legend(page)]),
    HHour.fold(HHour.w("Phases"), "phases", HHour.phaseChecks(view)),
    HHour.fold(page.teamLayers ? HHour.w("Cities and teams") : HHour.w("Cities"), "cities", tree.rows())
  ]);
  const box = HHour.el("details", { "class": "panel", open: window.innerWidth >= 760 }, [
    HHour.el("summary", {}, [HHour.w("Layers and legend")]), body
  ]);
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  return { box: box, sync: () => tree.sync() };
};
