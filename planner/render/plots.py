"""An operation and its plans in figures that people would rather look at: data to be drawn, and to stand in a table.

Two plans are told on the same categories, hours and scale, so that their drawings can be laid beside each other.
Minutes count from H.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from planner.i18n import N_, gettext
from planner.needs import SKILL, chargeable_by_site, squad_needs
from planner.operation import Officer, OfficerReserved, SiteSkipped
from planner.plan import Plan
from planner.render.formatting import clock
from planner.render.sheet_scope import KNOWN_SKILLS
from planner.render.timeline import Custody, Timeline, timeline
from planner.scenario import Scenario

Side = tuple[Scenario, Plan | None]
"""An operation, and a plan of it where there is one."""
Form = Literal["rows", "columns"]
MOST_ROWS, MOST_COLUMNS = 10, 40
HOURS = (60, 120, 240, 360, 720, 1440)
SPANS = (10, 15, 30, 60, 120, 240, 480, 1440)
MOST_SPANS = 16
HOUR, CITY = N_("Hour"), N_("City")


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted, a figure for each category."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """Figures by category: bars in `rows`, or `columns` along an axis of time, which may have a limit and a mark.

    `most` is the end of the scale. `limit` is what there is room for. `mark` is a place on the axis (0 before the first
    category, 1 after it) and its name. Of many rows the first MOST_ROWS are drawn; `more` tells of the others.
    """

    name: str
    title: str
    heading: str
    form: Form
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    most: int
    limit: Series | None = None
    mark: tuple[float, str] | None = None
    more: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing is counted."""
        return not any(value for series in self.series for value in series.values)

    @property
    def rows(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Category and figures, the limit last, as the rows of a table."""
        columns = [series.values for series in self.columns]
        return zip(self.categories, zip(*columns, strict=True), strict=True)

    @property
    def columns(self) -> tuple[Series, ...]:
        """What the table has a column for."""
        return (*self.series, self.limit) if self.limit is not None else self.series


def plots(sides: Sequence[Side], lang: str) -> list[tuple[Plot, ...]]:
    """Each figure, drawn once for each side; what nobody has figures for is left out. The plans keep R1."""
    views = [_View(scenario, plan, lang) for scenario, plan in sides]
    made = [tuple(some) for ask in _ASKED for some in [ask(views)] if some]
    return [some for some in made if not all(plot.is_empty for plot in some)]


class _View:
    """One side, as the figures ask for it."""

    def __init__(self, scenario: Scenario, plan: Plan | None, lang: str) -> None:
        self.scenario, self.plan, self.lang = scenario, plan, lang
        self.operation = scenario.operation
        self.told: Timeline | None = timeline(scenario, plan) if plan is not None else None
        reserved = {pin.officer for pin in self.operation.pins if isinstance(pin, OfficerReserved)}
        self.force = [o for o in self.operation.officers if o.id not in reserved and is_there(o)]
        skipped = {pin.site for pin in self.operation.pins if isinstance(pin, SiteSkipped)}
        behind = chargeable_by_site(self.operation)
        self.doors = [(s, behind[s.id]) for s in self.operation.sites if s.id in behind and s.id not in skipped]

    def say(self, sentence: str) -> str:
        """The sentence in the reader's language."""
        return gettext(sentence, self.lang)

    def assigned(self) -> dict[str, str]:
        """Officer id -> city where the officer serves: in a squad, that of its first raid, or as a commander."""
        operation, found = self.operation, dict[str, str]()
        for unit in self.plan.units if self.plan is not None else ():
            raid = next((stop for stop in unit.stops if stop.task == "raid"), None)
            if raid is not None:
                found.update(dict.fromkeys(unit.officers, operation.sites_by_id[raid.place].city))
        return found

    def used(self) -> set[str]:
        """Every officer with a part in the plan."""
        if self.plan is None:
            return set()
        talks = self.scenario.interviews(self.plan).values()
        return {
            *(officer for unit in self.plan.units for officer in unit.officers),
            *(team.commander for team in self.plan.teams),
            *(officer for talk in talks for officer in talk.officers),
        }


def is_there(officer: Officer) -> bool:
    """The officer is available at H."""
    return officer.available_from <= 0 <= officer.available_to


def _cities(views: Sequence[_View]) -> list[Plot]:
    """Officers that the doors of each city need, that are based there, and that the plan sends there."""

    def of(view: _View) -> list[tuple[str, Mapping[str, int]]]:
        place = view.operation.places_by_id
        needed: Counter[str] = Counter()
        for site, suspects in view.doors:
            needed[site.city] += squad_needs(view.operation, site, suspects)["officers"]
        based = Counter(place[o.base].city for o in view.force)
        found: list[tuple[str, Mapping[str, int]]] = [(N_("Needed"), needed), (N_("Based there"), based)]
        return [*found, (N_("Assigned"), Counter(view.assigned().values()))] if view.plan is not None else found

    return _in_rows(views, "cities", N_("Officers needed and available, by city"), CITY, of)


def _skills(views: Sequence[_View]) -> list[Plot]:
    """Officers with each skill that the doors need, that there are, and that stand in squads."""

    def of(view: _View) -> list[tuple[str, Mapping[str, int]]]:
        wanted: Counter[str] = Counter()
        for site, suspects in view.doors:
            needs = squad_needs(view.operation, site, suspects)
            wanted.update({need.removeprefix(SKILL): n for need, n in needs.items() if need.startswith(SKILL)})
            wanted[_WOMAN] += needs["woman"]
        crews = view.assigned()
        found: list[tuple[str, Mapping[str, int]]] = [
            (N_("Needed"), +wanted),
            (N_("Available"), _able(view.force, wanted)),
        ]
        squads = [o for o in view.operation.officers if o.id in crews]
        return [*found, (N_("Assigned"), _able(squads, wanted))] if view.plan is not None else found

    return _in_rows(views, "skills", N_("Skills needed and available"), N_("Skill"), of, skill_name)


_WOMAN = "\N{FEMALE SIGN}"
"""Beside the skills, which have names of letters: a woman, who searches a woman."""


def skill_name(skill: str, lang: str) -> str:
    """A skill in the reader's language."""
    if skill == _WOMAN:
        return gettext(N_("female officer"), lang)
    return gettext(skill, lang) if skill in KNOWN_SKILLS else skill


def _able(officers: Iterable[Officer], wanted: Mapping[str, int]) -> Counter[str]:
    found = Counter(skill for o in officers for skill in {*o.skills, *((_WOMAN,) if o.sex == "F" else ())})
    return Counter({skill: found[skill] for skill in wanted if wanted[skill]})


def _agencies(views: Sequence[_View]) -> list[Plot]:
    """Officers of each agency with a part in the plan, and those without."""

    def of(view: _View) -> list[tuple[str, Mapping[str, int]]]:
        name = {agency.id: agency.name for agency in view.operation.agencies}
        if view.plan is None:
            return [(N_("Officers"), Counter(name[o.agency] for o in view.operation.officers))]
        used = view.used()
        busy = Counter(name[o.agency] for o in view.operation.officers if o.id in used)
        idle = Counter(name[o.agency] for o in view.operation.officers if o.id not in used)
        return [(N_("In the plan"), busy), (N_("Not in the plan"), idle)]

    return _in_rows(views, "agencies", N_("Officers by agency"), N_("Agency"), of)


def _in_rows(
    views: Sequence[_View],
    name: str,
    title: str,
    heading: str,
    of: Callable[[_View], list[tuple[str, Mapping[str, int]]]],
    called: Callable[[str, str], str] = lambda key, _: key,
) -> list[Plot]:
    """The largest categories first; of many, the rest stands in the table alone."""
    told = [of(view) for view in views]
    size: Counter[str] = Counter()
    for counts in (counts for side in told for _, counts in side):
        size.update(counts)
    keys = sorted(size, key=lambda key: (-size[key], key))
    rest = len(keys) - MOST_ROWS

    def plot(view: _View, side: list[tuple[str, Mapping[str, int]]]) -> Plot:
        names = tuple(called(key, view.lang) for key in keys)
        series = tuple(Series(view.say(one), tuple(counts.get(key, 0) for key in keys)) for one, counts in side)
        more = view.say(N_("and {n} more in the table")).format(n=rest) if rest > 0 else ""
        return Plot(name, view.say(title), view.say(heading), "rows", names, series, 0, more=more)

    return _on_one_scale([plot(view, side) for view, side in zip(views, told, strict=True)])


@dataclass(frozen=True, slots=True)
class _Axis:
    """Equal spans of time: `num` of `step` minutes, from `begin` on."""

    begin: int
    step: int
    num: int

    @classmethod
    def over(cls, minutes: Iterable[int], steps: Sequence[int], most: int) -> "_Axis":
        """The shortest spans of which `most` hold all these minutes."""
        first, last = min(found := [*minutes]), max(found)
        step = next((s for s in steps if last // s - first // s < most), steps[-1])
        return cls(first // step * step, step, last // step - first // step + 1)

    def place(self, minute: int) -> int:
        """In which span the minute lies."""
        return (minute - self.begin) // self.step

    @property
    def starts(self) -> list[int]:
        """The first minute of each span."""
        return [self.begin + i * self.step for i in range(self.num)]

    def hour_mark(self) -> tuple[float, str] | None:
        """Where H stands, if it does."""
        return (-self.begin / self.step, "H") if self.begin <= 0 <= self.begin + self.num * self.step else None


def _moves(views: Sequence[_View]) -> list[Plot]:
    """Officers who set out and who arrive in each hour."""
    ways = [view.told.movements if view.told is not None else () for view in views]
    if not any(ways):
        return []
    axis = _Axis.over([m for some in ways for way in some for m in (way.depart, way.arrive)], HOURS, MOST_COLUMNS)

    def counted(minutes: Iterable[tuple[int, int]]) -> tuple[int, ...]:
        found: Counter[int] = Counter()
        for minute, number in minutes:
            found[axis.place(minute)] += number
        return tuple(found[i] for i in range(axis.num))

    made = []
    for view, some in zip(views, ways, strict=True):
        series = (
            Series(view.say(N_("Departures")), counted((way.depart, len(way.officers)) for way in some)),
            Series(view.say(N_("Arrivals")), counted((way.arrive, len(way.officers)) for way in some)),
        )
        made.append(_by_hour(view, "moves", N_("Officers departing and arriving, by hour"), axis, series))
    return _on_one_scale(made)


def _by_hour(
    view: _View, name: str, title: str, axis: _Axis, series: tuple[Series, ...], limit: Series | None = None
) -> Plot:
    hours = tuple(clock(view.operation, minute) for minute in axis.starts)
    return Plot(name, view.say(title), view.say(HOUR), "columns", hours, series, 0, limit, axis.hour_mark())


Spans = list[tuple[int, int]]
"""From which minute to which something is taken."""


def _cells(views: Sequence[_View]) -> list[Plot]:
    """Most cells taken in each hour: whoever is delivered stays."""
    arrivals = [[minute for _, minute in _delivered(view)] for view in views]
    last = max((minute for some in arrivals for minute in some), default=0)
    taken = [[(minute, last + 1) for minute in some] for some in arrivals]
    names = N_("Detainees in custody, by hour"), N_("Detainees"), N_("Cells")
    return _taken(views, "cells", names, taken, [_room(view, "cells") for view in views])


def _rooms(views: Sequence[_View]) -> list[Plot]:
    """Most interview rooms in use in each hour."""
    talks = [list(view.scenario.interviews(view.plan).values()) if view.plan is not None else [] for view in views]
    taken = [[(talk.start, talk.end) for talk in some] for some in talks]
    names = N_("Interview rooms in use, by hour"), N_("Rooms in use"), N_("Interview rooms")
    return _taken(views, "rooms", names, taken, [_room(view, "rooms") for view in views])


def _delivered(view: _View) -> Iterator[tuple[Custody, int]]:
    """Each detainee who is delivered, and the minute of it."""
    for row in view.told.custody if view.told is not None else ():
        if row.delivery is not None:
            yield row, row.delivery.start


def _room(view: _View, what: Literal["cells", "rooms"]) -> int:
    """How many cells or rooms the custody places have that the plan uses."""
    plan = view.plan
    if plan is None:
        return 0
    used = {stop.place for _, stop in plan.deliveries_by_suspect.values()}
    return sum(getattr(view.operation.places_by_id[place], what) for place in used)


def _taken(
    views: Sequence[_View], name: str, names: tuple[str, str, str], taken: Sequence[Spans], room: Sequence[int]
) -> list[Plot]:
    ends = [minute for some in taken for start, end in some for minute in (start, end - 1)]
    if not ends:
        return []
    axis = _Axis.over(ends, HOURS, MOST_COLUMNS)
    made = []
    for view, some, most in zip(views, taken, room, strict=True):
        series = Series(view.say(names[1]), _most_at_once(some, axis))
        limit = Series(view.say(names[2]), (most,) * axis.num)
        made.append(_by_hour(view, name, names[0], axis, (series,), limit))
    return _on_one_scale(made)


def _most_at_once(taken: Spans, axis: _Axis) -> tuple[int, ...]:
    """How many are taken at once at most, in each span of the axis."""
    steps: Counter[int] = Counter()
    for start, end in taken:
        steps[start] += 1
        steps[end] -= 1
    number, most = 0, [0] * axis.num
    waiting = sorted(steps)
    for i, begin in enumerate(axis.starts):
        most[i] = number
        while waiting and waiting[0] < begin + axis.step:
            number += steps[waiting.pop(0)]
            most[i] = max(most[i], number)
    return tuple(most)


def _held(views: Sequence[_View]) -> list[Plot]:
    """How many detainees are delivered so many minutes after the arrest."""
    waits = [[minute - row.arrest for row, minute in _delivered(view)] for view in views]
    if not any(waits):
        return []
    axis = _Axis.over([0, *(minute for some in waits for minute in some)], SPANS, MOST_SPANS)
    made = []
    for view, some in zip(views, waits, strict=True):
        found = Counter(map(axis.place, some))
        series = Series(view.say(N_("Detainees")), tuple(found[i] for i in range(axis.num)))
        spans = tuple(f"{start}\N{EN DASH}{start + axis.step - 1}" for start in axis.starts)
        hold = view.operation.doctrine.hold_minutes
        mark = (hold / axis.step, view.say(N_("{n} min")).format(n=hold)) if hold <= axis.num * axis.step else None
        title, heading = view.say(N_("Minutes from arrest to custody")), view.say(N_("Minutes"))
        made.append(Plot("held", title, heading, "columns", spans, (series,), 0, mark=mark))
    return _on_one_scale(made)


def _on_one_scale(made: list[Plot]) -> list[Plot]:

    most = max((value for plot in made for series in plot.columns for value in series.values), default=0)
    return [replace(plot, most=most) for plot in made]


_ASKED = (_cities, _skills, _agencies, _moves, _held, _cells, _rooms)
