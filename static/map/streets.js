/* Streets, water and names under everything else: grey, white and dark outlines, so that a print in black and white reads. */
"use strict";

/** Of a road's rank: from which zoom on it is drawn, its width at zoom 14 in pixels, and from which zoom on it is named. */
HHour.ROADS = [
  { from: 5, width: 5.5, named: 12, edge: "#5f6a75" }, { from: 8, width: 4.8, named: 13, edge: "#727d88" },
  { from: 10, width: 3.8, named: 14, edge: "#8b959f" }, { from: 11.5, width: 3.2, named: 14.5, edge: "#98a2ab" },
  { from: 13, width: 2, named: 15, edge: "#a7b0b8" }, { from: 15, width: 1.2, named: 17, edge: "#b9c1c8" }
];
/** Of a place's rank: from which zoom on it is named, and in which letters. */
HHour.PLACE_NAMES = [
  { from: 6, font: "700 16px" }, { from: 9, font: "700 14px" }, { from: 11, font: "600 12px" }, { from: 12, font: "600 12px" },
  { from: 13, font: "12px" }, { from: 14, font: "11px" }, { from: 13, font: "11px" }
];

/** A course on the square of the web's projection, whose sides are 1 long, with its box; from steps in 1e-5 degrees. */
HHour.course = function (trace) {
  var made = new Float64Array(trace.length);
  var box = [Infinity, Infinity, -Infinity, -Infinity];
  for (var i = 0, lon = 0, lat = 0; i < trace.length; i += 2) {
    lon += trace[i];
    lat += trace[i + 1];
    var at = HHour.onSquare(lat / 1e5, lon / 1e5);
    made[i] = at[0];
    made[i + 1] = at[1];
    box = [Math.min(box[0], at[0]), Math.min(box[1], at[1]), Math.max(box[2], at[0]), Math.max(box[3], at[1])];
  }
  return { at: made, box: box };
};

