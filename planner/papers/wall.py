"""The wall sheet of the command post (A3): who does what when, what each city holds, and what is decided by whom."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal

from planner.i18n import N_
from planner.needs import is_child
from planner.papers.order import DECISIONS, decisions
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable

Kind = Literal["muster", "raid", "deliver", "exam", "interview"]
WORDS: Mapping[Kind, str] = {
    "muster": N_("Briefing {n}"),
    "raid": N_("Entry {n}"),
    "deliver": N_("Handover {n}"),
    "exam": N_("Exam {n}"),
    "interview": N_("Interview {n}"),
}
SPANS = (15, 30, 60, 120, 240, 480, 1440)
"""Minutes that a column of the matrix may stand for."""
MOST_COLUMNS = 13
CITIES = (
    PaperColumn(N_("City"), 1.2, strong=True),
    PaperColumn(N_("Teams"), 0.6),
    PaperColumn(N_("Squads"), 0.6),
    PaperColumn(N_("Officers"), 0.6),
    PaperColumn(N_("Sites"), 0.6),
    PaperColumn(N_("High risk"), 0.6),
    PaperColumn(N_("Suspects"), 0.6),
    PaperColumn(N_("Women"), 0.6),
    PaperColumn(N_("Under 18"), 0.6),
    PaperColumn(N_("First entry"), 1),
    PaperColumn(N_("Last arrival"), 1),
    PaperColumn(N_("In custody (count)"), 1, blank=True),
)
READINESS = (
    PaperColumn(N_("Team"), 0.5, strong=True),
    PaperColumn(N_("Commander"), 1.4),
    PaperColumn(N_("Briefing"), 1),
    PaperColumn(N_("First entry"), 1),
    *(PaperColumn(head, 1, blank=True) for head in (
        N_("Assembled (time)"), N_("All squads set (time)"), N_("Go / no-go (time, name)"), N_("All secure (time)"),
        N_("All handed over (time)"),
    )),
)  # fmt: skip

Events = dict[str, list[tuple[Kind, int]]]
"""Team id -> what begins when (minutes from H)."""


def wall_sheets(source: PaperSource) -> Iterator[PaperSheet]:
    """The one sheet of the command post; no address and no name but the commanders'."""
    if not source.plan.teams:
        return
    yield PaperSheet(
        "all",
        source.say("Command post"),
        tables=(
            _matrix(source),
            PaperTable(source.say("Totals by city"), CITIES, tuple(_cities(source))),
            PaperTable(source.say("Teams: go / no-go"), READINESS, tuple(_readiness(source))),
            PaperTable(source.say("Decisions"), DECISIONS, tuple(decisions(source))),
        ),
    )


def events_of(source: PaperSource) -> Events:
    """What the teams' squads, and those who work for them, begin: briefings, entries, handovers, exams, interviews.

    An escort's handover, an exam and an interview count for the team that raided the site.
    """
    found: Events = {team.id: [] for team in source.plan.teams}
    team_of = source.plan.team_of_unit
    team_at = {site: team_of.get(unit.id) for site, (unit, _) in source.plan.raids_by_site.items()}

    def add(team: str | None, kind: Kind, minute: int) -> None:
        if team is not None:
            found[team].append((kind, minute))

    for stay in source.found.stays:
        if stay.unit is not None and stay.task in ("muster", "raid"):
            add(team_of.get(stay.unit), "muster" if stay.task == "muster" else "raid", stay.start)
        elif stay.task == "exam":
            add(team_at.get(stay.place), "exam", stay.start)
    for row in source.found.custody:
        if row.delivery is not None:
            add(team_of.get(row.squad), "deliver", row.delivery.start)
        if row.interview is not None:
            add(team_of.get(row.squad), "interview", row.interview.start)
    return found


def _matrix(source: PaperSource) -> PaperTable:
    """Teams by time: a column for each span in which anything begins, of the shortest span that fits the page."""
    events = events_of(source)
    minutes = {minute for rows in events.values() for _, minute in rows}
    span = next((s for s in SPANS if len({m // s for m in minutes}) <= MOST_COLUMNS), SPANS[-1])
    slots = sorted({minute // span for minute in minutes})
    total = [row for rows in events.values() for row in rows]
    heads = (PaperColumn(source.when(slot * span), 1, is_said=True) for slot in slots)
    columns = (PaperColumn(N_("Team"), strong=True), *heads)
    lines = [*sorted(events.items()), *([(source.say("All"), total)] if len(events) > 1 else [])]
    rows = tuple((name, *(_told(source, rows, slot, span) for slot in slots)) for name, rows in lines)
    title = source.say("What begins when: each column is {minutes} minutes from the time above it", minutes=span)
    return PaperTable(title, columns, rows)


def _told(source: PaperSource, rows: list[tuple[Kind, int]], slot: int, span: int) -> str:
    counts = Counter(kind for kind, minute in rows if minute // span == slot)
    return "\n".join(source.say(WORDS[kind], n=counts[kind]) for kind in WORDS if counts[kind])


def _cities(source: PaperSource) -> Iterator[tuple[str, ...]]:
    operation, plan = source.operation, source.plan
    sites: dict[str, list[str]] = defaultdict(list)
    for site in operation.sites:
        if site.id in plan.raids_by_site:
            sites[site.city].append(site.id)
    every = [site for some in sites.values() for site in some]
    arrivals = {row.suspect: row.delivery.start for row in source.found.custody if row.delivery is not None}
    for city, some in [*sites.items(), *([(source.say("All"), every)] if len(sites) > 1 else [])]:
        units = {plan.raids_by_site[site][0].id for site in some}
        held = [s for site in some for s in operation.chargeable_by_site.get(site, ())]
        last = max((arrivals[s.id] for s in held if s.id in arrivals), default=None)
        counts = (
            len({plan.team_of_unit[unit] for unit in units if unit in plan.team_of_unit}),
            len(units),
            len({o for unit in units for o in plan.units_by_id[unit].officers}),
            len(some),
            sum(operation.sites_by_id[site].risk == "high" for site in some),
            len(held),
            sum(s.sex == "F" for s in held),
            sum(is_child(operation, s) for s in held),
        )
        first = min(plan.raids_by_site[site][1].start for site in some)
        yield city, *map(str, counts), source.when(first), source.when(last), ""


def _readiness(source: PaperSource) -> Iterator[tuple[str, ...]]:
    events = events_of(source)
    for team in sorted(source.plan.teams, key=lambda team: team.id):
        first = {kind: min((m for k, m in events[team.id] if k == kind), default=None) for kind in WORDS}
        yield team.id, source.officer(team.commander), *map(source.when, (first["muster"], first["raid"])), *[""] * 5
