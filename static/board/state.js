// The draft as the server last told it, and every way to change it. One change is on its way at a time; what could not
// be sent is kept and sent again.

import { byId, fill } from "../page/elements.js";
import { send } from "../page/server.js";
import { announce, say, words } from "./words.js";

const AGAIN = 3000; // milliseconds before what was lost is sent again

const box = byId("board", HTMLElement);
const { state: stateAt, moves: movesAt, undo: undoAt, redo: redoAt, fits: fitsAt } = box.dataset;

export const state = {
  /** @type {BoardState} */
  told: null,
  isBusy: false,
};

/** @type {() => void} */
let redraw = () => {};

/** Who draws the board is called with each new state. */
export const whenTold = (/** @type {() => void} */ act) => {
  redraw = act;
};

/** @param {string} at */
const addressOf = (at) => new URL(at, location.href);

function setBusy(/** @type {boolean} */ isBusy) {
  state.isBusy = isBusy;
  box.setAttribute("aria-busy", String(isBusy));
  document.body.classList.toggle("busy", isBusy);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, AGAIN));

/**
 * The answer; where the server cannot be reached that is told, and the same is sent until it can.
 * @param {"GET" | "POST"} method
 * @param {URL} at
 * @param {unknown} [body]
 */
async function sent(method, at, body = null) {
  for (;;) {
    try {
      return await send(method, at, body, words.ended);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      say(words.lost, true);
      await pause();
    }
  }
}

/** @param {BoardState} told */
function take(told) {
  state.told = told;
  redraw();
}

/** @param {BoardState} told */
export const broken = (told) =>
  told.violations.length ? fill(words.numBroken, { n: told.violations.length }) : words.unbroken;

/** The changes that were made and are not answered yet, one after the other. */
let waiting = Promise.resolve();

/**
 * One change; resolves once the board shows what came of it.
 * @param {string} at
 * @param {Record<string, unknown>} [more]
 */
function change(at, more = {}) {
  waiting = waiting.then(() => changeNow(at, more));
  return waiting;
}

/**
 * @param {string} at
 * @param {Record<string, unknown>} more
 */
async function changeNow(at, more) {
  setBusy(true);
  try {
    const { status, told } = await sent("POST", addressOf(at), { version: state.told.version, ...more });
    if (status === 200) {
      take(told);
      say(`${told.last ?? ""} ${broken(told)}`.trim());
    } else if (status === 409) {
      take(told.state);
      say(told.text || fill(words.changed, { by: told.by }), true);
    } else
      say(
        (told.faults ?? []).map((/** @type {{ text: string }} */ fault) => fault.text).join(" ") || words.refused,
        true,
      );
  } catch (error) {
    say(/** @type {Error} */ (error).message, true);
  } finally {
    setBusy(false);
  }
}

export const makeMove = (/** @type {Move} */ move) => change(movesAt, { move });
export const undo = () => state.told.can_undo && change(undoAt);
export const redo = () => state.told.can_redo && change(redoAt);

/** The draft as it is now. */
export async function load() {
  setBusy(true);
  try {
    const { status, told } = await sent("GET", addressOf(stateAt));
    if (status === 200) take(told);
    else say(words.refused, true);
  } catch (error) {
    say(/** @type {Error} */ (error).message, true);
  } finally {
    setBusy(false);
  }
}

/**
 * The best places for an officer, a vehicle or a door; null where none could be told.
 * @param {string} what
 * @returns {Promise<{ fits: Fit[], text: string } | null>}
 */
export async function fits(what) {
  const at = addressOf(fitsAt);
  const [kind, ...id] = what.split(":");
  at.searchParams.set(kind, id.join(":"));
  announce(words.looking);
  const { status, told } = await sent("GET", at);
  return status === 200 ? told : null;
}

/** Looks from time to time whether somebody else has changed the draft, before that surprises. */
export function watch(/** @type {number} */ every) {
  setInterval(async () => {
    if (state.isBusy || document.hidden || document.body.classList.contains("carrying")) return;
    const { version } = state.told;
    const at = addressOf(stateAt);
    at.searchParams.set("version", String(version)); // nothing is told where nothing has changed
    const answer = await send("GET", at, null, words.ended).catch(
      () => /** @type {{ status: number, told: any }} */ (null),
    );
    if (answer?.status !== 200 || answer.told.version === version || state.told.version !== version || state.isBusy)
      return;
    take(answer.told);
    say(fill(words.changed, { by: answer.told.by ?? "" }));
  }, every);
}
