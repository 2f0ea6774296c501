/* The panel: find a site, layers by city, team and phase, legend. Plain form controls, so the keyboard works. */
"use strict";

HHour.check = function (label, checked, change, symbol) {
  var box = HHour.el("input", { type: "checkbox", checked: checked, on: { change: function () { change(box.checked); } } });
  var mark = HHour.el("span", { "class": "mark" }, []);
  if (symbol) {
    mark.innerHTML = symbol;
  }
  return { box: box, row: HHour.el("label", { "class": "row" }, [box, symbol ? mark : null, HHour.el("span", {}, [label])]) };
};

HHour.fold = function (title, name, children) {
  return HHour.el("details", { open: true, "class": name }, [HHour.el("summary", {}, [title])].concat(children));
};

/** Checkboxes by phase; `state.phases` holds what is shown. */
HHour.phaseChecks = function (page, state, changed) {
  return page.phases.map(function (phase) {
    return HHour.check(HHour.w(page.phaseWords[phase]), true, function (on) {
      state.phases[phase] = on;
      changed();
    }, HHour.lineShape(phase)).row;
  });
};

/** A tree: each city with its teams beneath it; a city's box stands for all its teams. */
HHour.cityTree = function (page, state, changed) {
  var boxes = [];
  var tally = function () {
    var on = boxes.filter(function (box) { return box.checked; }).length;
    all.box.checked = on === boxes.length;
    all.box.indeterminate = on > 0 && on < boxes.length;
    changed();
  };
  var all = HHour.check(HHour.w("All cities"), true, function (on) {
    page.cities.forEach(function (_city, c) { state.cities[c] = on; });
    page.teams.forEach(function (_team, t) { state.teams[t] = on; });
    boxes.forEach(function (box) { box.checked = on; box.indeterminate = false; });
    changed();
  });
  var rows = [all.row];
  page.cities.forEach(function (city, c) {
    var teams = [];
    var cityCheck = HHour.check(city.name, true, function (on) {
      state.cities[c] = on;
      teams.forEach(function (entry) {
        state.teams[entry.index] = on;
        entry.box.checked = on;
      });
      cityCheck.box.indeterminate = false;
      tally();
    }, page.colourBy === "city" ? '<i class="swatch" style="background:' + HHour.colour(c) + '"></i>' : "");
    boxes.push(cityCheck.box);
    cityCheck.row.append(HHour.el("span", { "class": "count" }, [HHour.say("{n} sites", { n: city.sites })]));
    rows.push(cityCheck.row);
    if (!page.teamLayers) {
      return;
    }
    page.teams.forEach(function (team, t) {
      if (team.city !== c) {
        return;
      }
      var check = HHour.check(team.id, true, function (on) {
        state.teams[t] = on;
        var num = teams.filter(function (entry) { return entry.box.checked; }).length;
        cityCheck.box.indeterminate = num > 0 && num < teams.length;
        cityCheck.box.checked = num > 0;
        state.cities[c] = num > 0;
        tally();
      }, '<b class="swatch" style="background:' + HHour.colour(t) + '">' + team.number + "</b>");
      check.row.classList.add("inner");
      check.row.title = HHour.say("Commander: {name}", { name: team.commander });
      teams.push({ index: t, box: check.box });
      boxes.push(check.box);
      rows.push(check.row);
    });
  });
  return rows;
};

HHour.legendRow = function (symbol, text) {
  var mark = HHour.el("span", { "class": "mark" }, []);
  mark.innerHTML = symbol;
  return HHour.el("li", {}, [mark, text]);
};

HHour.legend = function (page) {
  var colour = HHour.colour(null);
  var marked = function (mark) {
    return '<span data-mark="' + mark + '">' + HHour.siteShape("low", colour, null, false) + "</span>";
  };
  var pill = '<span class="pill"><span>7</span><em>✕2</em></span>';
  var numbered = page.colourBy === "team" ? HHour.w("Number and colour: team") : HHour.w("Number: team; colour: city");
  return HHour.el("ul", { "class": "legend" }, [
    HHour.legendRow(HHour.siteShape("low", colour, null, false), HHour.w("Site, low risk")),
    HHour.legendRow(HHour.siteShape("medium", colour, null, false), HHour.w("Site, medium risk")),
    HHour.legendRow(HHour.siteShape("high", colour, null, false), HHour.w("Site, high risk")),
    HHour.legendRow(HHour.siteShape("medium", colour, 3, false), numbered),
    HHour.legendRow(marked("during"), HHour.w("Raid under way")),
    HHour.legendRow(marked("after"), HHour.w("Raid over")),
    HHour.legendRow(HHour.siteShape("medium", colour, null, true), HHour.w("Missed site")),
    HHour.legendRow(pill, HHour.w("City from afar: sites, missed")),
    HHour.legendRow(HHour.placeShape("assembly", true), HHour.w("Assembly point")),
    HHour.legendRow(HHour.placeShape("base", true), HHour.w("Base (faint: not used)")),
    HHour.legendRow(HHour.placeShape("custody", true), HHour.w("Custody place")),
    HHour.legendRow(HHour.unitShape("squad", colour), HHour.w("Squad")),
    HHour.legendRow(HHour.unitShape("escort", colour), HHour.w("Escort unit")),
    HHour.legendRow(HHour.unitShape("forensic", colour), HHour.w("Forensic unit")),
    HHour.legendRow(HHour.unitShape("person", colour), HHour.w("Commander, interviewers"))
  ]);
};

/** A field that finds a site by its id, address or suspect, for the keyboard and for large operations. */
HHour.finder = function (sites, go) {
  var byText = {};
  var list = HHour.el("datalist", { id: "hh-sites" }, []);
  sites.forEach(function (entry) {
    var site = entry.properties;
    var text = site.id + " · " + site.address + " · " + site.suspects.map(function (s) { return s.name; }).join(", ");
    byText[text] = entry;
    list.append(HHour.el("option", { value: text }, []));
  });
  var field = HHour.el("input", {
    type: "search", list: "hh-sites", placeholder: HHour.w("Site, address or suspect"),
    "aria-label": HHour.w("Find a site or a suspect"),
    on: {
      change: function () {
        var text = field.value.trim();
        var found = byText[text] || sites.filter(function (entry) { return entry.properties.id === text; })[0];
        if (found) {
          go(found);
        }
      }
    }
  }, []);
  return HHour.el("div", { "class": "finder" }, [field, list]);
};

HHour.panel = function (page, state, sites, actions) {
  var wide = window.innerWidth >= 760;
  var body = HHour.el("div", { "class": "panel-body" }, [
    HHour.finder(sites, actions.go),
    HHour.fold(HHour.w("Legend"), "symbols", [HHour.legend(page)]),
    HHour.fold(HHour.w("Phases"), "phases", HHour.phaseChecks(page, state, actions.changed)),
    HHour.fold(page.teamLayers ? HHour.w("Cities and teams") : HHour.w("Cities"), "cities",
      HHour.cityTree(page, state, actions.changed))
  ]);
  var made = HHour.el("details", { "class": "panel", open: wide }, [
    HHour.el("summary", {}, [HHour.w("Layers and legend")]), body
  ]);
  L.DomEvent.disableClickPropagation(made);
  L.DomEvent.disableScrollPropagation(made);
  return made;
};
