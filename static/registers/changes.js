// What is changed elsewhere: by others meanwhile, and by an undo, which the server does.

import { ask } from "../page/dialogs.js";
import { element, fill } from "../page/elements.js";
import { box, inWords, say, state, words } from "./page.js";
import { flat } from "./rows.js";
import { call } from "./server.js";
import { refresh } from "./view.js";

/**
 * The grid has what was stored since it last asked.
 * @param {boolean} [isTold] Whether it says so.
 */
export async function poll(isTold = true) {
  const { grid } = state;
  if (state.busy || document.hidden || box.querySelector(".tabulator-editing")) return;
  try {
    const { status, told } = await call("GET", null, { since: state.revision });
    if (status !== 200 || state.busy || told.revision === state.revision) return;
    const there = new Set(told.keys);
    for (const row of grid.getRows()) if (!there.has(row.getData()._key)) row.delete();
    if (told.rows.length) await grid.updateOrAddData(told.rows.map(flat));
    state.revision = told.revision;
    if (told.rows.length && isTold) say(fill(words.others, { n: told.rows.length }));
    refresh();
  } catch (error) {
    say(inWords(error), true);
  }
}

/** The person's own last change is undone once it is clear what that will do. */
export async function undoLast() {
  try {
    const { told: last } = await call("GET", null, {}, `${box.dataset.history}/last`);
    if (last.change === null) {
      say(last.nothing);
      return;
    }
    if (!(await isWanted(last))) return;
    const { told } = await call("POST", null, {}, `${box.dataset.history}/${last.change}/undo`);
    await poll(false);
    say(told.done || told.refused.join(" · "), !told.done);
  } catch (error) {
    say(inWords(error), true);
  }
}

/**
 * Whether the undo is wanted, or can be done at all.
 * @param {{ at: string, sentences: string[], refused: string[], more: number }} last
 */
async function isWanted(last) {
  const isRefused = last.refused.length > 0;
  const list = element("ul");
  for (const sentence of isRefused ? last.refused : last.sentences) list.append(element("li", sentence));
  if (last.more) list.append(element("li", `… ${last.more}`));
  const what = element("p", isRefused ? words.refused : words.happens);
  const body = [element("p", fill(words.madeAt, { at: last.at })), what, list];
  /** @type {[string, string][]} */
  const buttons = [
    ["yes", words.undo],
    ["cancel", words.cancel],
  ];
  return (await ask(words.undoLast, body, isRefused ? [["cancel", words.cancel]] : buttons)) === "yes";
}
