"""What the map page's scripts know beside the layers: words, cities, teams, units, moves and the slider's span."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Any

from planner.i18n import gettext
from planner.operation import Operation, Place, Site
from planner.render.bundle import modules_of
from planner.render.formatting import shown_name
from planner.render.map_layers import Drawing
from planner.render.map_moves import TASKS, MapStay, Move, Mover
from planner.render.map_page import ENTRY, STATIC
from planner.render.map_words import ACTIVITY_WORDS, NEED_WORDS, PHASE_WORDS, SUBTITLE
from planner.render.spoken import words_of
from planner.render.timeline import PHASE_OF, PHASES

_NUMBER = re.compile(r"[^0-9]*([0-9]{1,9})[^0-9]*")
TEAM_LAYERS_UP_TO = 30
"""Above this many teams there are layers by city only, and cities have the colours."""


def page_values(drawing: Drawing, lang: str) -> dict[str, Any]:
    """The page's data as JSON values; every minute counts from H, every reference is a row's number."""
    named = {text: gettext(text, lang) for text in (*PHASE_WORDS.values(), *ACTIVITY_WORDS.values())}
    first, last = _span(drawing)
    by_team = len(drawing.plan.teams) <= TEAM_LAYERS_UP_TO
    movers = _movers(drawing)
    return {
        "name": shown_name(drawing.operation, lang),
        "lang": lang,
        "subtitle": _subtitle(drawing, lang),
        "words": named | words_of(lang, *modules_of(STATIC / ENTRY)),
        "phaseWords": PHASE_WORDS,
        "activityWords": ACTIVITY_WORDS,
        "needWords": {need: gettext(text, lang) for need, text in NEED_WORDS.items()},
        "clocks": _clocks(drawing.operation, first, last),
        "first": first,
        "last": last,
        "phases": PHASES,
        "tasks": TASKS,
        "phaseOfTask": PHASE_OF,
        "phaseSpans": {phase: _phase_span(drawing, phase) for phase in PHASES},
        "teamLayers": by_team,
        "colourBy": "team" if by_team else "city",
        "cities": [_city(drawing, name) for name in drawing.cities],
        "teams": _teams(drawing, by_team),
        "points": [[*drawing.at(p), drawing.cities[p.city], _name(p)] for p in drawing.operation.points_by_id.values()],
        "units": [[mover.id, mover.kind, mover.city, mover.team] for mover in movers],
        **_timetable(drawing, movers),
        "bounds": _bounds(drawing),
    }


def _clocks(operation: Operation, first: int, last: int) -> list[list[int]]:
    """From which minute on how many minutes are added to those from H for the clock time of H's day: rarely two."""
    midnight = operation.at(0).replace(hour=0, minute=0, tzinfo=None)
    rows: list[list[int]] = []
    for minute in range(first, last + 1):
        added = (operation.at(minute).replace(tzinfo=None) - midnight) // timedelta(minutes=1) - minute
        if not rows or rows[-1][1] != added:
            rows.append([minute, added])
    return rows


def _name(point: Place | Site) -> str:
    return point.name if isinstance(point, Place) else point.id


def _subtitle(drawing: Drawing, lang: str) -> str:
    """H's date and time, and how many of how many suspects at how many doors."""
    hour, arrested = drawing.operation.at(0), len(drawing.plan.deliveries_by_suspect)
    return gettext(SUBTITLE, lang).format(
        hour=hour.strftime("%Y-%m-%d %H:%M"),
        arrested=arrested,
        suspects=len(drawing.operation.suspects),
        doors=len(drawing.plan.raids_by_site),
        teams=len(drawing.plan.teams),
    )


def _minutes(drawing: Drawing, phases: Iterable[str]) -> list[int]:
    """Every minute at which something of these phases begins or ends."""
    wanted, found = set(phases), list[int]()
    for move in drawing.moves:
        if move.phase in wanted:
            found += (move.depart, move.arrive)
    for stay in drawing.stays:
        if PHASE_OF[stay.task] in wanted:
            found += (stay.start, stay.leave)
    return found


