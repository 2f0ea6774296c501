// The board lives: it asks for its state every few seconds, and a line that is typed is sent without a new page.

const EVERY = 1_500; // milliseconds
const ENDS = [401, 403, 404];
const live = document.getElementById("live");
const entry = /** @type {HTMLFormElement | null} */ (document.getElementById("entry"));
let tag = "";
let timer = 0;
let typed = 0;

/** What has the focus within the board, by what it is: it is drawn anew under the reader's hands. */
function focused() {
  const here = document.activeElement;
  return here && live?.contains(here) && (here.id || here.getAttribute("href") || here.getAttribute("data-site"));
}

/**
 * The board is drawn anew; scrolled parts stay where they are, and so does the focus.
 * @param {HTMLElement} board
 * @param {string} text
 */
function draw(board, text) {
  const places = [...board.querySelectorAll(".scroll")].map((part) => [part.scrollLeft, part.scrollTop]);
  const had = focused();
  board.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  board.querySelectorAll(".scroll").forEach((part, i) => {
    [part.scrollLeft, part.scrollTop] = places[i] ?? [0, 0];
  });
  if (!had) return;
  const again = [...board.querySelectorAll("[id], [href]")].find((one) =>
    [one.id, one.getAttribute("href")].includes(had),
  );
  if (again instanceof HTMLElement || again instanceof SVGElement) again.focus();
}

/** Somebody types a reason in the board: it is not drawn anew under their hands. */
const isTyping = () => live?.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement;

/**
 * Asks once; again later, unless the session has ended.
 * @param {HTMLElement} board
 */
async function look(board) {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const headers = /** @type {Record<string, string>} */ (tag ? { "If-None-Match": tag } : {});
    const answer = await fetch(board.dataset.address ?? "", { redirect: "manual", headers, cache: "no-store" });
    if (answer.type === "opaqueredirect" || ENDS.includes(answer.status)) return;
    if (answer.status === 200 && !isTyping()) {
      draw(board, await answer.text());
      tag = answer.headers.get("ETag") ?? "";
    }
  } catch {
    // the server cannot be reached now: perhaps the next time
  }
  timer = window.setTimeout(() => look(board), EVERY);
}

/**
 * The line is sent; what came of it is said under it.
 * @param {HTMLFormElement} form
 */
async function report(form) {
  const line = /** @type {HTMLInputElement} */ (form.elements.namedItem("line"));
  const told = /** @type {HTMLElement} */ (document.getElementById("entry-told"));
  if (!line.value.trim()) return;
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, redirect: "manual" });
    if (answer.type === "opaqueredirect" || !answer.headers.get("Content-Type")?.includes("json")) {
      form.submit(); // the session has ended, or the page is too old: the browser shows what is to be done
      return;
    }
    const said = await answer.json();
    told.textContent = said.told;
    told.className = said.is_good ? "" : "wrong";
    if (said.is_good) line.value = "";
    else line.select();
    if (live) look(live);
  } catch {
    form.submit();
  }
}

/**
 * What the line could go on with is offered.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} line
 */
async function offer(form, line) {
  const list = document.getElementById("entry-options");
  const target = new URL(form.dataset.complete ?? "", location.href);
  target.searchParams.set("q", line.value);
  try {
    const answer = await fetch(target, { redirect: "manual" });
    if (!answer.ok || !list) return;
    list.replaceChildren(
      ...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("option"),
    );
  } catch {
    // without an offer the line is typed in full
  }
}

if (live) {
  document.addEventListener("visibilitychange", () => look(live));
  timer = window.setTimeout(() => look(live), EVERY);
}
if (entry) {
  const line = /** @type {HTMLInputElement} */ (entry.elements.namedItem("line"));
  entry.addEventListener("submit", (event) => {
    event.preventDefault();
    report(entry);
  });
  line.addEventListener("input", () => {
    clearTimeout(typed);
    typed = window.setTimeout(() => offer(entry, line), 120);
  });
  line.focus();
}
