// Symbols: shape, size and outline carry the meaning, colour only repeats it, so that a print in black and white reads.

const COLOURS = [
  "#1f5fa8",
  "#b3372b",
  "#1d7a4c",
  "#7d4bb0",
  "#b06000",
  "#0b7285",
  "#9c2a6b",
  "#586a00",
  "#3d4db3",
  "#7b4a2d",
  "#00665a",
  "#8a1538",
  "#c2410c",
  "#a0522d",
  "#1e40af",
  "#6b3fa0",
  "#3f7d20",
  "#a23b72",
  "#806000",
  "#005f86",
];

/**
 * The colour of a team or, in large operations, of a city.
 * @param {number | null | undefined} index
 */
export function colourOf(index) {
  return index === null || index === undefined ? "#5b6673" : COLOURS[index % COLOURS.length];
}

/** Line styles by phase; the dashes differ, too. */
/** @type {Record<Phase, { colour: string, dash: string | null, weight: number }>} */
export const PHASES = {
  approach: { colour: "#41648f", dash: null, weight: 1.4 },
  strike: { colour: "#a8322a", dash: null, weight: 2.2 },
  custody: { colour: "#5d3a8c", dash: "8 4", weight: 1.8 },
  evidence: { colour: "#0b7285", dash: "2 4", weight: 1.8 },
  interviews: { colour: "#8a5a00", dash: "9 3 2 3", weight: 1.4 },
};

export const RISKS = {
  low: { size: 22, outline: 1.4, shape: '<circle cx="12" cy="12" r="10"/>', text: 16.3 },
  medium: { size: 22, outline: 1.8, shape: '<rect x="3" y="3" width="18" height="18" rx="1"/>', text: 16.3 },
  high: { size: 27, outline: 2.4, shape: '<path d="M12 1.6 23 21.4H1Z"/>', text: 19 },
};

/**
 * A drawing as an element; what it is made of is never a text of the operation.
 * @param {number} width
 * @param {number} height
 * @param {string} box
 * @param {string} inside
 */
export function drawing(width, height, box, inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const values = { viewBox: box, width: width, height: height, "aria-hidden": "true", focusable: "false" };
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, String(value));
  made.innerHTML = inside;
  return made;
}

/**
 * @param {number} size
 * @param {string} inside
 */
function svgOf(size, inside) {
  return drawing(size, size, "0 0 24 24", inside);
}

/**
 * How wide a text is, in signs: a Han sign counts as two letters.
 * @param {string} text
 */
function widthInSigns(text) {
  return [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
}

/**
 * The text as far as so many signs hold it.
 * @param {string} text
 * @param {number} most
 */
export function shortened(text, most) {
  if (widthInSigns(text) <= most) {
    return text;
  }
  const kept = [...text];
  while (widthInSigns(kept.join("")) > most - 1) {
    kept.pop();
  }
  return `${kept.join("")}…`;
}

/**
 * A site: circle, square or triangle for low, medium, high risk; the team's mark inside; missed: hollow and crossed.
 * @param {MapSite["risk"]} risk
 * @param {string} colour
 * @param {string | null} mark
 * @param {boolean} missed
 */
export function siteShape(risk, colour, mark, missed) {
  const look = RISKS[risk];
  const fill = missed ? "#fff" : colour;
  let body =
    '<g class="halo" fill="none" stroke="#111" stroke-opacity="0">' +
    look.shape +
    "</g>" +
    '<g fill="' +
    fill +
    '" stroke="' +
    (missed ? "#555" : "#14181d") +
    '" stroke-width="' +
    look.outline +
    '" stroke-linejoin="round"' +
    (missed ? ' stroke-dasharray="3 2"' : "") +
    ">" +
    look.shape +
    "</g>";
  if (missed) {
    body += `<path d="M8 ${look.text - 7}l8 8m0-8l-8 8" stroke="#333" stroke-width="2" fill="none"/>`;
  }
  const shape = svgOf(look.size, body);
  if (mark !== null && !missed) {
    shape.append(markText(mark, look.text));
  }
  return shape;
}

/**
 * A team's mark in a sign: up to two signs large, longer ones smaller, and cut where they would not be legible.
 * @param {string} mark
 * @param {number} y
 */
function markText(mark, y) {
  const text = shortened(mark, 6);
  const size = [12, 12, 12, 9, 7.5, 6, 5][widthInSigns(text)];
  const made = document.createElementNS("http://www.w3.org/2000/svg", "text");
  const values = {
    x: 12,
    y: y - (12 - size) / 3,
    "text-anchor": "middle",
    "font-size": size,
    "font-weight": 700,
    fill: "#fff",
  };
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, String(value));
  made.textContent = text;
  return made;
}