HHour.onSquare = function (lat, lon) {
  var sine = Math.sin(lat * Math.PI / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};

/** The ground as the page draws it; `lang` chooses names. */
HHour.readGround = function (ground, lang) {
  return {
    roads: ground.roads.map(function (row) { return { rank: row[0], name: row[1], courses: row[2].map(HHour.course) }; }),
    water: ground.water.map(function (rings) { return rings.map(HHour.course); }),
    streams: ground.streams.map(HHour.course),
    labels: ground.labels.map(function (row) {
      var names = row[3];
      var name = (lang === "zh" ? names[1] : names[2]) || names[0] || names[2] || names[1];
      return { rank: row[0], at: HHour.onSquare(row[2], row[1]), name: name };
    }),
    credit: ground.credit
  };
};

/** What paints a ground on a canvas, main roads above lesser ones, each with a dark edge. */
HHour.paintGround = function (map, ground) {
  return function (pen, project, size) {
    var zoom = map.getZoom();
    var scale = 256 * Math.pow(2, zoom);
    var north = HHour.onSquare(map.getCenter().lat, map.getCenter().lng);
    var middle = project(map.getCenter().lat, map.getCenter().lng);
    var view = { scale: scale, x: middle.x - north[0] * scale, y: middle.y - north[1] * scale, size: size, zoom: zoom };
    view.box = [-view.x / scale, -view.y / scale, (size.x - view.x) / scale, (size.y - view.y) / scale];
    pen.lineJoin = "round";
    pen.lineCap = "round";
    HHour.paintWater(pen, view, ground);
    var shown = ground.roads.map(function (road) {
      return { rank: road.rank, name: road.name, courses: HHour.seen(view, road.courses) };
    }).filter(function (road) { return zoom >= HHour.ROADS[road.rank].from && road.courses.length; });
    HHour.paintRoads(pen, view, shown);
    pen.lineCap = "butt";
    HHour.paintNames(pen, view, ground.labels, shown);
  };
};

HHour.seen = function (view, courses) {
  return courses.filter(function (course) { return HHour.overlaps(course.box, view.box); });
};

HHour.tracePath = function (pen, view, courses) {
  pen.beginPath();
  courses.forEach(function (course) {
    for (var i = 0; i < course.at.length; i += 2) {
      var x = course.at[i] * view.scale + view.x;
      var y = course.at[i + 1] * view.scale + view.y;
      if (i) {
        pen.lineTo(x, y);
      } else {
        pen.moveTo(x, y);
      }
    }
  });
};

/** From this zoom on a ground without roads is too coarse to be drawn: it is kilometres off. */
HHour.COARSE = 10;

HHour.paintWater = function (pen, view, ground) {
  if (!ground.roads.length && view.zoom >= HHour.COARSE) {
    return;
  }
  pen.strokeStyle = "#8fa3b5";
  pen.fillStyle = "#d3dfe9";
  pen.lineWidth = view.zoom >= 12 ? 2.2 : 1.2;
  HHour.tracePath(pen, view, HHour.seen(view, ground.streams));
  pen.stroke();
  pen.lineWidth = 0.8;
  ground.water.forEach(function (rings) {
    if (HHour.seen(view, rings).length) {
      HHour.tracePath(pen, view, rings);
      pen.fill("evenodd");
      pen.stroke();
    }
  });
};

HHour.paintRoads = function (pen, view, roads) {
  for (var rank = HHour.ROADS.length - 1; rank >= 0; rank--) {
    var look = HHour.ROADS[rank];
    var width = look.width * Math.pow(1.32, view.zoom - 14);
    var courses = roads.filter(function (road) { return road.rank === rank; }).flatMap(function (road) { return road.courses; });
    HHour.tracePath(pen, view, courses);
    pen.strokeStyle = width > 2 ? look.edge : "#b4bec7";
    pen.lineWidth = Math.max(0.8, width > 2 ? width + 1.6 : width * 0.7);
    pen.stroke();
    if (width > 2) {
      pen.strokeStyle = "#ffffff";
      pen.lineWidth = width - 0.4;
      pen.stroke();
    }
  }
};

/** Places by their rank, then streets along their courses; what would lie on another name is left out. */
HHour.paintNames = function (pen, view, labels, roads) {
  var taken = [];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  labels.forEach(function (label) {
    var look = HHour.PLACE_NAMES[Math.min(label.rank, HHour.PLACE_NAMES.length - 1)];
    if (view.zoom < look.from) {
      return;
    }
    pen.font = look.font + " " + HHour.FONT;
    HHour.paintName(pen, view, taken, label.name, label.at[0] * view.scale + view.x, label.at[1] * view.scale + view.y, 0,
      "#3c4650");
  });
  pen.font = "11px " + HHour.FONT;
  roads.forEach(function (road) {
    if (!road.name || view.zoom < HHour.ROADS[road.rank].named) {
      return;
    }
    var width = pen.measureText(road.name).width;
    road.courses.forEach(function (course) {
      var spot = HHour.straightPart(view, course, width + 6);
      if (spot) {
        HHour.paintName(pen, view, taken, road.name, spot.x, spot.y, spot.turn, "#4a545e");
      }
    });
  });
  pen.textAlign = "start";
};

HHour.paintName = function (pen, view, taken, text, x, y, turn, ink) {
  var half = pen.measureText(text).width / 2 + 3;
  var wide = Math.abs(half * Math.cos(turn)) + 8 * Math.abs(Math.sin(turn));
  var high = Math.abs(half * Math.sin(turn)) + 8 * Math.abs(Math.cos(turn));
  var box = [x - wide, y - high, x + wide, y + high];
  if (x < 0 || y < 0 || x > view.size.x || y > view.size.y || taken.some(function (other) { return HHour.overlaps(box, other); })) {
    return;
  }
  taken.push(box);
  pen.save();
  pen.translate(x, y);
  pen.rotate(turn);
  pen.lineWidth = 3;
  pen.strokeStyle = "rgba(255, 255, 255, 0.9)";
  pen.strokeText(text, 0, 0);
  pen.fillStyle = ink;
  pen.fillText(text, 0, 0);
  pen.restore();
};

/** The part of a course in view that is nearly straight and long enough for a name: its middle and how it is turned. */
HHour.straightPart = function (view, course, wanted) {
  var points = [];
  for (var i = 0; i < course.at.length; i += 2) {
    points.push([course.at[i] * view.scale + view.x, course.at[i + 1] * view.scale + view.y]);
  }
  var inside = function (p) { return p[0] > 0 && p[1] > 0 && p[0] < view.size.x && p[1] < view.size.y; };
  var best = null;
  for (var a = 0, b = 1, length = 0; b < points.length; b++) {
    length += Math.hypot(points[b][0] - points[b - 1][0], points[b][1] - points[b - 1][1]);
    var chord = Math.hypot(points[b][0] - points[a][0], points[b][1] - points[a][1]);
    while (a < b - 1 && chord < 0.96 * length) {
      length -= Math.hypot(points[a + 1][0] - points[a][0], points[a + 1][1] - points[a][1]);
      a += 1;
      chord = Math.hypot(points[b][0] - points[a][0], points[b][1] - points[a][1]);
    }
    var middle = [(points[a][0] + points[b][0]) / 2, (points[a][1] + points[b][1]) / 2];
    if (chord >= wanted && inside(middle) && (!best || chord > best.chord)) {
      var turn = Math.atan2(points[b][1] - points[a][1], points[b][0] - points[a][0]);
      best = { x: middle[0], y: middle[1], chord: chord, turn: Math.abs(turn) > Math.PI / 2 ? turn - Math.sign(turn) * Math.PI : turn };
    }
  }
  return best;
};

/** A corner of the map: which way is north, and a box that hides the streets. */
HHour.northControl = function (words, change) {
  var Control = L.Control.extend({
    options: { position: "topleft" },
    onAdd: function () {
      var arrow = HHour.drawn(18, 26, "0 0 18 26", '<path d="M9 1l6 15-6-4-6 4z" fill="currentColor"/>' +
        '<path d="M6 25v-7l6 7v-7" fill="none" stroke="currentColor" stroke-width="1.5"/>');
      arrow.setAttribute("aria-hidden", "false");
      arrow.setAttribute("role", "img");
      arrow.setAttribute("aria-label", words.north);
      var box = HHour.el("input", { type: "checkbox", checked: true, on: { change: function () { change(box.checked); } } }, []);
      var made = HHour.el("div", { "class": "leaflet-bar north" }, [arrow, HHour.el("label", {}, [box, words.shown])]);
      L.DomEvent.disableClickPropagation(made);
      return made;
    }
  });
  return new Control();
};

/** Whose map it is, as text in the corner of Leaflet's own credits. */
HHour.creditControl = function (credit) {
  var Control = L.Control.extend({
    options: { position: "bottomright" },
    onAdd: function () { return HHour.el("div", { "class": "leaflet-control-attribution" }, [credit]); }
  });
  return new Control();
};

/** Streets lie under the map's other layers, with north, a switch and the credit; `ground` is one, or its address. Says whether it is a coarse one. */
HHour.streets = function (map, ground, lang, words) {
  var ready = typeof ground === "string"
    ? fetch(ground, { headers: { Accept: "application/json" } }).then(function (answer) { return answer.json(); })
    : Promise.resolve(ground);
  return ready.then(function (found) {
    var read = HHour.readGround(found, lang);
    if (!map.getPane("grid")) {
      map.createPane("grid").style.zIndex = 250;
      map.getPane("grid").style.pointerEvents = "none";
    }
    var layer = new HHour.Canvas("grid", HHour.paintGround(map, read));
    var credit = HHour.creditControl(read.credit);
    var show = function (on) {
      if (on) {
        layer.addTo(map);
        credit.addTo(map);
      } else {
        layer.remove();
        credit.remove();
      }
    };
    show(true);
    HHour.northControl({ north: words.north, shown: read.roads.length ? words.streets : words.coast }, show).addTo(map);
    return { isCoarse: !read.roads.length };
  });
};
