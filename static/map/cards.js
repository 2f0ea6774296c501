/* What a pop-up says about a site or a place. All text enters as text nodes. */
"use strict";

HHour.card = function (title, subtitle, parts) {
  return HHour.el("section", { "class": "card", "aria-label": title }, [
    HHour.el("h2", {}, [title]),
    subtitle ? HHour.el("p", { "class": "subtitle" }, [subtitle]) : null
  ].concat(parts));
};

/** Rows of term and description; rows without a description are left out. */
HHour.facts = function (rows) {
  var list = HHour.el("dl", {}, []);
  rows.forEach(function (row) {
    if (row[1] !== null && row[1] !== undefined && row[1] !== "") {
      list.append(HHour.el("dt", {}, [row[0]]), HHour.el("dd", {}, [String(row[1])]));
    }
  });
  return list;
};

HHour.table = function (head, rows) {
  var cells = function (name, row) {
    return row.map(function (text) { return HHour.el(name, name === "th" ? { scope: "col" } : {}, [String(text)]); });
  };
  return HHour.el("div", { "class": "scroll" }, [HHour.el("table", {}, [
    HHour.el("thead", {}, [HHour.el("tr", {}, cells("th", head))]),
    HHour.el("tbody", {}, rows.map(function (row) { return HHour.el("tr", {}, cells("td", row)); }))
  ])]);
};

HHour.teamName = function (index) {
  return HHour.page.teams[index].id;
};

/** Known needs in words; free skills as they are. */
HHour.needs = function (needs) {
  return needs.map(function (row) {
    return (Object.hasOwn(HHour.page.needWords, row[0]) ? HHour.page.needWords[row[0]] : row[0]) + " " + row[1];
  }).join(" · ");
};

HHour.warrant = function (row) {
  if (row.warrant === null) {
    return HHour.w("no warrant");
  }
  return row.chargeable ? row.warrant : row.warrant + " (" + HHour.w("expires before H") + ")";
};

HHour.siteCard = function (site) {
  var page = HHour.page;
  var raid = site.raid;
  var missed = site.suspects.filter(function (row) { return row.reason; });
  var parts = [HHour.table(
    [HHour.w("Suspect"), HHour.w("Priority"), HHour.w("Warrant")],
    site.suspects.map(function (row) { return [row.name, row.priority, HHour.warrant(row)]; })
  )];
  if (raid) {
    parts.push(HHour.facts([
      [HHour.w("Team"), HHour.teamName(site.team)],
      [HHour.w("Squad"), HHour.say("{unit}: officers {n}, vehicles {vehicles}",
        { unit: raid.unit, n: raid.officers, vehicles: raid.vehicles })],
      [HHour.w("Needs"), HHour.needs(site.needs)],
      [HHour.w("Raid"), HHour.when(raid.start) + " – " + HHour.when(raid.end)],
      [HHour.w("Detainees"), raid.handovers.map(function (row) {
        return HHour.say("{n} escorted by {unit}, {when}, to {place}",
          { n: row[0], unit: row[1], when: HHour.when(row[2]), place: page.points[row[3]].name });
      }).join("; ")],
      [HHour.w("Scene guards"), raid.guards
        ? HHour.say("{n} until {when}", { n: raid.guards[0], when: HHour.when(raid.guards[1]) }) : ""],
      [HHour.w("Scene examination"), site.exam ? (raid.exam
        ? raid.exam[0] + ", " + HHour.when(raid.exam[1]) + " – " + HHour.when(raid.exam[2]) : HHour.w("not planned")) : ""]
    ]));
  } else {
    parts.push(HHour.facts([[HHour.w("Needs"), HHour.needs(site.needs)]]));
  }
  missed.forEach(function (row) {
    parts.push(HHour.el("p", { "class": "missed" }, [HHour.say("Not covered: {name}: {reason}",
      { name: row.name, reason: row.reason })]));
  });
  if (page.siteLinks.length) {
    parts.push(HHour.el("p", { "class": "links" }, page.siteLinks.flatMap(function (link, n) {
      var leads = HHour.el("a", { href: link[1] + encodeURIComponent(site.id), target: "_top" }, [link[0]]);
      return n ? [" · ", leads] : [leads];
    })));
  }
  return HHour.card(site.id + " · " + site.address,
    page.cities[site.city].name + " · " +
    { low: HHour.w("risk low"), medium: HHour.w("risk medium"), high: HHour.w("risk high") }[site.risk], parts);
};

HHour.placeCard = function (place) {
  var parts = [];
  if (place.kind === "custody") {
    parts.push(HHour.facts([
      [HHour.w("Cells used"), place.cellsUsed + " / " + place.cells],
      [HHour.w("Interview rooms used"), place.roomsUsed + " / " + place.rooms]
    ]));
    parts.push(HHour.table([HHour.w("Arrives"), HHour.w("Suspect"), HHour.w("Escorted by"), HHour.w("First interview")],
      place.rows.map(function (row) {
        return [HHour.when(row[0]), row[1], row[2],
          row[3] === null ? "–" : HHour.when(row[3]) + ", " + HHour.say("room {n}", { n: row[4] })];
      })));
  } else if (place.kind === "assembly") {
    parts.push(HHour.table([HHour.w("Team"), HHour.w("Team commander"), HHour.w("Squads"), HHour.w("Briefing")],
      place.rows.map(function (row) {
        return [HHour.teamName(row[0]), row[1], row[2], HHour.when(row[3]) + " – " + HHour.when(row[4])];
      })));
  } else {
    parts.push(HHour.table([HHour.w("Departs"), HHour.w("Unit"), HHour.w("Officers"), HHour.w("To")],
      place.rows.map(function (row) {
        return [HHour.when(row[0]), row[1], row[2], HHour.page.points[row[3]].name];
      })));
  }
  if (!place.used) {
    parts = [HHour.el("p", {}, [HHour.w("Not used in this plan")])].concat(
      place.kind === "custody" ? parts.slice(0, 1) : []);
  }
  return HHour.card(place.id + " · " + place.name, HHour.page.cities[place.city].name + " · " +
    { assembly: HHour.w("Assembly point"), base: HHour.w("Base"), custody: HHour.w("Custody place") }[place.kind], parts);
};
