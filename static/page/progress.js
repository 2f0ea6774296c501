// Watches a plan being made: each event brings the state as the server draws it; the clock runs on in between.
"use strict";

{
  const box = document.getElementById("state");
  const events = new EventSource(box.dataset.events);
  const lost = document.getElementById("lost");
  let since = performance.now();

  const stamp = () => box.querySelector(".stamp")?.textContent ?? "";

  const tick = () => {
    const clock = box.querySelector("[data-seconds]");
    if (!clock) return;
    const seconds = Math.floor(Number(clock.dataset.seconds) + (performance.now() - since) / 1000);
    clock.textContent = clock.dataset.words.replace("{n}", seconds);
    const bar = box.querySelector("progress[max]");
    if (bar && bar.dataset.runs) bar.value = Math.min(seconds, bar.max);
  };

  events.addEventListener("open", () => { lost.hidden = true; });
  // The browser comes back by itself; only if that takes long is it worth a word.
  let trouble = 0;
  events.addEventListener("error", () => {
    clearTimeout(trouble);
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(() => location.reload(), 3000); // refused: the page itself says why, the log-in perhaps
      return;
    }
    trouble = setTimeout(() => { lost.hidden = events.readyState === EventSource.OPEN; }, 5000);
  });
  events.addEventListener("state", (event) => {
    lost.hidden = true;
    const before = stamp();
    box.innerHTML = event.data;
    if (document.title.startsWith(before)) document.title = stamp() + document.title.slice(before.length);
    since = performance.now();
    tick();
  });
  events.addEventListener("end", () => {
    events.close();
    location.reload();
  });
  setInterval(tick, 1000);
  tick();
}
