// The two maps move together: whichever is moved takes the other along.

const SOON = 200; // milliseconds until a map that is not there yet is looked for again
const frames = /** @type {NodeListOf<HTMLIFrameElement>} */ (document.querySelectorAll(".maps iframe"));
/** @type {HTMLElement | null} The map that somebody moves; the other only follows. */
let leading = null;

/**
 * The one map shows what the other shows.
 * @param {HTMLElement} from
 * @param {HTMLElement} to
 */
function follow(from, to) {
  if (leading && leading !== from) return;
  leading = from;
  to.dispatchEvent(new CustomEvent("move-to", { detail: from.dataset.view }));
  leading = null;
}

function join() {
  const [one, other] = [...frames].map((frame) => frame.contentDocument?.getElementById("map"));
  if (!one?.dataset.ready || !other?.dataset.ready) {
    setTimeout(join, SOON);
    return;
  }
  one.addEventListener("moved", () => follow(one, other));
  other.addEventListener("moved", () => follow(other, one));
  follow(other, one);
  const both = /** @type {HTMLElement} */ (frames[0].closest(".maps"));
  both.dataset.ready = "yes";
}

if (frames.length === 2) join();

export {};
