"""What one team's assignment sheet says, as plain values: that team's data and nobody else's."""

from collections.abc import Iterator, Mapping
from typing import Any

import mgrs

from planner.i18n import N_, gettext
from planner.needs import groups_apart, is_child, set_minutes
from planner.operation import Suspect
from planner.plan import Stop, Unit
from planner.render.chart import chart_svg
from planner.render.descriptive import fact
from planner.render.formatting import day_text, h_minutes, moment_text
from planner.render.ground_svg import PaperGround
from planner.render.sheet_scope import Scope
from planner.render.sheet_squads import Line, base_lines, lines, squad_card, talk_rows
from planner.render.team_map import area_svg, frame_of, paper_frame, team_points
from planner.render.timeline import Custody
from planner.ways import NO_WAYS, MapWays

GRID = mgrs.MGRS()
RISK_WORDS = {"low": N_("risk low"), "medium": N_("risk medium"), "high": N_("risk high")}
OVER_STREETS = N_("Straight lines over the streets tell who goes where, not which way.")
ALONG_ROADS = N_("Lines follow the roads as planned; a straight line tells who goes where, not which way.")
WITHOUT_STREETS = N_("Straight lines: not for navigation.")
REPORTS = (N_("SET"), N_("STRIKE"), N_("SECURE"), N_("IN CUSTODY"), N_("MOVING"), N_("LODGED"))
REPORT_CODES = dict(zip(REPORTS, ("set", "entered", "secure", "custody", "left", "lodged"), strict=True))
"""Report point of a sheet -> the code that is reported there."""


def sheet_data(scope: Scope, streets: PaperGround | None = None, ways: MapWays = NO_WAYS) -> dict[str, Any]:
    """The whole sheet of a team, on its map the streets and the ways along them where they are known."""
    frame = paper_frame(frame_of(team_points(scope.scenario, scope.team, scope.found, scope.letters)))
    is_known = streets is not None and streets.covers(frame)
    told = ALONG_ROADS if ways.traces else OVER_STREETS
    return sheet_rows(scope) | {
        "area": area_svg(scope.scenario, scope.plan, scope.team, scope.found, scope.letters, streets, scope.lang, ways),
        "ways": scope.say(told if is_known else WITHOUT_STREETS),
        "chart": chart_svg(scope.scenario, scope.plan, scope.lang, scope.team.id, scope.found),
    }


def sheet_rows(scope: Scope) -> dict[str, Any]:
    """All that stands on a team's sheet but its two drawings."""
    assembly = scope.operation.places_by_id[scope.team.assembly]
    return {
        "team": scope.team.id,
        "city": assembly.city,
        "commander": commander(scope),
        "assembly": {"id": assembly.id, "name": assembly.name, "point": point_text(assembly.lat, assembly.lon)},
        "sites": [site(scope, site_id) for site_id in scope.letters],
        "squads": [squad_card(scope, unit) for unit in scope.squads],
        "custody": [custody_row(scope, row) for row in scope.custody],
        "escorts": list(escort_rows(scope)),
        "exams": list(exam_rows(scope)),
        "guards": list(guard_rows(scope)),
        "interviews": list(interview_rows(scope)),
        "reports": [report_row(scope, site_id) for site_id in scope.letters],
        "report_words": report_points(scope.words.of_team(scope.team.id), scope.lang),
    }


def report_points(own: Mapping[str, str], lang: str) -> list[str]:
    """The points of a sheet at which a squad reports: by the own words (code -> word) where there are any."""
    return [own.get(code) or gettext(point, lang) for point, code in REPORT_CODES.items()]


def commander(scope: Scope) -> dict[str, Any]:
    """Who commands, and the commander's own day."""
    boss = scope.team.commander
    person = scope.person(scope.operation.officers_by_id[boss])
    phone = fact(scope.operation.officers_by_id[boss].details, "phone")
    return {
        **person,
        "phone": phone,
        "timeline": lines(scope, commander_lines(scope)),
        "talks": talk_rows(scope, (boss,)),
    }


