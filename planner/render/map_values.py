"""What the map page's scripts know beside the layers: words, cities, teams, units, moves and the slider's span."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from planner.operation import Place, Site
from planner.render.map_layers import Drawing
from planner.render.map_moves import TASKS, Move, Mover, Stay
from planner.render.map_words import ACTIVITY_WORDS, NEED_WORDS, PHASE_WORDS, SENTENCES, SUBTITLE
from planner.render.timeline import PHASE_OF, PHASES
from planner.render.words import word

TEAM_LAYERS_UP_TO = 30
"""Above this many teams there are layers by city only, and cities have the colours."""


def page_values(drawing: Drawing, lang: str) -> dict[str, Any]:
    """The page's data as JSON values; every minute counts from H, every reference is a row's number."""
    words = {sentence: word(sentence, lang) for sentence in SENTENCES}
    first, last = _span(drawing)
    by_team = len(drawing.plan.teams) <= TEAM_LAYERS_UP_TO
    hour = drawing.operation.h_hour
    movers = _movers(drawing)
    return {
        "name": drawing.operation.name,
        "subtitle": _subtitle(drawing, lang),
        "words": words,
        "phaseWords": PHASE_WORDS,
        "activityWords": ACTIVITY_WORDS,
        "needWords": {need: words[text] for need, text in NEED_WORDS.items()},
        "hourMinute": hour.hour * 60 + hour.minute,
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
        "points": [
            [round(p.lat, 5), round(p.lon, 5), drawing.cities[p.city], _name(p)]
            for p in drawing.operation.points_by_id.values()
        ],
        "units": [[mover.id, mover.kind, mover.city, mover.team] for mover in movers],
        **_timetable(drawing, movers),
        "bounds": _bounds(drawing),
    }


def _name(point: Place | Site) -> str:
    return point.name if isinstance(point, Place) else point.id


def _subtitle(drawing: Drawing, lang: str) -> str:
    """H's date and time, and how many of how many suspects at how many doors."""
    hour, arrested = drawing.operation.h_hour, len(drawing.plan.deliveries_by_suspect)
    return word(SUBTITLE, lang).format(
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
    return {
        "name": name,
        "lat": round(sum(p.lat for p in points) / len(points), 5),
        "lon": round(sum(p.lon for p in points) / len(points), 5),
        "sites": len(sites),
        "missed": sum(site.id not in drawing.plan.raids_by_site for site in sites),
        "bounds": _box(points),
    }


def _box(points: Sequence[Place | Site]) -> list[list[float]]:
    """South-west and north-east corner."""
    lats, lons = [p.lat for p in points], [p.lon for p in points]
    return [[round(min(lats), 5), round(min(lons), 5)], [round(max(lats), 5), round(max(lons), 5)]]


def _bounds(drawing: Drawing) -> list[list[float]]:
    """The box of all sites and of every place that the plan uses; of the world's middle without any."""
    points = drawing.operation.points_by_id
    used = {end for move in drawing.moves for end in (move.source, move.target)} | set(drawing.operation.sites_by_id)
    return _box([points[key] for key in sorted(used)] or list(points.values())) if points else [[-60, -150], [60, 150]]


def _teams(drawing: Drawing, by_team: bool) -> list[dict[str, Any]]:
    """Teams with the numbers that stand on their sites: of the plan, or of the city where cities have the colours."""
    counts: Counter[int] = Counter()
    rows = []
    for row, team in enumerate(drawing.plan.teams, start=1):
        city = drawing.city(team.assembly)
        counts[city] += 1
        commander = drawing.operation.officers_by_id[team.commander].name
        number = row if by_team else counts[city]
        rows.append({"id": team.id, "number": number, "city": city, "commander": commander})
    return rows


def _movers(drawing: Drawing) -> list[Mover]:
    """Every unit, commander and interviewer that moves or stays, once."""
    rows: list[Move | Stay] = [*drawing.moves, *drawing.stays]
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
