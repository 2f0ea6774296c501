// A form whose session has ended comes back with what was typed, once the same person has logged in again; it is not sent
// by itself. What was typed stays in this tab alone, without passwords, until the next page: the log-in page keeps it.

import { byId, element, meta } from "./elements.js";

/**
 * A field as it is kept: its name; of a tick, which of several; what was typed or ticked.
 * @typedef {[name: string, of: string, value: string | boolean]} Field
 * @typedef {{ person: string, path: string, fields: Field[], isFile: boolean, isLost?: boolean }} Kept
 */

const KEY = "h-hour-form";
const SECRET = ["password", "file"]; // kinds of fields that are never kept
const person = meta(document, "person");

const inputsOf = (/** @type {HTMLFormElement} */ form) => /** @type {HTMLInputElement[]} */ ([...form.elements]);
const pathOf = (/** @type {HTMLFormElement} */ form) =>
  new URL(form.getAttribute("action") || location.href, location.href).pathname;
const isKept = (/** @type {HTMLInputElement} */ input) =>
  input.name && input.name !== "csrf_token" && !SECRET.includes(input.type);
const isTick = (/** @type {HTMLInputElement} */ input) => ["checkbox", "radio"].includes(input.type);

/** @returns {Kept | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const inputs = inputsOf(form);
  if (form.method !== "post" || !person || inputs.some((input) => input.type === "password")) return;
  const fields = inputs
    .filter((input) => isKept(input) && input.tagName !== "BUTTON")
    .map((input) => [input.name, isTick(input) ? input.value : "", isTick(input) ? input.checked : input.value]);
  const isFile = inputs.some((input) => input.type === "file");
  sessionStorage.setItem(KEY, JSON.stringify({ person, path: pathOf(form), fields, isFile }));
});

/**
 * Of several forms that go to the same address, the one with the same hidden fields.
 * @param {Kept} kept
 */
function formOf(kept) {
  const forms = [...document.forms].filter((form) => form.method === "post" && pathOf(form) === kept.path);
  const isSame = (/** @type {HTMLFormElement} */ form) =>
    inputsOf(form)
      .filter((input) => input.type === "hidden" && isKept(input))
      .every((input) => kept.fields.some(([name, , value]) => name === input.name && value === input.value));
  return forms.find(isSame) || (forms.length === 1 ? forms[0] : undefined);
}

/**
 * @param {HTMLFormElement} form
 * @param {Field[]} fields
 */
function fill(form, fields) {
  const left = [...fields];
  for (const input of inputsOf(form).filter(isKept)) {
    const place = left.findIndex(([name, of]) => name === input.name && (!isTick(input) || of === input.value));
    if (place < 0) continue;
    const [[, , value]] = left.splice(place, 1);
    if (isTick(input)) input.checked = Boolean(value);
    else input.value = String(value);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {boolean} isFile
 */
function show(form, isFile) {
  const words = byId("resume", HTMLTemplateElement).dataset;
  const text = isFile ? `${words.back} ${words.file}` : words.back;
  const told = element("p", text, { class: "alert alert-warning", id: "resumed", role: "status" });
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  form.prepend(told);
  told.scrollIntoView({ block: "center" });
}

const kept = read();
if (kept && document.getElementById("login")) {
  sessionStorage.setItem(KEY, JSON.stringify({ ...kept, isLost: true }));
} else if (kept) {
  const form = kept.isLost && kept.person === person ? formOf(kept) : undefined;
  sessionStorage.removeItem(KEY);
  if (form) {
    fill(form, kept.fields);
    show(form, kept.isFile);
  }
}
