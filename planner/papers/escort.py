"""The manifest of each unit that brings detainees into custody: who sits where, who is counted when."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from planner.i18n import N_
from planner.needs import detainee_places, is_child
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.plan import Unit
from planner.render.descriptive import fact
from planner.render.timeline import Custody

STOPS = (
    PaperColumn(N_("Planned"), strong=True),
    PaperColumn(N_("Task")),
    PaperColumn(N_("Place"), 2),
    PaperColumn(N_("Detainees"), 1.6, strong=True),
    PaperColumn(N_("Aboard afterwards")),
    PaperColumn(N_("Seats: vehicle and detainees"), 2),
    PaperColumn(N_("Actual"), 0.6, blank=True),
    PaperColumn(N_("Head count (two names)"), 1, blank=True),
)
DETAINEES = (
    PaperColumn(N_("Detainee"), 1.4, strong=True),
    PaperColumn(N_("Sex")),
    PaperColumn(N_("Warrant"), 1.4),
    PaperColumn(N_("Taken over from")),
    PaperColumn(N_("Custody place"), 1.5),
    PaperColumn(N_("Latest"), strong=True),
    PaperColumn(N_("Restraint on, off"), 0.8, blank=True),
    PaperColumn(N_("Receipt (time, name)"), 1, blank=True),
)
CREW = (
    PaperColumn(N_("Officer"), 1.6, strong=True),
    PaperColumn(N_("Sex")),
    PaperColumn(N_("Agency"), 2),
    PaperColumn(N_("Rank")),
    PaperColumn(N_("Vehicle and seat"), 1.2, blank=True),
)
MOST_SEATINGS = 20_000  # of vehicles shared out among groups, looked at
Group = tuple[str, bool]


def manifests(source: PaperSource) -> Iterator[PaperSheet]:
    """For each unit that delivers: crew, vehicles, detainees, and each stop with the seats after it."""
    held: dict[str, list[Custody]] = defaultdict(list)
    for row in source.found.custody:
        if row.carrier is not None and row.delivery is not None:
            held[row.carrier].append(row)
    for unit in source.plan.units:
        if rows := held.get(unit.id):
            yield _manifest(source, unit, rows)


def _manifest(source: PaperSource, unit: Unit, rows: list[Custody]) -> PaperSheet:
    crew, cars = unit.going_on
    places = detainee_places(source.operation, unit)
    told = [
        source.say("{label}: {n} detainee places", label=source.vehicles([car]), n=n)
        for car, n in zip(cars, places, strict=True)
    ]
    return PaperSheet(
        unit.id,
        source.comma([source.unit(unit), source.leader(unit).name]),
        facts=(
            (source.say("Vehicles"), source.semicolon(told)),
            (source.say("Detainees"), str(len(rows))),
            (source.say("Radio channel"), fact(source.operation.details, "radio_nets")),
            (source.say("Driver"), ""),
        ),
        tables=(
            PaperTable(source.say("Stops"), STOPS, tuple(_stops(source, unit, rows))),
            PaperTable(source.say("Detainees"), DETAINEES, tuple(_detainee(source, row) for row in rows)),
            PaperTable(source.say("Crew"), CREW, tuple(_person(source, officer) for officer in crew)),
        ),
        notes=tuple(_notes(source, rows)),
        signs=(source.say("Escort leader (time, name)"), source.say("Manifest returned (time, name)")),
    )


def _person(source: PaperSource, officer: str) -> tuple[str, ...]:
    row = source.operation.officers_by_id[officer]
    agency = source.operation.agencies_by_id[row.agency].name
    return source.officer(officer), source.sex(row), agency, str(row.rank), ""


def _detainee(source: PaperSource, row: Custody) -> tuple[str, ...]:
    assert row.delivery is not None
    return (
        source.suspect(row.suspect),
        source.marks(row.suspect),
        source.warrant(row.suspect),
        source.say("Squad {squad}", squad=row.squad),
        source.place(row.delivery.place),
        source.clock(row.latest),
        "",
        "",
    )


def _stops(source: PaperSource, unit: Unit, rows: list[Custody]) -> Iterator[tuple[str, ...]]:
    """Each pickup (of a squad's own transport: each departure from a site) and each delivery, in the order of time."""
    aboard: dict[str, int] = {}
    events: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for row in rows:
        assert row.delivery is not None
        if row.taken is not None:
            events[row.taken, 1, row.site].append(row.suspect)
        events[row.delivery.start, 0, row.delivery.place].append(row.suspect)
    places = detainee_places(source.operation, unit)
    for (minute, is_pickup, place), suspects in sorted(events.items()):
        left = [s for s in aboard if s not in suspects] + (suspects if is_pickup else [])
        groups = {s: _group(source, s) for s in left}
        aboard = seating(groups, places, aboard)
        seats = [
            source.under(source.vehicles([car]), source.comma(source.operation.suspects_by_id[s].name for s in inside))
            for n, car in enumerate(unit.going_on[1])
            if (inside := [s for s in left if aboard.get(s) == n])
        ]
        task = source.say("Collect") if is_pickup else source.say("Deliver")
        yield (
            source.when(minute),
            task,
            source.place(place),
            source.comma(source.suspect(s) for s in suspects),
            str(len(left)),
            "\n".join(seats) or "–",
            "",
            "",
        )


def _group(source: PaperSource, suspect: str) -> Group:
    row = source.operation.suspects_by_id[suspect]
    return row.sex, is_child(source.operation, row)


def seating(groups: Mapping[str, Group], places: Sequence[int], before: Mapping[str, int]) -> dict[str, int]:
    """Suspect -> number of the vehicle, so that no two groups share one (R16) and few change; {} where none fits.

    `places`: detainees' places in each vehicle; `before`: where those sit who are aboard already.
    """
    sizes, best = Counter(groups.values()), None
    for n, owners in enumerate(product((*sizes,), repeat=len(places)) if sizes else ()):
        if n >= MOST_SEATINGS:
            break
        room = Counter[Group]()
        for group, num in zip(owners, places, strict=True):
            room[group] += num
        if any(room[group] < size for group, size in sizes.items()):
            continue
        seats = _seated(groups, owners, places, before)
        num_moved = sum(before.get(s, car) != car for s, car in seats.items())
        if best is None or num_moved < best[0]:
            best = num_moved, seats
        if num_moved == 0:
            break
    return best[1] if best is not None else {}


def _seated(
    groups: Mapping[str, Group], owners: Sequence[Group], places: Sequence[int], before: Mapping[str, int]
) -> dict[str, int]:
    """Everybody in a vehicle of the own group: those who sit in one stay, the others fill what is left."""
    left, seats = list(places), dict[str, int]()
    for suspect, group in groups.items():
        car = before.get(suspect)
        if car is not None and owners[car] == group and left[car]:
            seats[suspect] = car
            left[car] -= 1
    for suspect, group in groups.items():
        if suspect not in seats:
            car = next(n for n, owner in enumerate(owners) if owner == group and left[n])
            seats[suspect] = car
            left[car] -= 1
    return {suspect: seats[suspect] for suspect in groups}


def _notes(source: PaperSource, rows: list[Custody]) -> Iterator[str]:
    people = [source.operation.suspects_by_id[row.suspect] for row in rows]
    if len({_group(source, p.id) for p in people}) > 1:
        yield source.say("Transport separately: men, women, boys and girls each in a separate vehicle.")
    if any(p.sex == "F" for p in people):
        yield source.say("Women are searched and escorted by female officers only.")
    yield source.say("Head count at each stop, signed by two officers.")
