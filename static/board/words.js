// The words of the board in the reader's language, and how something is told: in sight and to a screen reader.

import { byId } from "../page/elements.js";

export const words = byId("words", HTMLTemplateElement).dataset;
/** @type {Record<string, string>} A skill in a word. */
export const skills = JSON.parse(words.skills);
const note = byId("note", HTMLElement);
const live = byId("live", HTMLElement);

/**
 * Said above the board, and read aloud.
 * @param {string} text
 * @param {boolean} [isBad]
 */
export function say(text, isBad = false) {
  note.textContent = text;
  note.classList.toggle("bad", isBad);
}

/**
 * Read aloud alone; the same again is read again.
 * @param {string} text
 */
export function announce(text) {
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

/** Minutes from H: H, H+12, H−35. */
export const hMinutes = (/** @type {number} */ minute) =>
  minute === 0 ? "H" : `H${minute > 0 ? "+" : "\u2212"}${Math.abs(minute)}`;

const MINUTE = 60_000; // milliseconds
const DAY = 24 * 60 * MINUTE;
const hour = Date.parse(words.hour);
// A zone by name knows when its clocks change; a fixed offset is told by UTC, moved by the offset.
const offset = words.zone ? 0 : Number(words.offset) * MINUTE;
const shape = new Intl.DateTimeFormat("en-GB", {
  timeZone: words.zone || "UTC",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** Day, as milliseconds of its midnight in UTC, and clock time in the operation's zone. */
function dayAndTime(/** @type {number} */ minute) {
  const parts = Object.fromEntries(
    shape.formatToParts(hour + minute * MINUTE + offset).map(({ type, value }) => [type, value]),
  );
  const day = Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day));
  return { day, time: `${parts.hour}:${parts.minute}` };
}

/** Clock time in the operation's zone, with the days before or after H's. */
export function clock(/** @type {number} */ minute) {
  const { day, time } = dayAndTime(minute);
  const days = Math.round((day - dayAndTime(0).day) / DAY);
  return days ? `${time} (${days > 0 ? "+" : "\u2212"}${Math.abs(days)} d)` : time;
}

/** Clock time and minutes from H. */
export const moment = (/** @type {number} */ minute) => `${clock(minute)} ${hMinutes(minute)}`;
