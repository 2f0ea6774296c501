// The time slider: from the first departure to the last interview, a bar that shows the phases, and what is going on.

import { activityAt } from "./movers.js";
import { PHASES } from "./shapes.js";
import { clock, el, hMinutes, w, when } from "./time.js";

/**
 * A thin bar per phase, from its first to its last minute.
 * @param {MapPage} page
 */
function phaseStrip(page) {
  const strip = el("div", { class: "strip", "aria-hidden": "true" }, []);
  const length = Math.max(1, page.last - page.first);
  page.phases.forEach((phase) => {
    const span = page.phaseSpans[phase];
    if (span) {
      const bar = el("span", { class: "span", title: w(page.phaseWords[phase]) }, []);
      bar.style.left = `${(100 * (span[0] - page.first)) / length}%`;
      bar.style.width = `${Math.max(0.4, (100 * (span[1] - span[0])) / length)}%`;
      bar.style.background = PHASES[phase].colour;
      strip.append(el("span", { class: "lane" }, [bar]));
    }
  });
  return strip;
}

/**
 * Marks under the slider: H and round hours, far enough apart to read.
 * @param {MapPage} page
 * @param {number} width
 */
function tickMarks(page, width) {
  const length = Math.max(1, page.last - page.first);
  const step = [15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880].filter((s) => (s * width) / length >= 140)[0] || 5760;
  const row = [];
  for (
    let minute = Math.ceil(page.first / step) * step;
    minute <= page.last - (120 * length) / width || (minute === 0 && page.last >= 0);
    minute += step
  ) {
    const mark = el("span", { class: minute === 0 ? "tick hour" : "tick" }, [`${clock(minute)} ${hMinutes(minute)}`]);
    mark.style.left = `${(100 * (minute - page.first)) / length}%`;
    row.push(mark);
  }
  return row;
}

/**
 * @param {MapPage} page
 * @param {() => void} changed
 */
export function timeSlider(page, changed) {
  const range = el(
    "input",
    {
      type: "range",
      min: page.first,
      max: page.last,
      step: 1,
      value: page.minute,
      "aria-label": w("Time"),
    },
    [],
  );
  const face = el("div", { class: "clock" }, []);
  const status = el("p", { class: "status" }, []);
  const ticks = el("div", { class: "ticks", "aria-hidden": "true" }, []);
  /** @type {ReturnType<typeof setInterval> | null} */
  let timer = null;
  const show = (/** @type {number} */ minute) => {
    page.minute = minute;
    range.value = String(minute);
    range.setAttribute("aria-valuetext", when(minute));
    face.replaceChildren(el("b", {}, [clock(minute)]), el("span", {}, [hMinutes(minute)]));
    const counts = activityAt(page, minute);
    status.textContent =
      Object.keys(counts)
        .filter((k) => counts[k] > 0)
        .map((k) => `${w(page.activityWords[k])} ${counts[k]}`)
        .join(" · ") || w("Nothing under way");
    changed();
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", w("Play"));
  };
  const play = el(
    "button",
    {
      type: "button",
      class: "play",
      "aria-label": w("Play"),
      on: {
        click: () => {
          if (timer !== null) {
            stop();
            return;
          }
          if (page.minute >= page.last) {
            page.minute = page.first;
          }
          const step = Math.max(1, Math.round((page.last - page.first) / 600));
          play.textContent = "❚❚";
          play.setAttribute("aria-label", w("Pause"));
          timer = setInterval(() => {
            show(Math.min(page.last, page.minute + step));
            if (page.minute >= page.last) {
              stop();
            }
          }, 60);
        },
      },
    },
    ["▶"],
  );
  const toHour = el(
    "button",
    {
      type: "button",
      class: "hour",
      title: w("Go to H"),
      on: {
        click: () => {
          stop();
          show(0);
        },
      },
    },
    ["H"],
  );
  range.addEventListener("input", () => {
    stop();
    show(Number(range.value));
  });
  const lay = () => {
    ticks.replaceChildren(...tickMarks(page, ticks.clientWidth || 600));
  };
  window.addEventListener("resize", lay);
  const bar = el("div", { class: "slider", role: "group", "aria-label": w("Time slider") }, [
    el("div", { class: "buttons" }, [play, toHour]),
    face,
    el("div", { class: "track" }, [status, phaseStrip(page), range, ticks]),
  ]);
  L.DomEvent.disableClickPropagation(bar);
  L.DomEvent.disableScrollPropagation(bar);
  return { bar, show, lay };
}
