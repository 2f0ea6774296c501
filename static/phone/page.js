// The page of a unit's phone: draws what is known, with the reports that wait laid over it, and sends them.

import { byId, element, fill } from "../page/elements.js";
import { Outbox, outcomeOf } from "./outbox.js";
import { openStore } from "./store.js";

const POLL = 4000;
const UNDO = 10;
const DAY = 24 * 3600 * 1000;
const words = document.body.dataset;
const { base } = words;
const store = await openStore(base, words.idb);
const outbox = new Outbox(store, base, (faults) => note("refused", [words.refused, ...faults].join(" · ")));
/** @type {PhoneState | null} */
let state = await lastState();
outbox.clock = (await store.kept("clock")) ?? outbox.clock;
let isOver = false;
let isConnected = navigator.onLine;
/** @type {ReturnType<typeof setInterval> | undefined} */
let counting;

for (const button of document.querySelectorAll("button[data-code]")) {
  if (button instanceof HTMLButtonElement) button.addEventListener("click", () => alarm(button));
}
byId("message", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("note", HTMLTextAreaElement);
  if (field.value.trim()) report({ code: "text", note: field.value.trim() }, words.message);
  field.value = "";
});
byId("review-form", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const field of document.querySelectorAll("textarea[data-review]")) {
    if (!(field instanceof HTMLTextAreaElement) || !field.value.trim()) continue;
    const told = { code: field.dataset.review ?? "", note: field.value.trim() };
    field.value = "";
    await report(told, `${field.labels[0]?.textContent}: ${told.note}`);
  }
});
addEventListener("online", () => sync());
addEventListener("offline", () => network(false));
document.addEventListener("visibilitychange", () => document.hidden || sync());
if (isSecureContext) keepPage();
else note("word", words.insecure);
await draw();
await sync();
setInterval(sync, POLL);

/** The page and its files are kept by the worker, as they are now. */
async function keepPage() {
  const registration = await navigator.serviceWorker.register(`${base}worker.js`, { scope: base });
  const files = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const mine = files.filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/"));
  await navigator.serviceWorker.ready;
  registration.active?.postMessage({ files: [...new Set(mine.map(String))] });
}

/** The last state that the server has told; one of more than a day ago is deleted. */
async function lastState() {
  if (Date.now() - ((await store.kept("at")) ?? 0) < DAY) return (await store.kept("state")) ?? null;
  await store.keep("state", null);
  return null;
}

