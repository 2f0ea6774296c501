// Requests to the server: as JSON, with the proof that they come from this page.

import { meta } from "../page/elements.js";
import { address, words } from "./page.js";

let token = meta(document, "csrf-token");

/**
 * Status and content of the answer. Throws an Error with a sentence where the session has ended.
 * @param {"GET" | "POST"} method
 * @param {unknown} [body]
 * @param {Record<string, string | number>} [query]
 * @param {string | URL} [at]
 * @param {boolean} [isFresh] The page's proof was renewed a moment ago.
 * @returns {Promise<{ status: number, told: any }>}
 */
export async function call(method, body = null, query = {}, at = address, isFresh = false) {
  const target = new URL(at, location.href);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value));
  /** @type {Record<string, string>} */
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(target, { method, headers, body: body && JSON.stringify(body), redirect: "manual" });
  if (answer.status === 401 || answer.type === "opaqueredirect") throw new Error(words.ended);
  if (answer.status === 400 && !isFresh && (await renewed())) return call(method, body, query, at, true);
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  return { status: answer.status, told };
}

/** The same person has logged in again in another tab: the page as it is now has a token that holds. */
async function renewed() {
  const text = await (await fetch(location.href, { redirect: "manual" })).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const [old, now] = [token, meta(page, "csrf-token")];
  if (now && meta(page, "person") === meta(document, "person")) token = now;
  return token !== old;
}
