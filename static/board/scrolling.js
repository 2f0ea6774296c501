// While something is carried near an edge, what lies beyond the edge comes into view.

const EDGE = 48; // pixels
const STEP = 14; // pixels a frame

const way = { x: 0, y: 0, frame: 0 };
/** @type {HTMLElement | null} */
let box = null;

const sign = (/** @type {number} */ at, /** @type {number} */ least, /** @type {number} */ most) =>
  at < least + EDGE ? -1 : at > most - EDGE ? 1 : 0;

function step() {
  box?.scrollBy(way.x * STEP, 0);
  window.scrollBy(0, way.y * STEP);
  way.frame = way.x || way.y ? requestAnimationFrame(step) : 0;
}

export const scrolling = {
  /** The box that scrolls sideways. */
  in(/** @type {HTMLElement} */ element) {
    box = element;
  },
  near(/** @type {number} */ x, /** @type {number} */ y) {
    const edges = box.getBoundingClientRect();
    way.x = y > edges.top && y < edges.bottom ? sign(x, edges.left, edges.right) : 0;
    way.y = sign(y, 0, window.innerHeight);
    if (!way.frame) step();
  },
  stop() {
    cancelAnimationFrame(way.frame);
    Object.assign(way, { x: 0, y: 0, frame: 0 });
  },
};