def _span(drawing: Drawing) -> tuple[int, int]:
    """From the first departure to the end of the last interview, H included."""
    minutes = [0, *_minutes(drawing, PHASES)]
    return min(minutes), max(minutes)


def _phase_span(drawing: Drawing, phase: str) -> tuple[int, int] | None:
    minutes = _minutes(drawing, [phase])
    return (min(minutes), max(minutes)) if minutes else None


def _city(drawing: Drawing, name: str) -> dict[str, Any]:
    """A city stands at the mean of its sites, or of its places where it has no site."""
    operation = drawing.operation
    sites = [site for site in operation.sites if site.city == name]
    points: list[Place | Site] = [*sites] or [place for place in operation.places if place.city == name]
    lats, lons = zip(*map(drawing.at, points), strict=True)
    return {
        "name": name,
        "lat": round(sum(lats) / len(points), 5),
        "lon": round(sum(lons) / len(points), 5),
        "sites": len(sites),
        "missed": sum(drawing.is_shut(site.id) for site in sites),
        "bounds": _box(drawing, points),
    }


def _box(drawing: Drawing, points: Sequence[Place | Site]) -> list[list[float]]:
    """South-west and north-east corner."""
    lats, lons = zip(*map(drawing.at, points), strict=True)
    return [[min(lats), min(lons)], [max(lats), max(lons)]]


def _bounds(drawing: Drawing) -> list[list[float]]:
    """The box of all sites and of every place that the plan uses; of the world's middle without any."""
    points = drawing.operation.points_by_id
    used = {end for move in drawing.moves for end in (move.source, move.target)} | set(drawing.operation.sites_by_id)
    if not points:
        return [[-60, -150], [60, 150]]
    return _box(drawing, [points[key] for key in sorted(used)] or list(points.values()))


def _teams(drawing: Drawing, by_team: bool) -> list[dict[str, Any]]:
    """Teams with the mark that stands on their sites; where cities have the colours, it tells a city's teams apart."""
    cities = [drawing.city(team.assembly) for team in drawing.plan.teams]
    names = [team.id for team in drawing.plan.teams]
    groups = {city: [n for n, c in zip(names, cities, strict=True) if by_team or c == city] for city in set(cities)}
    marks = {city: team_marks(group) for city, group in groups.items()}
    commanders = drawing.operation.officers_by_id
    return [
        {"id": team.id, "mark": marks[city][team.id], "city": city, "commander": commanders[team.commander].name}
        for team, city in zip(drawing.plan.teams, cities, strict=True)
    ]


def team_marks(names: Sequence[str]) -> dict[str, str]:
    """Team's name -> what stands for it on a small sign: its number, or what differs from the others' names.

    Numbers are taken if each name has one and no two share it; what differs is the name without what all begin with.
    """
    found = {name: _NUMBER.fullmatch(name) for name in names}
    numbers = {name: str(int(match[1])) for name, match in found.items() if match}
    if len(set(numbers.values())) == len(set(names)):
        return numbers
    shared = _beginning(names).rstrip("0123456789")
    return {name: name if shared in names else name.removeprefix(shared) for name in names}


def _beginning(names: Sequence[str]) -> str:
    """What all names begin with."""
    signs = zip(*names, strict=False)
    return "".join(same[0] for same in takewhile(lambda row: len(set(row)) == 1, signs))


def _movers(drawing: Drawing) -> list[Mover]:
    """Every unit, commander and interviewer that moves or stays, once."""
    rows: list[Move | MapStay] = [*drawing.moves, *drawing.stays]
    return list(dict.fromkeys(row.mover for row in rows))


def _timetable(drawing: Drawing, movers: Sequence[Mover]) -> dict[str, list[list[int]]]:
    """Moves (unit, from, to, depart, arrive, phase) and stays (unit, point, arrive, leave, task, start) as numbers."""
    number, point = {mover: i for i, mover in enumerate(movers)}, drawing.points
    return {
        "moves": [
            [number[m.mover], point[m.source], point[m.target], m.depart, m.arrive, PHASES.index(m.phase)]
            for m in drawing.moves
        ],
        "stays": [
            [number[s.mover], point[s.point], s.arrive, s.leave, TASKS.index(s.task), s.start] for s in drawing.stays
        ],
    }
