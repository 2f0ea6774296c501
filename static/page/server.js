// Requests to the server: as JSON, with the proof that they come from this page.

import { meta } from "./elements.js";

let token = meta(document, "csrf-token");

/**
 * Status and content of the answer. Throws an Error with the sentence `ended` where the session has ended, and a
 * TypeError where the server cannot be reached.
 * @param {"GET" | "POST"} method
 * @param {URL} target
 * @param {unknown} body
 * @param {string} ended
 * @param {boolean} [isFresh] The page's proof was renewed a moment ago.
 * @returns {Promise<{ status: number, told: any }>}
 */
export async function send(method, target, body, ended, isFresh = false) {
  /** @type {Record<string, string>} */
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(target, { method, headers, body: body && JSON.stringify(body), redirect: "manual" });
  if (answer.status === 401 || answer.type === "opaqueredirect") throw new Error(ended);
  if (answer.status === 400 && !isFresh && (await renewed())) return send(method, target, body, ended, true);
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
