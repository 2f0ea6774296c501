// The synchronisation chart, which the server draws: a raid is moved along it by mouse, touch or arrow keys.

import { byId, fill } from "../page/elements.js";
import { brokenAt } from "./broken.js";
import { makeMove, state } from "./state.js";
import { announce, moment, words } from "./words.js";

const FAST = 5; // minutes
const box = byId("chart", HTMLElement);
const told = byId("chart-time", HTMLOutputElement);
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -FAST, PageUp: FAST };
let asked = 0;

/** The chart of the draft as it is now. */
export async function drawChart() {
  asked += 1;
  const mine = asked;
  const answer = await fetch(box.dataset.chart, { redirect: "manual" }).catch(() => /** @type {Response} */ (null));
  if (!answer?.ok || mine !== asked) return;
  const { version } = state.told;
  const text = await answer.text();
  if (mine !== asked || version !== state.told.version) return;
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.raid;
  box.replaceChildren(document.importNode(parsed, true));
  const svg = box.querySelector("svg");
  svg.setAttribute("role", "group"); // no picture any more: its raids are handles
  for (const bar of /** @type {NodeListOf<SVGRectElement>} */ (svg.querySelectorAll("[data-raid]"))) movable(bar, svg);
  if (focused) /** @type {HTMLElement | null} */ (box.querySelector(`[data-raid="${CSS.escape(focused)}"]`))?.focus();
}

/**
 * @param {SVGRectElement} bar
 * @param {SVGSVGElement} svg
 */
function movable(bar, svg) {
  const site = bar.dataset.raid;
  const start = Number(bar.dataset.start);
  const name = fill(words.raidOf, { id: site });
  const broken = brokenAt(`site:${site}`);
  let now = start;
  bar.setAttribute("role", "slider");
  bar.setAttribute("aria-label", broken.length ? `${name}. ${fill(words.breaks, { why: broken.join(" ") })}` : name);
  bar.setAttribute("aria-valuemin", String(start - 24 * 60));
  bar.setAttribute("aria-valuemax", String(start + 24 * 60));
  bar.dataset.key = `raid:${site}`;
  if (broken.length) {
    bar.classList.add("broken");
    bar.dataset.why = broken.join("\n");
  }
  const set = (/** @type {number} */ minute) => {
    now = minute;
    bar.setAttribute("aria-valuenow", String(minute));
    bar.setAttribute("aria-valuetext", moment(minute));
    bar.setAttribute("transform", `translate(${(minute - start) * Number(svg.dataset.perMinute)} 0)`);
    told.textContent = minute === start ? "" : `${site} ${moment(minute)}`;
  };
  const keep = () => {
    if (now !== start) makeMove({ kind: "start", site, start: now });
  };
  set(start);
  if (words.closed) {
    bar.setAttribute("aria-disabled", "true");
    return;
  }
  bar.setAttribute("tabindex", "0");
  bar.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!by && event.key !== "Enter" && event.key !== "Escape"))
      return;
    event.preventDefault();
    if (by) set(now + (event.shiftKey ? by * FAST : by));
    else if (event.key === "Enter") keep();
    else set(start);
  });
  bar.addEventListener("blur", () => now !== start && announce(fill(words.notKept, { name })));
  dragged(bar, svg, () => now, set, keep);
}

/**
 * @param {SVGRectElement} bar
 * @param {SVGSVGElement} svg
 * @param {() => number} now
 * @param {(minute: number) => void} set
 * @param {() => void} keep
 */
function dragged(bar, svg, now, set, keep) {
  bar.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.focus();
    bar.setPointerCapture(event.pointerId);
    const [from, x] = [now(), event.clientX];
    const perMinute = (Number(svg.dataset.perMinute) * svg.getBoundingClientRect().width) / svg.viewBox.baseVal.width;
    const move = (/** @type {PointerEvent} */ to) => set(from + Math.round((to.clientX - x) / perMinute));
    const end = (/** @type {boolean} */ isKept) => {
      bar.removeEventListener("pointermove", move);
      bar.onpointerup = null;
      bar.onpointercancel = null;
      if (isKept) keep();
      else set(from);
    };
    bar.addEventListener("pointermove", move);
    bar.onpointerup = () => end(true);
    bar.onpointercancel = () => end(false);
  });
}
