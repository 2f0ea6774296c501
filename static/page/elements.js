// Elements of a page: found by what they are, made of text alone.

/**
 * The element with this id. Throws where the page has none of this kind.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} "${id}"`);
}

/**
 * A new element with text and attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string | null} [text]
 * @param {Record<string, string | number>} [attributes]
 */
export function element(tag, text = null, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * The text with its values in place of {their names}.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => String(values[name]));

/**
 * What the page says of itself in its head.
 * @param {Document} page
 * @param {string} name
 */
export const meta = (page, name) => page.querySelector(`meta[name=${name}]`)?.getAttribute("content") ?? "";
