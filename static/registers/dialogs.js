// One dialog for every question: a title, a body of elements, and buttons; it answers with the button that was pressed.
// A question within a question takes its place, and gives it back.
"use strict";

const Dialog = (() => {
  const dialog = document.getElementById("dialog");
  const part = (name) => document.getElementById(`dialog-${name}`);

  function element(tag, text, attributes = {}) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  const form = dialog.querySelector("form");
  const parts = () => ["title", "body", "wrong", "buttons"].map((name) => [part(name), [...part(name).childNodes]]);

  // What shows the present question again.
  function kept() {
    const held = parts();
    const { onclose } = dialog;
    const { onsubmit } = form;
    return () => {
      for (const [one, nodes] of held) one.replaceChildren(...nodes);
      dialog.onclose = onclose;
      form.onsubmit = onsubmit;
      dialog.showModal();
    };
  }

  // `buttons` are [name, text] in the order of importance; the answer is the name, or null.
  function ask(title, body, buttons, check = () => "") {
    const again = dialog.open ? kept() : () => {};
    part("title").replaceChildren(title);
    part("body").replaceChildren(...body);
    part("wrong").replaceChildren();
    return new Promise((resolve) => {
      let answer = null;
      let isChecking = false;
      const choose = async (name) => {
        if (isChecking) return;
        isChecking = true;
        const wrong = name === "cancel" ? "" : await check(name);
        isChecking = false;
        if (wrong) { part("wrong").replaceChildren(wrong); return; }
        answer = name;
        dialog.close();
      };
      // The first button is the one that Enter presses.
      const made = buttons.map(([name, text], place) => {
        const looks = place ? { type: "button", class: "btn" } : { type: "submit", class: "btn btn-primary" };
        const button = element("button", text, { ...looks, value: name });
        if (place) button.addEventListener("click", () => choose(name));
        return button;
      });
      part("buttons").replaceChildren(...made);
      form.onsubmit = (event) => { event.preventDefault(); choose(buttons[0][0]); };
      dialog.onclose = () => { again(); resolve(answer === "cancel" ? null : answer); };
      if (!dialog.open) dialog.showModal();
      (part("body").querySelector("input, select") || made[0]).focus();
    });
  }

  return { ask, element };
})();
