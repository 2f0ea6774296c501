// A form is sent once: its buttons rest while the answer is on its way. The server holds the same by itself.

import { meta } from "./elements.js";

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.classList.contains("once")) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});

// Back in the history the page comes as it was left: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) if (form.classList.contains("once")) delete form.dataset.sent;
});

// What htmx sends proves, like a form, that it comes from our own page.
document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = /** @type {CustomEvent<{ headers: Record<string, string> }>} */ (event).detail;
  headers["X-CSRFToken"] = meta(document, "csrf-token");
});
