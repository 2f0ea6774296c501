// Corners of a closure: typed one to a line, or clicked on a map; both show the same shape.

const NUMBER = /-?\d{1,3}(?:\.\d+)?/g;
const [INK, WIDTH] = ["#b3261e", 4];

/** @param {string} text */
const linesOf = (text) => text.split("\n").filter((line) => line.trim());

/**
 * The corners that can be read; the server says what is wrong with the others.
 * @param {string} text
 * @returns {[number, number][]}
 */
export function cornersOf(text) {
  const found = linesOf(text).map((line) => (line.match(NUMBER) ?? []).map(Number));
  return found.flatMap(([lat, lon]) =>
    lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [[lat, lon]] : [],
  );
}

/**
 * @param {string} shape
 * @param {[number, number][]} corners
 * @param {L.PolylineOptions} look
 * @returns {L.Path}
 */
export function shapeOf(shape, corners, look) {
  return shape === "polygon" ? L.polygon(corners, look) : L.polyline(corners, look);
}

/**
 * The map shows what the fields say, and clicks on it add corners while `isOn` says so.
 * @param {L.Map} map
 * @param {HTMLTextAreaElement} corners
 * @param {HTMLSelectElement} shape
 * @param {() => boolean} isOn
 * @returns {{ takeBack: () => void, takeAll: () => void }}
 */
export function drawCorners(map, corners, shape, isOn = () => true) {
  const mine = L.layerGroup().addTo(map);
  const show = () => {
    mine.clearLayers();
    const found = cornersOf(corners.value);
    shapeOf(shape.value, found, { color: INK, weight: WIDTH, interactive: false }).addTo(mine);
    for (const corner of found) L.circleMarker(corner, { radius: 5, color: INK, interactive: false }).addTo(mine);
  };
  const put = (/** @type {string[]} */ lines) => {
    corners.value = lines.join("\n");
    show();
  };
  map.on("click", (event) => {
    if (!isOn()) return;
    const at = event.latlng.wrap();
    put([...linesOf(corners.value), `${at.lat.toFixed(6)}, ${at.lng.toFixed(6)}`]);
  });
  corners.addEventListener("input", show);
  shape.addEventListener("change", show);
  show();
  return { takeBack: () => put(linesOf(corners.value).slice(0, -1)), takeAll: () => put([]) };
}
