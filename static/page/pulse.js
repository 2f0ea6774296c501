// Who else is here, and what others have done since the page was made. It tells, and never reloads by itself.

const EVERY = 15_000; // milliseconds
const NO_MORE = 286; // the status by which the server ends the asking
const ENDS = [401, 403, 404, NO_MORE];
const box = document.getElementById("pulse");
let asked = -EVERY;
let timer = 0;
let told = "";

/**
 * The line says this; what it said already is not said again.
 * @param {HTMLElement} line
 * @param {string} text
 */
function say(line, text) {
  if (text === told) return;
  told = text;
  const hadFocus = line.contains(document.activeElement);
  line.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  const show = /** @type {HTMLAnchorElement | null} */ (line.querySelector("a.show"));
  if (!show) return;
  show.href = line.dataset.here ?? "";
  if (hadFocus) show.focus();
}

/**
 * Asks once; again later, unless the server or the end of the session says no.
 * @param {HTMLElement} line
 */
async function ask(line) {
  clearTimeout(timer);
  if (document.hidden) return;
  asked = performance.now();
  try {
    const answer = await fetch(line.dataset.address ?? "", { redirect: "manual" });
    if (answer.ok) say(line, (await answer.text()).trim());
    if (answer.type === "opaqueredirect" || ENDS.includes(answer.status)) {
      document.removeEventListener("visibilitychange", look);
      return;
    }
  } catch {
    // the server cannot be reached now: perhaps the next time
  }
  timer = setTimeout(look, EVERY);
}

/** Asks as soon as it is time, while somebody can see the page. */
function look() {
  if (!box || document.hidden) return;
  clearTimeout(timer);
  const wait = asked + EVERY - performance.now();
  if (wait > 50) timer = setTimeout(look, wait);
  else ask(box);
}

if (box) {
  document.addEventListener("visibilitychange", look);
  look();
}
