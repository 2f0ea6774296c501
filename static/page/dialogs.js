// One dialog for every question: a title, a body of elements, and buttons; it answers with the button that was pressed.
// A question within a question takes its place, and gives it back.

import { byId, element } from "./elements.js";

const dialog = byId("dialog", HTMLDialogElement);
const form = dialog.querySelector("form");
const part = (/** @type {string} */ name) => byId(`dialog-${name}`, HTMLElement);

/** What shows the present question again. */
function kept() {
  const held = ["title", "body", "wrong", "buttons"].map((name) => ({
    at: part(name),
    nodes: [...part(name).childNodes],
  }));
  const { onclose } = dialog;
  const { onsubmit } = form;
  return () => {
    for (const { at, nodes } of held) at.replaceChildren(...nodes);
    dialog.onclose = onclose;
    form.onsubmit = onsubmit;
    dialog.showModal();
  };
}

/**
 * The name of the button that was pressed; null for "cancel", Escape, and a closed dialog.
 * @param {string} title
 * @param {HTMLElement[]} body
 * @param {[string, string][]} buttons Name and text, in the order of importance; Enter presses the first.
 * @param {(name: string) => string | Promise<string>} [check] What is wrong with the answer; nothing closes the dialog.
 * @returns {Promise<string | null>}
 */
export function ask(title, body, buttons, check = () => "") {
  const again = dialog.open ? kept() : () => {};
  part("title").replaceChildren(title);
  part("body").replaceChildren(...body);
  part("wrong").replaceChildren();
  return new Promise((resolve) => {
    /** @type {string | null} */
    let answer = null;
    let isChecking = false;
    const choose = async (/** @type {string} */ name) => {
      if (isChecking) return;
      isChecking = true;
      const wrong = name === "cancel" ? "" : await check(name);
      isChecking = false;
      if (wrong) {
        part("wrong").replaceChildren(wrong);
        return;
      }
      answer = name;
      dialog.close();
    };
    const made = buttons.map(([name, text], place) => {
      const looks = place ? { type: "button", class: "btn" } : { type: "submit", class: "btn btn-primary" };
      const button = element("button", text, { ...looks, value: name });
      if (place) button.addEventListener("click", () => choose(name));
      return button;
    });
    part("buttons").replaceChildren(...made);
    form.onsubmit = (event) => {
      event.preventDefault();
      choose(buttons[0][0]);
    };
    dialog.onclose = () => {
      again();
      resolve(answer === "cancel" ? null : answer);
    };
    if (!dialog.open) dialog.showModal();
    const first = /** @type {HTMLElement | null} */ (part("body").querySelector("input, select"));
    (first ?? made[0]).focus();
  });
}
