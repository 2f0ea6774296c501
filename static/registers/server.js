// Requests to the server about the rows of this page.

import { send } from "../page/server.js";
import { address, words } from "./page.js";

/**
 * Status and content of the answer. Throws an Error with a sentence where the session has ended.
 * @param {"GET" | "POST"} method
 * @param {unknown} [body]
 * @param {Record<string, string | number>} [query]
 * @param {string | URL} [at]
 */
export function call(method, body = null, query = {}, at = address) {
  const target = new URL(at, location.href);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value));
  return send(method, target, body, words.ended);
}
