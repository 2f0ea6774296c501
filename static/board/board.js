// The board on which a plan is shaped by hand.

import { byId, element, fill } from "../page/elements.js";
import { drawBroken, readBroken } from "./broken.js";
import { isCarrying, startCarrying } from "./carry.js";
import { drawChart } from "./chart.js";
import { drawColumns } from "./columns.js";
import { focusOn, setStops, startKeys } from "./keys.js";
import { openMenu } from "./menu.js";
import { moveOf } from "./moves.js";
import { drawReserve, startReserve } from "./reserve.js";
import { scrolling } from "./scrolling.js";
import { broken, load, makeMove, redo, state, undo, watch, whenTold } from "./state.js";
import { say, words } from "./words.js";

const EVERY = 10_000; // milliseconds between two looks for what others did
const buttons = { undo: byId("undo", HTMLButtonElement), redo: byId("redo", HTMLButtonElement) };
const keep = byId("keep", HTMLButtonElement);

/** The element of a place or thing. */
const find = (/** @type {string} */ key) =>
  /** @type {HTMLElement | null} */ (
    document.querySelector(`[data-carry="${CSS.escape(key)}"]`) ??
      document.querySelector(`[data-key="${CSS.escape(key)}"]`)
  );

const number = new Intl.NumberFormat(document.documentElement.lang);

/** Before and after of a figure. */
function figure(/** @type {keyof Score} */ level) {
  const { before, after } = state.told.score;
  const box = byId(`score-${level}`, HTMLElement);
  const change = after[level] - before[level];
  box.replaceChildren(number.format(before[level]), " → ", element("strong", number.format(after[level])));
  const look = change < 0 ? "better" : change > 0 ? "worse" : "";
  const text = change ? `${change > 0 ? "+" : "\u2212"}${number.format(Math.abs(change))}` : words.same;
  box.append(" ", element("span", text, { class: `note ${look}` }));
}

/** What stands above the board. */
function drawHead() {
  const { told } = state;
  for (const level of /** @type {const} */ (["missed", "exposure", "cost"])) figure(level);
  byId("score-broken", HTMLElement).textContent = String(told.violations.length);
  buttons.undo.disabled = !told.can_undo || Boolean(words.closed);
  buttons.redo.disabled = !told.can_redo || Boolean(words.closed);
  keep.setAttribute("aria-disabled", String(!told.is_sound));
  byId("keep-why", HTMLElement).textContent = told.is_sound ? "" : fill(words.keepNot, { n: told.violations.length });
}

/** Everything anew; what had the focus has it again, wherever it is now. */
function draw() {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.key;
  readBroken(state.told);
  drawHead();
  drawColumns();
  drawReserve();
  setStops();
  drawBroken(state.told, find);
  drawChart();
  const again = focused && !focused.startsWith("raid:") ? find(focused) : null;
  if (again?.matches("[data-carry]")) focusOn(again);
  else again?.focus({ preventScroll: true });
}

scrolling.in(byId("columns", HTMLElement));
buttons.undo.addEventListener("click", undo);
buttons.redo.addEventListener("click", redo);
byId("print", HTMLButtonElement).addEventListener("click", () => window.print());
keep.form.addEventListener("submit", (event) => {
  if (state.told.is_sound) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(fill(words.keepNot, { n: state.told.violations.length }), true);
});
// A change that has not arrived yet is not left behind without a question.
window.addEventListener("beforeunload", (event) => state.isBusy && event.preventDefault());
startCarrying({
  mayLand: (what, where) => moveOf(what, where) !== null,
  land: (what, where) => makeMove(moveOf(what, where)),
  open: openMenu,
});
startKeys(openMenu);
startReserve(setStops);
whenTold(() => {
  if (!isCarrying()) draw();
});
await load();
if (state.told) {
  say(broken(state.told));
  watch(EVERY);
}
byId("board", HTMLElement).dataset.ready = "yes";
