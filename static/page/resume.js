// A form whose session has ended comes back with what was typed, once the same person has logged in again; it is not sent
// by itself. What was typed stays in this tab alone, without passwords, until the next page: the log-in page keeps it.
"use strict";

{
  const KEY = "h-hour-form";
  const SECRET = ["password", "file"]; // kinds of fields that are never kept
  const person = document.querySelector("meta[name=person]")?.content;
  const pathOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const isKept = (input) => input.name && input.name !== "csrf_token" && !SECRET.includes(input.type);

  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEY));
    } catch {
      return null;
    }
  };

  const valueOf = (input) => (["checkbox", "radio"].includes(input.type) ? input.checked : input.value);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const inputs = [...form.elements];
    if (form.method !== "post" || !person || inputs.some((input) => input.type === "password")) return;
    const fields = inputs.filter(isKept).filter((input) => input.tagName !== "BUTTON")
      .map((input) => [input.name, input.type === "checkbox" || input.type === "radio" ? input.value : "", valueOf(input)]);
    const isFile = inputs.some((input) => input.type === "file");
    sessionStorage.setItem(KEY, JSON.stringify({ person, path: pathOf(form), fields, isFile }));
  });

  // Of several forms that go to the same address, the one with the same hidden fields.
  function formOf(kept) {
    const forms = [...document.forms].filter((form) => form.method === "post" && pathOf(form) === kept.path);
    const isSame = (form) => [...form.elements].filter((input) => input.type === "hidden" && isKept(input))
      .every((input) => kept.fields.some(([name, , value]) => name === input.name && value === input.value));
    return forms.find(isSame) || (forms.length === 1 ? forms[0] : undefined);
  }

  function fill(form, fields) {
    const left = [...fields];
    for (const input of [...form.elements].filter(isKept)) {
      const isTick = ["checkbox", "radio"].includes(input.type);
      const place = left.findIndex(([name, of]) => name === input.name && (!isTick || of === input.value));
      if (place < 0) continue;
      const [[, , value]] = left.splice(place, 1);
      if (isTick) input.checked = value;
      else input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function show(form, isFile) {
    const told = document.createElement("p");
    const words = document.getElementById("resume").dataset;
    told.className = "alert alert-warning";
    told.id = "resumed";
    told.setAttribute("role", "status");
    told.textContent = isFile ? `${words.back} ${words.file}` : words.back;
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
}
