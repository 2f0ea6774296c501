/* Minutes from H as clock time and as H with minutes, and words in the page's language.
   The same two formats as planner.render.formatting: a test compares them minute by minute. */
"use strict";
var HHour = {};

/** The page's words and the operation's clock, set once by HHour.start. */
HHour.page = null;

/** A sentence in the page's language; a missing one is an error, seen by the browser tests. */
HHour.w = function (sentence) {
  var found = HHour.page.words[sentence];
  if (found === undefined) {
    console.error("no words for: " + sentence);
    return sentence;
  }
  return found;
};

/** A sentence with {names} filled in. */
HHour.say = function (sentence, values) {
  return HHour.w(sentence).replace(/\{(\w+)\}/g, function (whole, name) {
    return name in values ? String(values[name]) : whole;
  });
};

/** Clock time of a minute, with a day mark when it is not H's date: "06:00", "23:10 (−1 d)". */
HHour.clock = function (minute) {
  var rows = HHour.page.clocks; // [from this minute on, minutes to be added], rarely more than one
  var row = rows.filter(function (other) { return other[0] <= minute; }).pop() || rows[0];
  var all = row[1] + minute;
  var day = Math.floor(all / 1440);
  var left = all - day * 1440;
  var text = String(Math.floor(left / 60)).padStart(2, "0") + ":" + String(left % 60).padStart(2, "0");
  return day === 0 ? text : text + " (" + (day > 0 ? "+" : "−") + Math.abs(day) + " d)";
};

/** "H", "H+12", "H−35". */
HHour.hMinutes = function (minute) {
  return minute === 0 ? "H" : "H" + (minute > 0 ? "+" : "−") + Math.abs(minute);
};

/** Both, as they stand everywhere. */
HHour.when = function (minute) {
  return HHour.clock(minute) + " (" + HHour.hMinutes(minute) + ")";
};

/** A new element with attributes and children; strings become text, never markup. */
HHour.el = function (name, attributes, children) {
  var made = document.createElement(name);
  Object.keys(attributes || {}).forEach(function (key) {
    var value = attributes[key];
    if (key === "on") {
      Object.keys(value).forEach(function (event) { made.addEventListener(event, value[event]); });
    } else if (value !== null && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  });
  (children || []).forEach(function (child) {
    if (child !== null) {
      made.append(child);
    }
  });
  return made;
};
