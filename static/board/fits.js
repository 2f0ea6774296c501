// Best fit: the best places for one officer, vehicle or door, with what each costs; one of them is chosen.

import { ask } from "../page/dialogs.js";
import { element, fill } from "../page/elements.js";
import { fits, makeMove } from "./state.js";
import { say, words } from "./words.js";

/** How a figure changes, with its sign. */
const signed = (/** @type {number} */ n) => (n > 0 ? `+${n}` : n < 0 ? `\u2212${-n}` : "0");

/** @param {Fit} fit */
function costs({ difference, num_violations: broken }) {
  const { missed, exposure, cost } = difference;
  const score = fill(words.costs, { missed: signed(missed), exposure: signed(exposure), cost: signed(cost) });
  return `${score} ${broken ? fill(words.numBroken, { n: broken }) : words.unbroken}`;
}

/**
 * @param {Fit} fit
 * @param {number} place
 */
function line(fit, place) {
  const row = element("label", null, { class: "fit" });
  const tick = element("input", null, { type: "radio", name: "fit", value: place });
  tick.checked = place === 0;
  const told = element("span", costs(fit), { class: "quiet" });
  const text = element("span");
  text.append(element("strong", fit.text), " ", told);
  for (const one of fit.violations) text.append(element("span", `${one.rule}: ${one.text}`, { class: "wrong" }));
  row.append(tick, text);
  return row;
}

/**
 * @param {string} what
 * @param {string} name
 */
export async function showFits(what, name) {
  say(words.looking);
  const found = await fits(what).catch(() => /** @type {{ fits: Fit[], text: string }} */ (null));
  if (!found) {
    say(words.refused, true);
    return;
  }
  say(found.text);
  const group = element("fieldset");
  group.append(element("legend", found.text || words.bestFit), ...found.fits.map(line));
  if (!found.fits.length) group.append(element("p", words.noFit));
  /** @type {[string, string][]} */
  const buttons = [
    ...(found.fits.length ? /** @type {[string, string][]} */ ([["apply", words.apply]]) : []),
    ["cancel", words.cancel],
  ];
  const answer = await ask(fill(words.bestFitOf, { name }), [group], buttons);
  const chosen = /** @type {HTMLInputElement | null} */ (group.querySelector("input:checked"));
  if (answer === "apply" && chosen) makeMove(found.fits[Number(chosen.value)].move);
}