def commander_lines(scope: Scope) -> Iterator[Line]:
    """From the base to the team's first briefing and to its last stop's end."""
    boss = scope.team.commander
    for move in scope.found.movements_by_officer.get(boss, ()):
        if move.purpose == "muster":
            yield from base_lines(scope, move)
    yield min(unit.stops[0].start for unit in scope.squads), scope.say("First briefing"), ""
    last = max(unit.stops[-1].end for unit in scope.squads)
    yield last, scope.say("Last squad released"), ""
    kept = [row.end for unit in scope.squads if (row := scope.found.guards_by_unit.get(unit.id)) is not None]
    if kept and max(kept) > last:
        yield max(kept), scope.say("Last guards released"), ""


def site(scope: Scope, site_id: str) -> dict[str, Any]:
    """A door: where it is, who is behind it (nobody, where who was absent is looked for elsewhere), what to mind."""
    row, suspects = scope.operation.sites_by_id[site_id], scope.suspects_by_site.get(site_id, ())
    unit, raid = scope.plan.raids_by_site[site_id]
    return {
        "letter": scope.letters[site_id],
        "id": site_id,
        "address": row.address,
        "risk": scope.say(RISK_WORDS[row.risk]),
        "point": point_text(row.lat, row.lon),
        "squad": unit.id,
        "start": [scope.clock(raid.start), h_minutes(raid.start)],
        "suspects": [suspect(scope, s) for s in suspects],
        "notes": list(notes(scope, site_id)),
    }


def notes(scope: Scope, site_id: str) -> Iterator[str]:
    """What to mind with the people at one door."""
    suspects = scope.suspects_by_site.get(site_id, ())
    if others := scope.others_by_site.get(site_id):
        names = scope.comma([s.name for s in others])
        yield scope.say("No valid warrant for {names}: identify, do not arrest.", names=names)
    if len(groups_apart(scope.operation, suspects)) > 1:
        yield scope.say("Transport separately: men, women, boys and girls each in a separate vehicle.")
    if any(s.sex == "F" for s in suspects):
        yield scope.say("Women are searched and escorted by female officers only.")
    if any(is_child(scope.operation, s) for s in suspects):
        yield scope.say("Under 18: notify the guardian; keep apart from adults.")
    minute = set_by(scope, *scope.plan.raids_by_site[site_id])
    if minute is not None and minute < scope.plan.raids_by_site[site_id][1].start:
        yield scope.say("In position by {when}, out of sight.", when=scope.clock(minute))
    if scope.operation.sites_by_id[site_id].exam:
        yield scope.say("Scene examination: hand over the scene in person.")


def suspect(scope: Scope, row: Suspect) -> dict[str, str]:
    """A suspect with the warrant; its end by the operation's clocks."""
    assert row.warrant is not None  # chargeable
    marks = [scope.say("F") if row.sex == "F" else scope.say("M")]
    if is_child(scope.operation, row):
        marks.append(scope.say("under 18"))
    expires = row.warrant.expires.astimezone(scope.operation.zone)
    return {
        "id": row.id,
        "name": row.name,
        "marks": scope.comma(marks),
        "born": day_text(row.born, scope.lang),
        "priority": str(row.priority),
        "warrant": row.warrant.number,
        "expires": moment_text(expires, scope.lang),
    }


def custody_row(scope: Scope, row: Custody) -> list[str]:
    """Who takes a detainee from where, when, to which custody place; the latest delivery, and the latest interview."""
    assert row.carrier is not None  # R12
    assert row.delivery is not None
    assert row.taken is not None
    carrier = scope.plan.units_by_id[row.carrier]
    by = row.carrier if row.pickup else scope.say("{squad}, own transport", squad=row.carrier)
    return [
        scope.suspect(row.suspect),
        scope.letters[row.site],
        by,
        scope.vehicles(carrier.going_on[1]),
        scope.when(row.taken),
        scope.place(row.delivery.place),
        scope.when(row.delivery.start),
        scope.clock(row.latest),
        scope.clock(row.arrest + scope.operation.doctrine.interview_latest),
    ]


