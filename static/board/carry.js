// What is carried over the board: by mouse, by touch (a long press) and by keyboard. The page marks what can be carried
// with data-carry and where something may land with data-drop; both name it as kind:id.

import { fill } from "../page/elements.js";
import { scrolling } from "./scrolling.js";
import { announce, words } from "./words.js";

const FAR = 6; // pixels from where a button was pressed: from there on it is a drag
const LONG = 350; // milliseconds that a finger rests before it carries
const AROUND = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Tab", "Home", "End"];

/**
 * @typedef {{ element: HTMLElement, what: string, name: string, x: number, y: number }} Load What is carried, and where
 *   it was taken.
 * @typedef {{ mayLand: (what: string, where: string) => boolean, land: (what: string, where: string) => void,
 *   open: (element: HTMLElement) => void }} Rules What the board allows, does, and shows of one thing.
 */

/** @type {Rules} */
let rules;
/** @type {Load | null} */
let load = null;
/** @type {HTMLElement | null} */
let over = null;
/** @type {HTMLElement | null} */
let shadow = null;
let isByKeys = false;
let wasDragged = false;

/** Whether something is carried now: the board is not drawn anew then. */
export const isCarrying = () => load !== null;

const nameOf = (/** @type {HTMLElement} */ element) => element.dataset.name ?? "";

/** Where the load may land, in the order of the page. */
const targets = () =>
  /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-drop]")]).filter(
    (one) => one.checkVisibility() && rules.mayLand(load.what, one.dataset.drop),
  );

/** @param {HTMLElement} element */
function take(element, x = 0, y = 0) {
  load = { element, what: element.dataset.carry, name: nameOf(element), x, y };
  document.body.classList.add("carrying");
  element.classList.add("carried");
  for (const one of targets()) one.classList.add("open");
}

/** Nothing is carried any more. */
function drop() {
  load.element.classList.remove("carried");
  document.body.classList.remove("carrying");
  for (const one of document.querySelectorAll("[data-drop].open")) one.classList.remove("open");
  hover(null);
  shadow?.remove();
  scrolling.stop();
  [load, shadow, isByKeys] = [null, null, false];
}

/** @param {HTMLElement | null} target */
function hover(target) {
  over?.classList.remove("over");
  over = target;
  over?.classList.add("over");
}

function landOn(/** @type {HTMLElement | null} */ target) {
  const { what, element } = load;
  if (isByKeys) element.focus({ preventScroll: true });
  drop();
  if (target) rules.land(what, target.dataset.drop);
}

function giveUp() {
  const { element, name } = load;
  drop();
  element.focus();
  announce(fill(words.stays, { name }));
}

// By mouse and by touch.

/** A copy of the load follows the pointer. */
function follow(/** @type {number} */ x, /** @type {number} */ y) {
  if (!shadow) {
    shadow = /** @type {HTMLElement} */ (load.element.cloneNode(true));
    shadow.removeAttribute("data-carry");
    shadow.removeAttribute("id");
    shadow.setAttribute("aria-hidden", "true");
    shadow.inert = true;
    shadow.classList.add("shadow");
    shadow.style.width = `${Math.min(load.element.offsetWidth, 240)}px`;
    document.body.append(shadow);
  }
  shadow.style.transform = `translate(${x + 10}px, ${y + 8}px)`;
  const under = /** @type {HTMLElement | null} */ (
    document.elementFromPoint(x, y)?.closest("[data-drop].open") ?? null
  );
  hover(under);
  scrolling.near(x, y);
}

/** @param {PointerEvent} event */
function pressed(event) {
  const element = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-carry]"));
  wasDragged = false;
  if (!element || event.button !== 0 || load || element.getAttribute("aria-disabled") === "true") return;
  const isFinger = event.pointerType === "touch";
  const [x, y] = [event.clientX, event.clientY];
  const isFar = (/** @type {PointerEvent} */ move) => Math.hypot(move.clientX - x, move.clientY - y) > FAR;
  const begin = () => {
    wasDragged = true;
    take(element, x, y);
    follow(x, y);
  };
  const wait = isFinger ? setTimeout(begin, LONG) : 0;
  const ends = new AbortController();
  const on = (/** @type {keyof DocumentEventMap} */ type, /** @type {(event: any) => void} */ act) =>
    document.addEventListener(type, act, { signal: ends.signal, passive: false });
  const end = () => {
    clearTimeout(wait);
    ends.abort();
  };
  on("pointermove", (move) => {
    if (move.pointerId !== event.pointerId) return;
    if (load) follow(move.clientX, move.clientY);
    else if (isFar(move) && isFinger) end();
    else if (isFar(move)) begin();
  });
  on("pointerup", () => {
    end();
    if (load) landOn(over);
  });
  on("pointercancel", () => {
    end();
    if (load) giveUp();
  });
  on("keydown", (key) => {
    if (key.key === "Escape" && load) {
      key.preventDefault();
      end();
      giveUp();
    }
  });
}

// By keyboard.

/** @param {HTMLElement} element */
export function pickUp(element) {
  if (element.getAttribute("aria-disabled") === "true") return;
  take(element);
  isByKeys = true;
  const all = targets();
  announce(fill(words.taken, { name: load.name, n: all.length }));
  const own = element.closest(".column");
  const next = all.find((one) => own && one.closest(".column") === own) ?? all[0];
  if (!next) giveUp();
  else point(next, all, false);
}

/**
 * @param {HTMLElement} target
 * @param {HTMLElement[]} all
 * @param {boolean} isTold
 */
function point(target, all, isTold = true) {
  hover(target);
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
  const told = fill(words.target, { name: nameOf(target), i: all.indexOf(target) + 1, n: all.length });
  if (isTold) announce(told);
}

/** The place that a key leads to: up and down and Tab in the order of the page, left and right to the next column. */
function led(/** @type {KeyboardEvent} */ event, /** @type {HTMLElement[]} */ all) {
  const at = all.indexOf(over);
  if (event.key === "Home") return all[0];
  if (event.key === "End") return all.at(-1);
  const by = event.key === "ArrowUp" || event.key === "ArrowLeft" || (event.key === "Tab" && event.shiftKey) ? -1 : 1;
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return all.at((at + by) % all.length);
  const columns = [...new Set(all.map((one) => one.closest(".column")))];
  const beside = columns.at((columns.indexOf(over.closest(".column")) + by) % columns.length);
  const there = all.filter((one) => one.closest(".column") === beside);
  const top = (/** @type {HTMLElement} */ one) =>
    Math.abs(one.getBoundingClientRect().top - over.getBoundingClientRect().top);
  return there.reduce((best, one) => (top(one) < top(best) ? one : best));
}

/** @param {KeyboardEvent} event */
function keyWhileCarrying(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") giveUp();
  else if (event.key === "Enter" || event.key === " ") landOn(over);
  else if (AROUND.includes(event.key)) {
    const all = targets();
    point(led(event, all), all);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @param {Rules} given */
export function startCarrying(given) {
  rules = given;
  document.addEventListener("pointerdown", pressed);
  document.addEventListener("keydown", (event) => isByKeys && keyWhileCarrying(event), { capture: true });
  // The page stays where it is under a load.
  document.addEventListener("touchmove", (event) => load && event.preventDefault(), { passive: false });
  // A finger that rests opens no menu of the browser while it carries.
  document.addEventListener("contextmenu", (event) => load && event.preventDefault());
  document.addEventListener("click", (event) => {
    const element = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-carry]"));
    if (element && !wasDragged && !load && !(/** @type {Element} */ (event.target).closest("a"))) rules.open(element);
    wasDragged = false;
  });
}
