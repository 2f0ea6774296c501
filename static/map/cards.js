// What a pop-up says about a site or a place. All text enters as text nodes.

import { state } from "./state.js";
import { el, say, w, when } from "./time.js";

/**
 * @param {string} title
 * @param {string} subtitle
 * @param {Child[]} parts
 */
function cardOf(title, subtitle, parts) {
  const head = [el("h2", {}, [title]), subtitle ? el("p", { class: "subtitle" }, [subtitle]) : null];
  return el("section", { class: "card", "aria-label": title }, [...head, ...parts]);
}

/**
 * Rows of term and description; rows without a description are left out.
 * @param {[string, string | number | null][]} rows
 */
function factList(rows) {
  const list = el("dl", {}, []);
  rows.forEach((row) => {
    if (row[1] !== null && row[1] !== undefined && row[1] !== "") {
      list.append(el("dt", {}, [row[0]]), el("dd", {}, [String(row[1])]));
    }
  });
  return list;
}

/**
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
function tableOf(head, rows) {
  /** @type {(name: "th" | "td", row: (string | number)[]) => HTMLElement[]} */
  const cells = (name, row) => row.map((text) => el(name, name === "th" ? { scope: "col" } : {}, [String(text)]));
  return el("div", { class: "scroll" }, [
    el("table", {}, [
      el("thead", {}, [el("tr", {}, cells("th", head))]),
      el(
        "tbody",
        {},
        rows.map((row) => el("tr", {}, cells("td", row))),
      ),
    ]),
  ]);
}

/** @param {number} index */
function teamName(index) {
  return state.page.teams[index].id;
}

/**
 * Known needs in words; free skills as they are.
 * @param {[string, number][]} needs
 */
function needsText(needs) {
  return needs
    .map((row) => `${Object.hasOwn(state.page.needWords, row[0]) ? state.page.needWords[row[0]] : row[0]} ${row[1]}`)
    .join(" · ");
}

/** @param {MapSuspect} row */
function warrantText(row) {
  if (row.warrant === null) {
    return w("no warrant");
  }
  return row.chargeable ? row.warrant : `${row.warrant} (${w("expires before H")})`;
}

/** @param {MapSite} site */
export function siteCard(site) {
  const page = state.page;
  const raid = site.raid;
  const missed = site.suspects.filter((row) => row.reason);
  /** @type {Child[]} */
  const parts = [
    tableOf(
      [w("Suspect"), w("Priority"), w("Warrant")],
      site.suspects.map((row) => [row.name, row.priority, warrantText(row)]),
    ),
  ];
  if (raid) {
    parts.push(
      factList([
        [w("Team"), teamName(site.team)],
        [
          w("Squad"),
          say("{unit}: officers {n}, vehicles {vehicles}", {
            unit: raid.unit,
            n: raid.officers,
            vehicles: raid.vehicles,
          }),
        ],
        [w("Needs"), needsText(site.needs)],
        [w("Raid"), `${when(raid.start)} – ${when(raid.end)}`],
        [
          w("Detainees"),
          raid.handovers
            .map((row) =>
              say("{n} escorted by {unit}, {when}, to {place}", {
                n: row[0],
                unit: row[1],
                when: when(row[2]),
                place: page.points[row[3]].name,
              }),
            )
            .join("; "),
        ],
        [
          w("Scene guards"),
          raid.guards ? say("{n} until {when}", { n: raid.guards[0], when: when(raid.guards[1]) }) : "",
        ],
        [
          w("Scene examination"),
          site.exam
            ? raid.exam
              ? `${raid.exam[0]}, ${when(raid.exam[1])} – ${when(raid.exam[2])}`
              : w("not planned")
            : "",
        ],
      ]),
    );
  } else {
    parts.push(factList([[w("Needs"), needsText(site.needs)]]));
  }
  missed.forEach((row) => {
    parts.push(
      el("p", { class: "missed" }, [say("Not covered: {name}: {reason}", { name: row.name, reason: row.reason })]),
    );
  });
  if (page.siteLinks.length) {
    parts.push(
      el(
        "p",
        { class: "links" },
        page.siteLinks.flatMap((link, n) => {
          const leads = el("a", { href: link[1] + encodeURIComponent(site.id), target: "_top" }, [link[0]]);
          return n ? [" · ", leads] : [leads];
        }),
      ),
    );
  }
  return cardOf(
    `${site.id} · ${site.address}`,
    page.cities[site.city].name +
      " · " +
      { low: w("risk low"), medium: w("risk medium"), high: w("risk high") }[site.risk],
    parts,
  );
}

/** @param {MapPlace} place */
export function placeCard(place) {
  /** @type {Child[]} */
  let parts = [];
  if (place.kind === "custody") {
    parts.push(
      factList([
        [w("Cells used"), `${place.cellsUsed} / ${place.cells}`],
        [w("Interview rooms used"), `${place.roomsUsed} / ${place.rooms}`],
      ]),
    );
    parts.push(
      tableOf(
        [w("Arrives"), w("Suspect"), w("Escorted by"), w("First interview")],
        place.rows.map((row) => [
          when(row[0]),
          row[1],
          row[2],
          row[3] === null ? "–" : `${when(row[3])}, ${say("room {n}", { n: row[4] })}`,
        ]),
      ),
    );
  } else if (place.kind === "assembly") {
    parts.push(
      tableOf(
        [w("Team"), w("Team commander"), w("Squads"), w("Briefing")],
        place.rows.map((row) => [teamName(row[0]), row[1], row[2], `${when(row[3])} – ${when(row[4])}`]),
      ),
    );
  } else {
    parts.push(
      tableOf(
        [w("Departs"), w("Unit"), w("Officers"), w("To")],
        place.rows.map((row) => [when(row[0]), row[1], row[2], state.page.points[row[3]].name]),
      ),
    );
  }
  if (!place.used) {
    parts = [el("p", {}, [w("Not used in this plan")]), ...(place.kind === "custody" ? parts.slice(0, 1) : [])];
  }
  return cardOf(
    `${place.id} · ${place.name}`,
    state.page.cities[place.city].name +
      " · " +
      { assembly: w("Assembly point"), base: w("Base"), custody: w("Custody place") }[place.kind],
    parts,
  );
}
