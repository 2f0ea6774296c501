"""What every form of export tells of a plan: the points that it uses, and each unit's way from task to task."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from planner.ground import points_of
from planner.i18n import gettext
from planner.operation import Operation, Site
from planner.papers.source import PaperSource
from planner.plan import Unit
from planner.render.duties import DUTY_WORDS, DutyTask
from planner.render.formatting import shown_name
from planner.render.page_marks import STAMPS, State, stamp_text
from planner.render.sheet_data import point_text
from planner.ways import NO_WAYS, MapWays

PointKind = Literal["site", "assembly", "custody"]
UNSEEN: tuple[DutyTask, ...] = ("travel", "rest", "guard")
"""What is no step of a unit's way: the way itself, and those who stay behind."""


@dataclass(frozen=True, slots=True)
class FieldPoint:
    """A point that the plan uses: WGS-84 degrees; of a site, who raids it from when until when (minutes from H)."""

    key: str
    kind: PointKind
    name: str
    city: str
    lat: float
    lon: float
    team: str = ""
    unit: str = ""
    start: int | None = None
    end: int | None = None

    @property
    def grid(self) -> str:
        """The point in MGRS (1 m)."""
        return point_text(self.lat, self.lon)[1]


@dataclass(frozen=True, slots=True)
class FieldStep:
    """A task of a unit at a point, from `start` to `end` (minutes from H)."""

    task: DutyTask
    point: FieldPoint
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FieldTrack:
    """A unit's way: its steps in the order of time; no team: a unit of the joint command."""

    unit: Unit
    team: str
    steps: tuple[FieldStep, ...]


class FieldPlan:
    """A plan whose references hold (R1), as it is exported: the whole of it, or the part of some teams alone.

    A team's part is its own sites, assembly point, squads and the custody places these go to; units of the joint
    command are in the whole plan only. `ways`: the courses along roads that are known. `state`: whether the plan is in
    force; where it is not, every name says so.
    """

    def __init__(
        self,
        source: PaperSource,
        teams: Iterable[str] | None = None,
        ways: MapWays = NO_WAYS,
        state: State = "draft",
    ) -> None:
        self.source, self.operation, self.lang, self.ways = source, source.operation, source.lang, ways
        self.state, self.stamp = state, stamp_text(source.operation, source.lang, state)
        self.teams = [t for t in source.plan.teams if teams is None or t.id in set(teams)]
        mine = {unit for team in self.teams for unit in team.units}
        units = [u for u in source.plan.units if teams is None or u.id in mine]
        self.tracks = [self._track(unit) for unit in units]
        used = {team.assembly for team in self.teams} | {s.point.key for t in self.tracks for s in t.steps}
        self.points = [self.point(key) for key in self.operation.points_by_id if key in used]

    def point(self, key: str) -> FieldPoint:
        """The point of a site or place."""
        row = self.operation.points_by_id[key]
        if not isinstance(row, Site):
            kind: PointKind = "custody" if row.kind == "custody" else "assembly"
            return FieldPoint(key, kind, row.name, row.city, row.lat, row.lon)
        unit, raid = self.source.plan.raids_by_site.get(key, (None, None))
        if unit is None or raid is None:
            return FieldPoint(key, "site", row.address, row.city, row.lat, row.lon)
        team = self.source.plan.team_of_unit.get(unit.id, "")
        return FieldPoint(key, "site", row.address, row.city, row.lat, row.lon, team, unit.id, raid.start, raid.end)

    def _track(self, unit: Unit) -> FieldTrack:
        duties = [d for d in self.source.duties.of("units", unit.id) if d.unit == unit.id and d.task not in UNSEEN]
        steps = tuple(FieldStep(d.task, self.point(d.place), d.start, d.end) for d in duties)
        return FieldTrack(unit, self.source.plan.team_of_unit.get(unit.id, ""), steps)

    @property
    def title(self) -> str:
        """The operation's name: it says what is no plan in force, and what is an exercise."""
        stamp = STAMPS[self.state]
        name = shown_name(self.operation, self.lang)
        return f"{self.say(stamp)} · {name}" if stamp else name

    def marked(self, name: str) -> str:
        """A name as a device shows it: "DRAFT · S1"; of a plan in force that is no exercise, the name."""
        return f"{self.stamp} · {name}" if self.stamp else name

    def file_name(self, name: str) -> str:
        """The same as a name of a file."""
        return "-".join([*self.stamp.split(" · "), name]) if self.stamp else name

    def course(self, a: FieldPoint, b: FieldPoint) -> list[tuple[float, float]]:
        """Longitudes and latitudes along the road from a to b, both ends left out; none where it is not known."""
        return points_of(self.ways.traces.get((a.key, b.key), ()))

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the reader's language."""
        return self.source.say(sentence, **values)

    def task(self, task: DutyTask) -> str:
        """What people call a task."""
        return gettext(DUTY_WORDS[task], self.lang)

    def moment(self, minute: int) -> datetime:
        """The moment so many minutes from H, in UTC."""
        return moment_of(self.operation, minute)

    def iso(self, minute: int) -> str:
        """The moment as 2026-03-31T22:00:00Z."""
        return f"{self.moment(minute):%Y-%m-%dT%H:%M:%SZ}"

    def uid(self, *parts: object) -> str:
        """A name that stays the same for the same thing of the same operation, in every plan of it (UUID 5)."""
        return str(uuid5(NAMESPACE_URL, "|".join(map(str, ("h-hour", self.operation.id, *parts)))))


def moment_of(operation: Operation, minute: int) -> datetime:
    """The moment so many minutes from H, in UTC."""
    return operation.h_hour.astimezone(UTC) + timedelta(minutes=minute)