/**
 * A place: flag for an assembly point, house for a base, barred window for a custody place.
 * @param {MapPlace["kind"]} kind
 * @param {boolean} used
 */
export function placeShape(kind, used) {
  const ink = used ? "#14181d" : "#9aa4af";
  const inside = {
    assembly:
      '<rect x="2" y="2" width="20" height="20" rx="4" fill="#fff" stroke="INK" stroke-width="1.6"/>' +
      '<path d="M8 19V5.5l9.5 3.5L8 12.5" fill="INK" stroke="INK" stroke-width="1.6" stroke-linejoin="round"/>',
    base:
      '<path d="M12 3 21 10.5V21H3V10.5Z" fill="#fff" stroke="INK" stroke-width="1.8" stroke-linejoin="round"/>' +
      '<path d="M9.5 21v-7h5v7" fill="INK"/>',
    custody:
      '<rect x="2.5" y="2.5" width="19" height="19" fill="INK" stroke="#fff" stroke-width="1"/>' +
      '<path d="M7.5 6v12M12 6v12M16.5 6v12" stroke="#fff" stroke-width="2"/>',
  }[kind];
  const size = { assembly: 21, base: used ? 18 : 13, custody: 22 }[kind];
  return svgOf(size, inside.replaceAll("INK", ink));
}

/**
 * Paths of the moving units on a canvas: disc for a squad, square for an escort, diamond for forensics, ring for others.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} kind
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function unitPath(pen, kind, x, y, r) {
  pen.beginPath();
  if (kind === "escort") {
    pen.rect(x - r, y - r, 2 * r, 2 * r);
  } else if (kind === "forensic") {
    pen.moveTo(x, y - r * 1.3);
    pen.lineTo(x + r * 1.3, y);
    pen.lineTo(x, y + r * 1.3);
    pen.lineTo(x - r * 1.3, y);
    pen.closePath();
  } else {
    pen.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/**
 * @param {UnitKind} kind
 * @param {string} colour
 */
export function unitShape(kind, colour) {
  const shape = {
    squad: '<circle cx="12" cy="12" r="8"/>',
    escort: '<rect x="5" y="5" width="14" height="14"/>',
    forensic: '<path d="M12 2.5 21.5 12 12 21.5 2.5 12Z"/>',
    person: '<circle cx="12" cy="12" r="5.5" fill="#fff"/>',
  }[kind];
  return svgOf(
    16,
    '<g fill="' +
      colour +
      '" stroke="#fff" stroke-width="1.5">' +
      shape.replace('fill="#fff"', `fill="#fff" stroke="${colour}" stroke-width="3"`) +
      "</g>",
  );
}

/** @param {Phase} phase */
export function lineShape(phase) {
  const look = PHASES[phase];
  return drawing(
    34,
    10,
    "0 0 34 10",
    '<path d="M1 5H33" stroke="' +
      look.colour +
      '" stroke-width="' +
      (look.weight + 0.6) +
      '"' +
      (look.dash ? ` stroke-dasharray="${look.dash}"` : "") +
      "/>",
  );
}
