/* The time slider: from the first departure to the last interview, a bar that shows the phases, and what is going on. */
"use strict";

/** A thin bar per phase, from its first to its last minute. */
HHour.phaseStrip = function (page) {
  var strip = HHour.el("div", { "class": "strip", "aria-hidden": "true" }, []);
  var length = Math.max(1, page.last - page.first);
  page.phases.forEach(function (phase) {
    var span = page.phaseSpans[phase];
    if (span) {
      var bar = HHour.el("span", { "class": "span", title: HHour.w(page.phaseWords[phase]) }, []);
      bar.style.left = 100 * (span[0] - page.first) / length + "%";
      bar.style.width = Math.max(0.4, 100 * (span[1] - span[0]) / length) + "%";
      bar.style.background = HHour.PHASES[phase].colour;
      strip.append(HHour.el("span", { "class": "lane" }, [bar]));
    }
  });
  return strip;
};

/** Marks under the slider: H and round hours, far enough apart to read. */
HHour.ticks = function (page, width) {
  var length = Math.max(1, page.last - page.first);
  var step = [15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880].filter(function (s) {
    return s * width / length >= 140;
  })[0] || 5760;
  var row = [];
  for (var minute = Math.ceil(page.first / step) * step; minute <= page.last - 120 * length / width || minute === 0 && page.last >= 0; minute += step) {
    var mark = HHour.el("span", { "class": minute === 0 ? "tick hour" : "tick" },
      [HHour.clock(minute) + " " + HHour.hMinutes(minute)]);
    mark.style.left = 100 * (minute - page.first) / length + "%";
    row.push(mark);
  }
  return row;
};

HHour.slider = function (page, changed) {
  var range = HHour.el("input", {
    type: "range", min: page.first, max: page.last, step: 1, value: page.minute, "aria-label": HHour.w("Time")
  }, []);
  var clock = HHour.el("div", { "class": "clock" }, []);
  var status = HHour.el("p", { "class": "status" }, []);
  var ticks = HHour.el("div", { "class": "ticks", "aria-hidden": "true" }, []);
  var timer = null;
  var show = function (minute) {
    page.minute = minute;
    range.value = minute;
    range.setAttribute("aria-valuetext", HHour.when(minute));
    clock.replaceChildren(HHour.el("b", {}, [HHour.clock(minute)]), HHour.el("span", {}, [HHour.hMinutes(minute)]));
    var counts = HHour.activity(page, minute);
    status.textContent = Object.keys(counts).filter(function (k) { return counts[k] > 0; }).map(function (k) {
      return HHour.w(page.activityWords[k]) + " " + counts[k];
    }).join(" · ") || HHour.w("Nothing under way");
    changed();
  };
  var stop = function () {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", HHour.w("Play"));
  };
  var play = HHour.el("button", { type: "button", "class": "play", "aria-label": HHour.w("Play"), on: {
    click: function () {
      if (timer !== null) {
        stop();
        return;
      }
      if (page.minute >= page.last) {
        page.minute = page.first;
      }
      var step = Math.max(1, Math.round((page.last - page.first) / 600));
      play.textContent = "❚❚";
      play.setAttribute("aria-label", HHour.w("Pause"));
      timer = setInterval(function () {
        show(Math.min(page.last, page.minute + step));
        if (page.minute >= page.last) {
          stop();
        }
      }, 60);
    }
  } }, ["▶"]);
  var toHour = HHour.el("button", { type: "button", "class": "hour", title: HHour.w("Go to H"), on: {
    click: function () { stop(); show(0); }
  } }, ["H"]);
  range.addEventListener("input", function () { stop(); show(Number(range.value)); });
  var lay = function () { ticks.replaceChildren.apply(ticks, HHour.ticks(page, ticks.clientWidth || 600)); };
  window.addEventListener("resize", lay);
  var bar = HHour.el("div", { "class": "slider", role: "group", "aria-label": HHour.w("Time slider") }, [
    HHour.el("div", { "class": "buttons" }, [play, toHour]), clock,
    HHour.el("div", { "class": "track" }, [status, HHour.phaseStrip(page), range, ticks])
  ]);
  L.DomEvent.disableClickPropagation(bar);
  L.DomEvent.disableScrollPropagation(bar);
  return { bar: bar, show: show, lay: lay };
};
