// Canvas layers that follow the map: graticule and city names below everything, labels and units above.

/** A canvas over the view, and a margin, so that dragging shows no edge. */
export class MapCanvas extends L.Layer {
  /**
   * @param {string} pane
   * @param {Paint} paint
   */
  constructor(pane, paint) {
    super();
    this.pane = pane;
    this.paint = paint;
    /** @type {HTMLCanvasElement} */
    this.canvas = null;
  }

  /** @param {L.Map} map */
  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide");
    this.canvas.setAttribute("aria-hidden", "true");
    map.getPane(this.pane).appendChild(this.canvas);
    map.on("moveend zoomend resize viewreset", this.redraw, this);
    this.redraw();
    return this;
  }

  /** @param {L.Map} map */
  onRemove(map) {
    this.canvas.remove();
    map.off("moveend zoomend resize viewreset", this.redraw, this);
    return this;
  }

  redraw() {
    const map = this._map;
    if (!map) return;
    const { canvas } = this;
    const margin = this.pane === "movers" || this.pane === "grid" ? 120 : 60;
    const size = map.getSize().add([2 * margin, 2 * margin]);
    const ratio = window.devicePixelRatio || 1;
    const corner = L.point(-margin, -margin);
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(corner));
    if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, size.x, size.y);
    this.paint(pen, (lat, lon) => map.latLngToContainerPoint([lat, lon]).subtract(corner), size, margin);
  }
}

export const FONT = '"HHour Sans SC", system-ui, "Segoe UI", sans-serif';

/** Round steps for the graticule, in degrees. */
const STEPS = [20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];

/**
 * @param {number} value
 * @param {number} step
 * @param {"EW" | "NS"} letters
 */
function degreesText(value, step, letters) {
  value = letters === "EW" ? ((((value + 180) % 360) + 360) % 360) - 180 : value; // a map may reach over the antimeridian
  const places = step >= 1 ? 0 : Math.max(1, Math.ceil(-Math.log10(step) - 1e-9));
  return `${Math.abs(value).toFixed(places)}°${Math.abs(value) < 1e-9 ? "" : letters[value > 0 ? 0 : 1]}`;
}

/**
 * The lines of latitude and longitude with their labels at the left and upper edge.
 * @param {L.Map} map
 * @returns {Paint}
 */
export function paintGrid(map) {
  return (pen, project, size, margin) => {
    const bounds = map.getBounds().pad(0.3);
    const wanted = (map.getBounds().getEast() - map.getBounds().getWest()) / Math.max(3, map.getSize().x / 190);
    const step = STEPS.filter((s) => s <= wanted * 1.3)[0] || 0.002;
    pen.strokeStyle = "#d5dce3";
    pen.fillStyle = "#66727e";
    pen.lineWidth = 1;
    pen.font = `11px ${FONT}`;
    pen.textBaseline = "top";
    for (let i = Math.ceil(bounds.getWest() / step); i * step <= bounds.getEast(); i++) {
      const x = Math.round(project(bounds.getCenter().lat, i * step).x) + 0.5;
      pen.beginPath();
      pen.moveTo(x, 0);
      pen.lineTo(x, size.y);
      pen.stroke();
      pen.fillText(degreesText(i * step, step, "EW"), x + 4, margin + 4);
    }
    pen.textBaseline = "bottom";
    for (let j = Math.ceil(Math.max(-85, bounds.getSouth()) / step); j * step <= Math.min(85, bounds.getNorth()); j++) {
      const y = Math.round(project(j * step, bounds.getCenter().lng).y) + 0.5;
      pen.beginPath();
      pen.moveTo(0, y);
      pen.lineTo(size.x, y);
      pen.stroke();
      if (y > margin + 90) {
        pen.fillText(degreesText(j * step, step, "NS"), margin + 6, y - 2);
      }
    }
  };
}

/**
 * Large pale city names north of the sites; for a city shown as a pill, a dot where it is and a line to the pill.
 * @param {MapCity[]} cities
 * @returns {Paint}
 */
export function paintCities(cities) {
  return (pen, project) => {
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    pen.font = `600 26px ${FONT}`;
    pen.fillStyle = "rgba(60, 76, 94, 0.42)";
    pen.strokeStyle = "rgba(60, 76, 94, 0.6)";
    cities.forEach((city) => {
      if (!city.folded && city.shown) {
        const at = project(city.bounds[1][0], (city.bounds[0][1] + city.bounds[1][1]) / 2);
        pen.fillText(city.name, at.x, at.y - 18);
      } else if (city.shown && city.pill) {
        const dot = project(city.lat, city.lon);
        const pill = project(city.pill.lat, city.pill.lng);
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
}

/**
 * Labels beside their symbols: each takes the first of four sides that is free, or is left out.
 * @param {() => MapLabel[]} labels
 * @param {() => MapSymbol[]} symbols
 * @returns {Paint}
 */
export function paintLabels(labels, symbols) {
  return (pen, project, size) => {
    const taken = symbols()
      .map((s) => {
        const at = project(s.lat, s.lon);
        return [at.x - s.r, at.y - s.r, at.x + s.r, at.y + s.r];
      })
      .filter((box) => overlaps(box, [0, 0, size.x, size.y]));
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    labels().forEach((label) => {
      const at = project(label.lat, label.lon);
      if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) {
        return;
      }
      pen.font = `${label.font} ${FONT}`;
      const width = pen.measureText(label.text).width;
      const gap = label.r + 3;
      const sides = [
        [gap, 0],
        [-gap - width, 0],
        [-width / 2, gap + 6],
        [-width / 2, -gap - 6],
      ];
      for (let i = 0; i < sides.length; i++) {
        const x = at.x + sides[i][0];
        const y = at.y + sides[i][1];
        const box = [x - 1, y - 7, x + width + 1, y + 7];
        if (!taken.some((other) => overlaps(box, other))) {
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
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function overlaps(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
