// The two maps move together: whichever is moved takes the other along.

const SOON = 200; // milliseconds until a map that is not there yet is looked for again
const frames = /** @type {NodeListOf<HTMLIFrameElement>} */ (document.querySelectorAll(".maps iframe"));
/** @type {L.Map | null} The map that somebody moves; the other only follows. */
let leading = null;

/**
 * @param {L.Map} from
 * @param {L.Map} to
 */
function follow(from, to) {
  if (leading && leading !== from) return;
  leading = from;
  to.setView(from.getCenter(), from.getZoom(), { animate: false });
  leading = null;
}

function join() {
  const [one, other] = [...frames].map((frame) => frame.contentWindow.HHour).map((page) => page?.ready && page.map);
  if (!one || !other) {
    setTimeout(join, SOON);
    return;
  }
  one.on("move zoom", () => follow(one, other));
  other.on("move zoom", () => follow(other, one));
  follow(other, one);
}

if (frames.length === 2) join();

export {};
