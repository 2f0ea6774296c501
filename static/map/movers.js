/* Where every unit is at a minute, along straight lines, and what is going on. */
"use strict";

/** Moves under way: {unit, from, to, share of the way, phase}. Rows: [unit, from, to, depart, arrive, phase, officers]. */
HHour.movesAt = function (page, minute) {
  return page.moves.filter(function (m) { return m[3] <= minute && minute < m[4]; });
};

/** Stays under way. Rows: [unit, point, from, to, task, start of the task]. */
HHour.staysAt = function (page, minute) {
  return page.stays.filter(function (s) { return s[2] <= minute && minute < s[3]; });
};

/** What is going on at a minute, counted: the words under the slider. */
HHour.activity = function (page, minute) {
  var counts = { moving: 0, waiting: 0, muster: 0, raid: 0, guard: 0, pickup: 0, deliver: 0, exam: 0, interview: 0 };
  var units = {};
  HHour.movesAt(page, minute).forEach(function (m) {
    if (!units[m[0]]) {
      units[m[0]] = true;
      counts.moving += 1;
    }
  });
  HHour.staysAt(page, minute).forEach(function (s) {
    counts[minute < s[5] ? "waiting" : page.tasks[s[4]]] += 1;
  });
  return counts;
};

/** Spots to draw: units that stand or pass close together become one spot with a number. */
HHour.spots = function (rows) {
  var cells = {};
  var spots = [];
  rows.forEach(function (row) {
    var key = Math.round(row.x / 15) + "," + Math.round(row.y / 15);
    if (cells[key]) {
      cells[key].count += 1;
      cells[key].kinds[row.kind] = true;
      return;
    }
    cells[key] = { x: row.x, y: row.y, count: 1, kinds: {}, kind: row.kind, colour: row.colour, label: row.label };
    cells[key].kinds[row.kind] = true;
    spots.push(cells[key]);
  });
  return spots;
};

HHour.paintSpot = function (pen, spot, labelled) {
  var radius = spot.count > 1 ? 8 : 5.5;
  HHour.unitPath(pen, Object.keys(spot.kinds).length > 1 ? "squad" : spot.kind, spot.x, spot.y, radius);
  pen.fillStyle = spot.kind === "person" && spot.count === 1 ? "#fff" : spot.colour;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = spot.kind === "person" ? spot.colour : "#fff";
  pen.stroke();
  pen.textBaseline = "middle";
  if (spot.count > 1) {
    pen.fillStyle = "#fff";
    pen.textAlign = "center";
    pen.font = "700 " + (spot.count > 99 ? 7 : 9) + "px " + HHour.FONT;
    pen.fillText(spot.count, spot.x, spot.y + 0.5);
    pen.textAlign = "start";
  } else if (labelled) {
    pen.font = "600 11px " + HHour.FONT;
    pen.lineWidth = 3;
    pen.strokeStyle = "rgba(255, 255, 255, 0.92)";
    pen.strokeText(spot.label, spot.x + 9, spot.y);
    pen.fillStyle = "#14181d";
    pen.fillText(spot.label, spot.x + 9, spot.y);
  }
};

/** Paints ways under way and units at the page's minute. `shown(unit, phase, point)` filters; `labelled()` asks for names. */
HHour.paintMovers = function (page, shown, labelled) {
  return function (pen, project) {
    var minute = page.minute;
    var rows = [];
    var point = function (index) {
      return project(page.points[index].lat, page.points[index].lon);
    };
    var add = function (unit, x, y) {
      rows.push({ x: x, y: y, kind: unit.kind, colour: HHour.colour(unit.colour), label: unit.id });
    };
    HHour.movesAt(page, minute).forEach(function (m) {
      var unit = page.units[m[0]];
      var phase = page.phases[m[5]];
      var inside = page.cities[page.points[m[1]].city].folded && page.points[m[1]].city === page.points[m[2]].city;
      if (inside || !shown(unit, phase, m[2])) {
        return;
      }
      var a = point(m[1]);
      var b = point(m[2]);
      var share = (minute - m[3]) / (m[4] - m[3]);
      pen.strokeStyle = HHour.PHASES[phase].colour;
      pen.lineWidth = HHour.PHASES[phase].weight + 1.2;
      pen.setLineDash((HHour.PHASES[phase].dash || "").split(" ").filter(Boolean).map(Number));
      pen.beginPath();
      pen.moveTo(a.x, a.y);
      pen.lineTo(b.x, b.y);
      pen.stroke();
      pen.setLineDash([]);
      add(unit, a.x + share * (b.x - a.x), a.y + share * (b.y - a.y));
    });
    HHour.staysAt(page, minute).forEach(function (s) {
      var unit = page.units[s[0]];
      var place = page.points[s[1]];
      if (page.tasks[s[4]] === "raid" && minute >= s[5]) {
        return;  // the site's own symbol shows the raid
      }
      if (!page.cities[place.city].folded && shown(unit, page.phaseOfTask[page.tasks[s[4]]], s[1])) {
        var at = point(s[1]);
        add(unit, at.x + 12, at.y - 12);
      }
    });
    HHour.spots(rows).forEach(function (spot) { HHour.paintSpot(pen, spot, labelled()); });
  };
};
