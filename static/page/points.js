// What the small maps share: names of cities among their points, and a mark that is moved by hand or by keyboard.

const STEP = 10; // pixels
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };

/**
 * The name of each city in the middle of its points. Names are text, never markup.
 * @param {{ at: [number, number], city: string }[]} points
 * @param {L.Map | L.LayerGroup} layer
 */
export function cityNames(points, layer) {
  /** @type {Map<string, [number, number][]>} */
  const cities = new Map();
  for (const { at, city } of points) if (city) cities.set(city, [...(cities.get(city) ?? []), at]);
  for (const [city, at] of cities) {
    const middle = (/** @type {0 | 1} */ axis) => at.reduce((sum, one) => sum + one[axis], 0) / at.length;
    const text = document.createElement("span");
    text.textContent = city;
    L.tooltip({ permanent: true, direction: "center", className: "city" })
      .setLatLng([middle(0), middle(1)])
      .setContent(text)
      .addTo(/** @type {L.Map} */ (layer));
  }
}

/**
 * A mark with a name on the map; it is dragged, or moved by arrow keys and Enter, and `set` hears where to.
 * @param {L.Map} map
 * @param {L.LatLngExpression} at
 * @param {string} name
 * @param {boolean} isMovable
 * @param {(at: L.LatLng) => void} set
 */
export function movable(map, at, name, isMovable, set) {
  const icon = L.divIcon({ className: "point", iconSize: [18, 18] });
  const mark = L.marker(at, { draggable: isMovable, keyboard: true, icon }).addTo(map);
  mark.getElement().setAttribute("aria-label", name);
  mark.on("dragend", () => set(mark.getLatLng()));
  mark.getElement().addEventListener("keydown", (event) => {
    const by = ARROWS[event.key];
    if (!isMovable || (!by && event.key !== "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    if (by) mark.setLatLng(map.containerPointToLatLng(map.latLngToContainerPoint(mark.getLatLng()).add(by)));
    else set(mark.getLatLng());
  });
  return mark;
}

/**
 * The streets under a small map, or coasts and rivers: their address and words stand at its element.
 * @param {L.Map} map
 */
export async function streets(map) {
  const { ground, lang, streets, coast, north } = map.getContainer().dataset;
  const { layStreets } = await import("../map/streets.js"); // it wants Leaflet, which pages without a map do not load
  return layStreets(map, ground, lang, { streets, coast, north });
}
