// The time to H goes on, by the server's clock at the moment when it drew the page.

const clock = /** @type {HTMLElement | null} */ (document.querySelector("[role=timer]"));
const DAY = 24 * 3600;

/** Two figures. @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** How far off H is: "H−6 d 07:12:05". @param {number} seconds since H */
function countdown(seconds) {
  const far = Math.abs(seconds);
  const days = Math.floor(far / DAY);
  const time = [Math.floor(far / 3600) % 24, Math.floor(far / 60) % 60, far % 60].map(two).join(":");
  return `H${seconds >= 0 ? "+" : "\u2212"}${days ? `${days} d ` : ""}${time}`;
}

if (clock) {
  const start = Date.parse(clock.dataset.now) - Date.parse(clock.dataset.at);
  const since = performance.now();
  const speed = Number(clock.dataset.speed ?? 1); // an exercise has a clock of its own
  setInterval(() => {
    clock.textContent = countdown(Math.trunc((start + (performance.now() - since) * speed) / 1000));
  }, 1000);
}
