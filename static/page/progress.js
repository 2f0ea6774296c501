// Watches a plan being made, or a file being read: each event brings the state as the server draws it; the clock runs on in between.

import { byId } from "./elements.js";

const LOST = 5000; // milliseconds without a connection that are worth a word
const AGAIN = 3000; // milliseconds before a page that was refused is asked for again
const box = byId("state", HTMLElement);
const lost = byId("lost", HTMLElement);
const events = new EventSource(box.dataset.events);
let since = performance.now();

/** The seconds go on. */
function tick() {
  const clock = /** @type {HTMLElement | null} */ (box.querySelector("[data-seconds]"));
  if (!clock) return;
  const seconds = Math.floor(Number(clock.dataset.seconds) + (performance.now() - since) / 1000);
  clock.textContent = clock.dataset.words.replace("{n}", String(seconds));
}

/** The state in a word, with which the page's title begins. */
const stamp = () => box.querySelector(".stamp")?.textContent ?? "";

events.addEventListener("open", () => {
  lost.hidden = true;
});
// The browser comes back by itself.
let trouble = 0;
events.addEventListener("error", () => {
  clearTimeout(trouble);
  if (events.readyState === EventSource.CLOSED) {
    setTimeout(() => location.reload(), AGAIN); // refused: the page itself says why, the log-in perhaps
    return;
  }
  trouble = setTimeout(() => {
    lost.hidden = events.readyState === EventSource.OPEN;
  }, LOST);
});
// Where there is a list for them, each better answer stays to be read.
const better = document.getElementById("better");
const MOST_ANSWERS = 12;

/** An answer that was not told before goes on top, with the seconds after which it was found. */
function keepAnswer() {
  const answer = /** @type {HTMLElement | null} */ (box.querySelector("[data-answer]"))?.dataset.answer;
  if (!better || !answer || /** @type {HTMLElement | null} */ (better.firstElementChild)?.dataset.answer === answer)
    return;
  const line = document.createElement("li");
  line.dataset.answer = answer;
  line.textContent = [answer, box.querySelector("[data-seconds]")?.textContent].filter(Boolean).join(" · ");
  better.prepend(line);
  while (better.children.length > MOST_ANSWERS) better.lastElementChild?.remove();
  better.parentElement?.toggleAttribute("hidden", false);
}

events.addEventListener("state", (event) => {
  lost.hidden = true;
  const before = stamp();
  const focused = box.contains(document.activeElement) ? document.activeElement?.id : "";
  box.innerHTML = event.data;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true }); // whoever is on a button stays there
  if (document.title.startsWith(before)) document.title = stamp() + document.title.slice(before.length);
  since = performance.now();
  tick();
  keepAnswer();
});
events.addEventListener("end", () => {
  events.close();
  location.reload();
});
setInterval(tick, 1000);
tick();
keepAnswer();
