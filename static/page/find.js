// The key / leads to the search box from anywhere on a page but a field that takes letters.

import { byId } from "./elements.js";
import { onKey } from "./shortcuts.js";

onKey("/", () => {
  const box = byId("find", HTMLInputElement);
  box.focus();
  box.select();
});
