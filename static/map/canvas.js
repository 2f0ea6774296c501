/* Canvas layers that follow the map: graticule and city names below everything, labels and units above. */
"use strict";

/** A canvas over the view (and a margin, so that dragging shows no edge); `paint(pen, project, size)` draws it. */
HHour.Canvas = L.Layer.extend({
  initialize: function (pane, paint) {
    this._pane = pane;
    this._paint = paint;
  },
  onAdd: function (map) {
    this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide");
    this._canvas.setAttribute("aria-hidden", "true");
    map.getPane(this._pane).appendChild(this._canvas);
    map.on("moveend zoomend resize viewreset", this.redraw, this);
    this.redraw();
  },
  onRemove: function (map) {
    this._canvas.remove();
    map.off("moveend zoomend resize viewreset", this.redraw, this);
  },
  redraw: function () {
    var map = this._map;
    if (!map) {
      return;
    }
    var margin = this._pane === "movers" || this._pane === "grid" ? 120 : 60;
    var size = map.getSize().add([2 * margin, 2 * margin]);
    var ratio = window.devicePixelRatio || 1;
    var corner = L.point(-margin, -margin);
    L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint(corner));
    if (this._canvas.width !== Math.round(size.x * ratio) || this._canvas.height !== Math.round(size.y * ratio)) {
      this._canvas.width = Math.round(size.x * ratio);
      this._canvas.height = Math.round(size.y * ratio);
      this._canvas.style.width = size.x + "px";
      this._canvas.style.height = size.y + "px";
    }
    var pen = this._canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, size.x, size.y);
    this._paint(pen, function (lat, lon) {
      return map.latLngToContainerPoint([lat, lon]).subtract(corner);
    }, size, margin);
  }
});

HHour.FONT = '"HHour Sans SC", system-ui, "Segoe UI", sans-serif';

/** Round steps for the graticule, in degrees. */
HHour.STEPS = [20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];

HHour.degrees = function (value, step, letters) {
  value = letters === "EW" ? ((value + 180) % 360 + 360) % 360 - 180 : value; // a map may reach over the antimeridian
  var places = step >= 1 ? 0 : Math.max(1, Math.ceil(-Math.log10(step) - 1e-9));
  return Math.abs(value).toFixed(places) + "°" + (Math.abs(value) < 1e-9 ? "" : letters[value > 0 ? 0 : 1]);
};

/** The lines of latitude and longitude with their labels at the left and upper edge. */
HHour.paintGrid = function (map) {
  return function (pen, project, size, margin) {
    var bounds = map.getBounds().pad(0.3);
    var wanted = (map.getBounds().getEast() - map.getBounds().getWest()) / Math.max(3, map.getSize().x / 190);
    var step = HHour.STEPS.filter(function (s) { return s <= wanted * 1.3; })[0] || 0.002;
    pen.strokeStyle = "#d5dce3";
    pen.fillStyle = "#66727e";
    pen.lineWidth = 1;
    pen.font = "11px " + HHour.FONT;
    pen.textBaseline = "top";
    for (var i = Math.ceil(bounds.getWest() / step); i * step <= bounds.getEast(); i++) {
      var x = Math.round(project(bounds.getCenter().lat, i * step).x) + 0.5;
      pen.beginPath();
      pen.moveTo(x, 0);
      pen.lineTo(x, size.y);
      pen.stroke();
      pen.fillText(HHour.degrees(i * step, step, "EW"), x + 4, margin + 4);
    }
    pen.textBaseline = "bottom";
    for (var j = Math.ceil(Math.max(-85, bounds.getSouth()) / step); j * step <= Math.min(85, bounds.getNorth()); j++) {
      var y = Math.round(project(j * step, bounds.getCenter().lng).y) + 0.5;
      pen.beginPath();
      pen.moveTo(0, y);
      pen.lineTo(size.x, y);
      pen.stroke();
      if (y > margin + 90) {
        pen.fillText(HHour.degrees(j * step, step, "NS"), margin + 6, y - 2);
      }
    }
  };
};

/** Large pale city names north of the sites; for a city shown as a pill, a dot where it is and a line to the pill. */
HHour.paintCities = function (cities) {
  return function (pen, project) {
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    pen.font = "600 26px " + HHour.FONT;
    pen.fillStyle = "rgba(60, 76, 94, 0.42)";
    pen.strokeStyle = "rgba(60, 76, 94, 0.6)";
    cities.forEach(function (city) {
      if (!city.folded && city.shown) {
        var at = project(city.bounds[1][0], (city.bounds[0][1] + city.bounds[1][1]) / 2);
        pen.fillText(city.name, at.x, at.y - 18);
      } else if (city.shown && city.pill) {
        var dot = project(city.lat, city.lon);
        var pill = project(city.pill.lat, city.pill.lng);
        pen.beginPath();
        pen.moveTo(dot.x, dot.y);
        pen.lineTo(pill.x, pill.y);
        pen.stroke();
        pen.beginPath();
        pen.arc(dot.x, dot.y, 3, 0, 2 * Math.PI);
        pen.fill();
      }
    });
    pen.textAlign = "start";
  };
};

/** Labels beside their symbols: each takes the first of four sides that is free, or is left out. */
HHour.paintLabels = function (labels, symbols) {
  return function (pen, project, size) {
    var taken = symbols().map(function (s) {
      var at = project(s.lat, s.lon);
      return [at.x - s.r, at.y - s.r, at.x + s.r, at.y + s.r];
    }).filter(function (box) { return HHour.overlaps(box, [0, 0, size.x, size.y]); });
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    labels().forEach(function (label) {
      var at = project(label.lat, label.lon);
      if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) {
        return;
      }
      pen.font = label.font + " " + HHour.FONT;
      var width = pen.measureText(label.text).width;
      var gap = label.r + 3;
      var sides = [[gap, 0], [-gap - width, 0], [-width / 2, gap + 6], [-width / 2, -gap - 6]];
      for (var i = 0; i < sides.length; i++) {
        var x = at.x + sides[i][0];
        var y = at.y + sides[i][1];
        var box = [x - 1, y - 7, x + width + 1, y + 7];
        if (!taken.some(function (other) { return HHour.overlaps(box, other); })) {
          taken.push(box);
          pen.lineWidth = 3;
          pen.strokeStyle = "rgba(255, 255, 255, 0.92)";
          pen.strokeText(label.text, x, y);
          pen.fillStyle = label.ink;
          pen.fillText(label.text, x, y);
          return;
        }
      }
    });
  };
};

HHour.overlaps = function (a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
};
