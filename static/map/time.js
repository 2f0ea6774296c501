// Minutes from H as clock time and as H with minutes, and words in the page's language.
// The same two formats as planner.render.formatting: a test compares them minute by minute.

import { state } from "./state.js";

/**
 * A sentence in the page's language; a missing one is an error, seen by the browser tests.
 * @param {string} sentence
 */
export function w(sentence) {
  const found = state.page.words[sentence];
  if (found === undefined) {
    console.error(`no words for: ${sentence}`);
    return sentence;
  }
  return found;
}

/**
 * A sentence with {names} filled in.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export function say(sentence, values) {
  return w(sentence).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * Clock time of a minute, with a day mark when it is not H's date: "06:00", "23:10 (−1 d)".
 * @param {number} minute
 */
export function clock(minute) {
  const rows = state.page.clocks; // [from this minute on, minutes to be added], rarely more than one
  const row = rows.filter((other) => other[0] <= minute).pop() || rows[0];
  const all = row[1] + minute;
  const day = Math.floor(all / 1440);
  const left = all - day * 1440;
  const text = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
  return day === 0 ? text : `${text} (${day > 0 ? "+" : "−"}${Math.abs(day)} d)`;
}

/**
 * "H", "H+12", "H−35".
 * @param {number} minute
 */
export function hMinutes(minute) {
  return minute === 0 ? "H" : `H${minute > 0 ? "+" : "−"}${Math.abs(minute)}`;
}

/**
 * Both, as they stand everywhere.
 * @param {number} minute
 */
export function when(minute) {
  return `${clock(minute)} (${hMinutes(minute)})`;
}

/**
 * A new element with attributes and children; strings become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} attributes
 * @param {Child[]} [children]
 */
export function el(name, attributes, children = []) {
  const made = document.createElement(name);
  Object.keys(attributes).forEach((key) => {
    const value = attributes[key];
    if (key === "on") {
      Object.keys(value).forEach((event) => {
        made.addEventListener(event, value[event]);
      });
    } else if (value !== null && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  });
  made.append(...children.filter((child) => child !== null));
  return made;
}