/** What waits is sent, and the state is asked for. */
async function sync() {
  if (isOver) return;
  const isStandDown = (await store.waiting()).some((one) => one.row.code === "stand_down");
  const outcome = await outbox.send();
  if (outcome === "gone") return end(words.gone);
  if (outcome === "sent" && isStandDown) return end(words.wiped);
  if (outcome === "locked") return note("word", words.locked, base);
  try {
    const asked = new URL(`${base}state`, location.href);
    asked.searchParams.set("mark", state?.mark ?? "");
    const answer = await fetch(asked, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
    const told = outcomeOf(answer.status === 204 ? 200 : answer.status);
    if (told === "gone") return end(words.gone);
    if (told === "locked") return note("word", words.locked, base);
    if (answer.status === 200) {
      state = await answer.json();
      await store.keep("state", state);
      outbox.clock = { here: Date.now(), there: Date.parse(state.now), speed: state.speed };
      await store.keep("clock", outbox.clock);
    }
    if (told === "sent") await store.keep("at", Date.now());
    network(told === "sent");
  } catch {
    network(false);
    if (isSecureContext) state = await lastState();
  }
  await draw();
}

/**
 * A report waits from now on, and is sent.
 * @param {Partial<PhoneReport> & { code: string }} told
 * @param {string} word
 */
async function report(told, word) {
  const entry = await outbox.add(told, word);
  if (!entry) return;
  navigator.vibrate?.(40);
  note("refused", "");
  await draw();
  if (told.code !== "void" && told.code !== "stand_down") offerUndo(entry.id, word);
  await sync();
}

/**
 * Alarms and the stand-down ask for a second tap.
 * @param {HTMLButtonElement} button
 */
function alarm(button) {
  const word = button.dataset.word ?? button.textContent;
  button.dataset.word = word;
  if (button.classList.toggle("sure")) {
    button.textContent = fill(words.sure, { word });
    setTimeout(() => {
      button.classList.remove("sure");
      button.textContent = word;
    }, 5000);
    return;
  }
  button.textContent = word;
  report({ code: button.dataset.code }, word);
}

/**
 * For ten seconds the report can be withdrawn by one tap.
 * @param {string} id
 * @param {string} word
 */
function offerUndo(id, word) {
  const button = byId("undo", HTMLButtonElement);
  let left = UNDO;
  const show = () => {
    button.textContent = fill(words.undo, { word, n: left });
    button.hidden = left <= 0;
    if (left <= 0) clearInterval(counting);
    left -= 1;
  };
  clearInterval(counting);
  counting = setInterval(show, 1000);
  button.onclick = () => {
    left = 0;
    show();
    report({ code: "void", corrects: id }, words.undone);
  };
  show();
}

/** Everything that is known, with what waits laid over it. */
async function draw() {
  if (isOver) return;
  const rows = await store.waiting();
  const gone = new Set(rows.map((one) => one.row.corrects));
  const mine = rows.filter((one) => one.row.code !== "void" && !gone.has(one.id));
  byId("network", HTMLElement).textContent = networkWords(rows.length);
  const own = state?.own;
  byId("work", HTMLElement).hidden = !own;
  if (isSecureContext || own) {
    const why = state?.h ? (state.release_at || !own ? fill(words.early, { h: moment(state.h) }) : words.none) : "";
    note("word", isSecureContext ? (own ? "" : why) : words.insecure);
  }
  if (!own) return;
  const steps = overlaid(own.steps, mine);
  const next = steps.find((one) => !one.said && !one.is_over);
  drawNext(own, next);
  drawCommand(own, mine);
  const drawn = steps.map((one) => {
    const text = one.said
      ? fill(words.at, { word: one.word, time: one.said })
      : `${one.word} · ${fill(words.planned, { time: one.planned, h: one.h })}`;
    return element("li", `${text} · ${placeOf(own, one.place)}`, one.said || one.is_over ? { class: "done" } : {});
  });
  byId("steps", HTMLOListElement).replaceChildren(...drawn);
  byId("suspects", HTMLElement).replaceChildren(
    ...own.sites.flatMap((site) => site.suspects.map((one) => suspectCard(site, one, mine))),
  );
  byId("sites", HTMLElement).replaceChildren(...own.sites.map(siteCard));
  byId("free", HTMLElement).replaceChildren(
    ...own.free.map((one) => choice(one.word, { code: one.code, site: own.sites[0]?.id ?? "" })),
  );
  drawReviews(own, mine);
  const people = own.people.map((one) => [one.name, one.id, one.phone].filter(Boolean).join(" · "));
  const facts = own.facts.map(([name, text]) => `${name}: ${text}`);
  byId("people", HTMLUListElement).replaceChildren(
    ...[...people, ...own.vehicles, ...facts].map((text) => element("li", text)),
  );
}

/**
 * Once the unit is debriefed it is asked what was learnt; what it said stands below, what waits to be sent too.
 * @param {PhonePart} own
 * @param {import("./store.js").Waiting[]} mine
 */
function drawReviews(own, mine) {
  const waits = mine.filter(({ row }) => byId("review-form", HTMLFormElement).querySelector(`#${row.code}`));
  const isEarly = !own.is_debriefed && !mine.some(({ row }) => row.code === "debriefed");
  byId("review", HTMLElement).hidden = isEarly;
  byId("review-send", HTMLButtonElement).hidden = isEarly;
  const told = [...own.reviews, ...waits.map((one) => one.word)];
  byId("reviews", HTMLUListElement).replaceChildren(...told.map((text) => element("li", text)));
}

/**
 * The large button says the next step.
 * @param {PhonePart} own
 * @param {PhoneStep | undefined} next
 */
function drawNext(own, next) {
  const button = byId("next", HTMLButtonElement);
  button.disabled = !next || own.is_out;
  button.replaceChildren(next ? next.word : words.done);
  button.onclick = null;
  if (!next) return;
  const about = fill(words.planned, { time: next.planned, h: next.h });
  button.append(element("small", `${words.next}: ${placeOf(own, next.place)} · ${about}`));
  const where = next.code === "lodged" ? { place: next.place } : { site: next.place };
  button.onclick = () => report({ code: next.code, ...where }, next.word);
}

/**
 * The decision of command that holds, until the unit has acknowledged it.
 * @param {PhonePart} own
 * @param {import("./store.js").Waiting[]} mine
 */
function drawCommand(own, mine) {
  const { command } = own;
  const isHeard = !command || command.is_heard || mine.some(({ row }) => row.condition === command.condition);
  byId("command", HTMLElement).hidden = !command;
  byId("heard", HTMLButtonElement).hidden = isHeard;
  if (!command) return;
  byId("command-word", HTMLElement).textContent = fill(words.command, { word: command.word });
  byId("heard", HTMLButtonElement).onclick = () =>
    report({ code: "heard", condition: command.condition }, command.word);
}

/**
 * The steps, those that wait to be sent said already, and what lies before a later one behind the unit.
 * @param {PhoneStep[]} steps
 * @param {import("./store.js").Waiting[]} mine
 */
function overlaid(steps, mine) {
  const said = steps.map((one) => {
    const waits = mine.find(({ row }) => row.code === one.code && (row.site || row.place) === one.place);
    return one.said || !waits ? one : { ...one, said: time(waits.row.at) };
  });
  const last = said.findLastIndex((one) => one.said);
  return said.map((one, i) => (i < last ? { ...one, is_over: true } : one));
}

/**
 * @param {PhoneSite} site
 * @param {PhoneSuspect} one
 * @param {import("./store.js").Waiting[]} mine
 */
function suspectCard(site, one, mine) {
  const card = element("div", null, { class: "card" });
  const waits = mine.findLast(({ row }) => row.suspect === one.id);
  card.append(element("strong", one.name), element("span", [one.id, ...one.seen].join(" · ")));
  const status = waits ? fill(words.at, { word: waits.word, time: time(waits.row.at) }) : one.word;
  if (status) card.append(element("p", status, { class: "status" }));
  const choices = element("div", null, { class: "choices" });
  choices.append(
    ...one.choices.map((each) => choice(each.word, { code: each.code, site: site.id, suspect: one.id }, one.name)),
  );
  card.append(choices);
  return card;
}

/** @param {PhoneSite} site */
function siteCard(site) {
  const card = element("div", null, { class: "card" });
  card.append(element("strong", site.address), element("span", site.id));
  const list = element("dl");
  for (const [name, text] of site.facts) list.append(element("dt", name), element("dd", text));
  if (site.facts.length) card.append(list);
  return card;
}

/**
 * A button that reports something.
 * @param {string} word
 * @param {Partial<PhoneReport> & { code: string }} told
 * @param {string} [who]
 */
function choice(word, told, who) {
  const button = element("button", word, { type: "button" });
  if (who) button.setAttribute("aria-label", `${word}: ${who}`);
  button.addEventListener("click", () => report(told, word));
  return button;
}

/**
 * @param {PhonePart} own
 * @param {string} place
 */
function placeOf(own, place) {
  return own.places[place] ?? place;
}

/** @param {string} at */
function time(at) {
  return shown(at, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** @param {string} at */
function moment(at) {
  return shown(at, { dateStyle: "medium", timeStyle: "short" });
}

/**
 * By the clocks of the operation; a phone that does not know them shows its own.
 * @param {string} at
 * @param {Intl.DateTimeFormatOptions} form
 */
function shown(at, form) {
  const lang = document.documentElement.lang;
  try {
    return new Date(at).toLocaleString(lang, { ...form, timeZone: state?.zone });
  } catch {
    return new Date(at).toLocaleString(lang, form);
  }
}

/** @param {boolean} isThere */
function network(isThere) {
  isConnected = isThere;
  byId("network", HTMLElement).classList.toggle("offline", !isThere);
}

/** @param {number} n */
function networkWords(n) {
  if (!isConnected) return fill(words.offline, { n });
  return n ? fill(words.sent, { n }) : words.online;
}

/**
 * A sentence for whoever holds the phone, with a way on where there is one; without one nothing.
 * @param {"word" | "refused"} id
 * @param {string} sentence
 * @param {string} [address]
 */
function note(id, sentence, address) {
  const place = byId(id, HTMLElement);
  place.hidden = !sentence;
  place.replaceChildren(address ? element("a", sentence, { href: address }) : sentence);
}

/**
 * Nothing of the operation stays on this phone.
 * @param {string} sentence
 */
async function end(sentence) {
  isOver = true;
  const lost = (await store.waiting()).filter((one) => one.row.code !== "stand_down");
  await store.wipe();
  if (isSecureContext) {
    await caches.delete(`h-hour ${base}`);
    await (await navigator.serviceWorker.getRegistration(base))?.unregister();
  }
  const told = [element("p", sentence, { role: "alert", id: "ended" })];
  if (lost.length) told.push(element("p", [words.unsent, ...lost.map((one) => one.word)].join(" ")));
  document.body.replaceChildren(...told);
}
