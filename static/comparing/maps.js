// The two maps move together: whichever is moved takes the other along.
"use strict";

{
  const frames = [...document.querySelectorAll(".maps iframe")];
  const mapOf = (frame) => {
    const page = frame.contentWindow.HHour;
    return page && page.map && page.ready ? page.map : null;
  };
  let leading = null; // the map that somebody moves; the other only follows

  const join = () => {
    const maps = frames.map(mapOf);
    if (maps.includes(null) || maps.length < 2) {
      setTimeout(join, 200);
      return;
    }
    const follow = (from, to) => {
      if (leading && leading !== from) return;
      leading = from;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      leading = null;
    };
    maps.forEach((map, i) => map.on("move zoom", () => follow(map, maps[1 - i])));
    follow(maps[1], maps[0]);
  };
  if (frames.length === 2) join();
}