def escort_rows(scope: Scope) -> Iterator[list[str]]:
    """The escort units that come to the team's sites: crew, vehicles, and where they pick up whom and when."""
    pickups: dict[str, list[str]] = {}
    for row in scope.custody:
        if row.carrier is not None and row.pickup is not None:
            spot = f"{scope.letters[row.site]} {scope.when(row.pickup.start)}"
            told = scope.say("{heading}: {part}", heading=spot, part=scope.suspect(row.suspect))
            pickups.setdefault(row.carrier, []).append(told)
    for unit_id, told_rows in pickups.items():
        unit = scope.plan.units_by_id[unit_id]
        yield [unit_id, crew(scope, unit), scope.vehicles(unit.vehicles), "\n".join(told_rows)]


def exam_rows(scope: Scope) -> Iterator[list[str]]:
    """Which forensic unit comes to which of the team's sites, and when."""
    for site_id, letter in scope.letters.items():
        if site_id in scope.plan.exams_by_site:
            unit, stop = scope.plan.exams_by_site[site_id]
            yield [letter, unit.id, crew(scope, unit), scope.when(stop.start), scope.clock(stop.end)]


def guard_rows(scope: Scope) -> Iterator[list[str]]:
    """Who of which squad keeps which scene, with which cars, from when until when."""
    for unit in scope.squads:
        if (kept := scope.found.guards_by_unit.get(unit.id)) is not None:
            names, cars = scope.comma([scope.officer(o) for o in kept.officers]), scope.vehicles(unit.guards.vehicles)
            yield [scope.letters[kept.place], unit.id, names, cars, scope.when(kept.start), scope.clock(kept.end)]


def crew(scope: Scope, unit: Unit) -> str:
    """The people of a unit of the joint command, whom the team meets in person."""
    return scope.comma([scope.officer(o) for o in unit.officers])


def interview_rows(scope: Scope) -> Iterator[list[str]]:
    """The first interviews of the team's detainees; every interviewer is named."""
    talks = [row.interview for row in scope.custody if row.interview is not None]
    for talk in sorted(talks, key=lambda t: (t.start, t.suspect)):
        home = scope.operation.suspects_by_id[talk.suspect].site
        yield [
            scope.suspect(talk.suspect),
            scope.letters[home],
            scope.place(talk.place),
            str(talk.room),
            scope.when(talk.start),
            scope.clock(talk.end),
            scope.comma([scope.officer(o) for o in talk.officers]),
        ]


def report_row(scope: Scope, site_id: str) -> list[str]:
    """Letter, squad, and for each report point the planned clock time where the plan tells one."""
    unit, raid = scope.plan.raids_by_site[site_id]
    mine = [row for row in scope.custody if row.site == site_id]
    moving = min((row.taken for row in mine if row.taken is not None), default=None)
    lodged = max((row.delivery.end for row in mine if row.delivery is not None), default=None)
    planned = {"SET": set_by(scope, unit, raid), "STRIKE": raid.start, "MOVING": moving, "LODGED": lodged}
    times = [planned.get(point) for point in REPORTS]
    return [scope.letters[site_id], unit.id, *("" if minute is None else scope.clock(minute) for minute in times)]


def set_by(scope: Scope, unit: Unit, raid: Stop) -> int | None:
    """Minute by which the squad is at its first door; nothing is planned before a later one."""
    if unit.stops[1] is not raid:
        return None
    return raid.start - set_minutes(scope.operation, scope.operation.sites_by_id[raid.place])


def point_text(lat: float, lon: float) -> list[str]:
    """Coordinates WGS-84 in decimal degrees and in MGRS (1 m grid)."""
    ns, ew = ("N" if lat >= 0 else "S"), ("E" if lon >= 0 else "W")
    return [f"{abs(lat):.5f}° {ns}, {abs(lon):.5f}° {ew}", _spaced(str(GRID.toMGRS(lat, lon)))]


def _spaced(grid: str) -> str:
    """48RVU1234567890 -> 48R VU 12345 67890."""
    return f"{grid[:-12]} {grid[-12:-10]} {grid[-10:-5]} {grid[-5:]}"
