"""Who is on the way when, who stays where until when, and what becomes of each detainee.

Everything follows from the plan: everybody leaves as late as the next start allows (a long haul earns its rest
before the first task, R4; interviewers follow R19). A plan that breaks rules still has a timeline: whoever should
be gone before the last task ends leaves at its end, and the arrival tells how late that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from planner.needs import chargeable_by_site, set_minutes
from planner.plan import Interview, Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import guards_free

Activity = Literal["muster", "raid", "guard", "pickup", "deliver", "exam", "interview"]
Phase = Literal["approach", "strike", "custody", "evidence", "interviews"]
PHASES: tuple[Phase, ...] = ("approach", "strike", "custody", "evidence", "interviews")
PHASE_OF: dict[Activity, Phase] = {
    "muster": "approach",
    "raid": "strike",
    "guard": "evidence",
    "pickup": "custody",
    "deliver": "custody",
    "exam": "evidence",
    "interview": "interviews",
}


@dataclass(frozen=True, slots=True)
class Movement:
    """A way from `source` to `target`; minutes count from H.

    `unit` is None for a commander or an officer alone; `rest` minutes follow the arrival, before `purpose` starts.
    Who is there already has no way.
    """

    unit: str | None
    officers: tuple[str, ...]
    vehicles: tuple[str, ...]
    source: str
    target: str
    depart: int
    arrive: int
    rest: int
    purpose: Activity

    @property
    def phase(self) -> Phase:
        """The phase that the way leads into."""
        return PHASE_OF[self.purpose]

    @property
    def minutes(self) -> int:
        """Travel minutes."""
        return self.arrive - self.depart


@dataclass(frozen=True, slots=True)
class Stay:
    """A task at a place: there from `arrive`, at it from `start` to `end`, gone at `leave`; minutes count from H.

    `suspects` are those picked up, delivered or interviewed. `unit` is None for an interview.
    """

    unit: str | None
    officers: tuple[str, ...]
    task: Activity
    place: str
    arrive: int
    start: int
    end: int
    leave: int
    suspects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Custody:
    """What becomes of a detainee; minutes count from H, None where the plan says nothing.

    The arrest is the raid's start. `carrier` is the unit that delivers, from `taken` on: the pickup's start where it
    is an escort, else the squad's departure. `latest` is when the delivery must have ended (R17).
    """

    suspect: str
    site: str
    squad: str
    arrest: int
    carrier: str | None
    pickup: Stop | None
    taken: int | None
    delivery: Stop | None
    interview: Interview | None
    latest: int


@dataclass(frozen=True)
class Timeline:
    """All ways and stays of a plan, and the detainees by site in the order of the raids."""

    movements: tuple[Movement, ...]
    stays: tuple[Stay, ...]
    custody: tuple[Custody, ...]
    guards: tuple[Stay, ...] = ()
    """Who of a squad keeps the scene of its last raid, from the raid's end until the exam starts."""

    @cached_property
    def movements_by_unit(self) -> dict[str, tuple[Movement, ...]]:
        """Unit id -> its ways, in the order of departure."""
        found: dict[str, list[Movement]] = {}
        for row in self.movements:
            if row.unit is not None:
                found.setdefault(row.unit, []).append(row)
        return {unit: tuple(sorted(rows, key=lambda m: (m.depart, m.arrive))) for unit, rows in found.items()}

    @cached_property
    def stays_by_unit(self) -> dict[str, tuple[Stay, ...]]:
        """Unit id -> its stays, in the order of its stops."""
        found: dict[str, list[Stay]] = {}
        for row in self.stays:
            if row.unit is not None:
                found.setdefault(row.unit, []).append(row)
        return {unit: tuple(rows) for unit, rows in found.items()}

    @cached_property
    def guards_by_unit(self) -> dict[str, Stay]:
        """Squad id -> its guards' stay at the scene that they keep."""
        return {row.unit: row for row in self.guards if row.unit is not None}

    @cached_property
    def movements_by_officer(self) -> dict[str, tuple[Movement, ...]]:
        """Officer id -> the ways made alone: a commander's, and those to interviews."""
        found: dict[str, list[Movement]] = {}
        for row in self.movements:
            if row.unit is None:
                found.setdefault(row.officers[0], []).append(row)
        return {officer: tuple(rows) for officer, rows in found.items()}

    @cached_property
    def custody_by_suspect(self) -> dict[str, Custody]:
        """Suspect id -> what becomes of the suspect; the arrested only."""
        return {row.suspect: row for row in self.custody}

    @property
    def first_minute(self) -> int:
        """When the first leaves a base or starts a task; 0 where nobody does anything."""
        return min([m.depart for m in self.movements] + [s.arrive for s in self.stays], default=0)

    @property
    def last_minute(self) -> int:
        """When the last task ends; 0 where nobody does anything."""
        return max([m.arrive for m in self.movements] + [s.end for s in (*self.stays, *self.guards)], default=0)


def timeline(scenario: Scenario, plan: Plan) -> Timeline:
    """The timeline of a plan whose references hold (R1)."""
    walk = _Walk(scenario, plan)
    for unit in plan.units:
        if unit.stops:
            walk.add_unit(unit)
    walk.add_commanders()
    walk.add_interviews()
    custody = tuple(_custody(scenario, plan, walk.departures))
    return Timeline(tuple(walk.movements), tuple(walk.stays), custody, tuple(walk.guards))


class _Walk:
    """Walks through a plan; `free` tells where and when each officer was last done, no minute for one at the base."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan = scenario, plan
        self.officers = scenario.operation.officers_by_id
        self.free: dict[str, tuple[str, int | None]] = {o.id: (o.base, None) for o in scenario.operation.officers}
        self.departures: dict[tuple[str, str], int] = {}  # (unit, place of delivery) -> when it sets out for it
        self.movements: list[Movement] = []
        self.stays: list[Stay] = []
        self.guards: list[Stay] = []

    def add_unit(self, unit: Unit) -> None:
        """The parties from each base to the first stop, then the unit from stop to stop, without its guards at last."""
        first, crew, last_raid = unit.stops[0], (unit.officers, unit.vehicles), unit.last_raid
        self.add_parties(unit, first)
        arrive = first.start
        for stop, after in pairwise(unit.stops):
            way = self.scenario.travel.minutes(stop.place, after.place)
            leave = max(stop.end, after.start - self.margin(stop, after) - way)
            self.stays.append(_stay(unit, crew[0], stop, arrive, leave))
            crew = unit.going_on if stop is last_raid else crew
            if after.place != stop.place:
                self.movements.append(
                    Movement(unit.id, *crew, stop.place, after.place, leave, leave + way, 0, after.task)
                )
            self.departures.setdefault((unit.id, after.place), leave)
            arrive = leave + way
        last = unit.stops[-1]
        self.stays.append(_stay(unit, crew[0], last, arrive, last.end))
        self.free.update(dict.fromkeys(unit.going_on[0], (last.place, last.end)))
        self.add_guards(unit)

    def margin(self, stop: Stop, after: Stop) -> int:
        """So many minutes before its first raid a squad is there, out of sight."""
        if (stop.task, after.task) != ("muster", "raid"):
            return 0
        return set_minutes(self.scenario.operation, self.scenario.operation.sites_by_id[after.place])

    def add_guards(self, unit: Unit) -> None:
        """Whoever keeps the scene of the squad's last raid is free there when its exam starts."""
        free, raid = guards_free(self.scenario, self.plan, unit), unit.last_raid
        if free is not None and raid is not None:
            span = (raid.end, raid.end, free[0], free[0])
            self.guards.append(Stay(unit.id, unit.guards.officers, "guard", raid.place, *span))
            self.free.update(dict.fromkeys(unit.guards.officers, (raid.place, free[0])))

    def add_parties(self, unit: Unit, first: Stop) -> None:
        """The unit's officers and vehicles of each base, in the order of departure."""
        cars = self.scenario.operation.vehicles_by_id
        parties = []
        for base in dict.fromkeys(self.officers[o].base for o in unit.officers):
            crew = tuple(o for o in unit.officers if self.officers[o].base == base)
            brought = tuple(v for v in unit.vehicles if cars[v].base == base)
            if base != first.place:
                parties.append(self.from_base(unit.id, crew, brought, base, first.place, first.start, first.task))
        self.movements += sorted(parties, key=lambda m: m.depart)

    def from_base(
        self,
        unit: str | None,
        crew: tuple[str, ...],
        cars: tuple[str, ...],
        base: str,
        target: str,
        start: int,
        purpose: Activity,
    ) -> Movement:
        """A first way, with the rest that a long haul earns before the task starts (R4)."""
        way, doctrine = self.scenario.travel.minutes(base, target), self.scenario.operation.doctrine
        rest = doctrine.rest_minutes if way > doctrine.long_haul else 0
        arrive = start - rest
        return Movement(unit, crew, cars, base, target, arrive - way, arrive, rest, purpose)

    def add_commanders(self) -> None:
        """Each commander is at the assembly point from the team's first muster until its squads and guards are free."""
        for team in self.plan.teams:
            stops = [s for key in team.units if key in self.plan.units_by_id for s in self.plan.units_by_id[key].stops]
            musters = [s.start for s in stops if s.task == "muster"]
            base = self.officers[team.commander].base
            if musters and base != team.assembly:
                crew = (team.commander,)
                self.movements.append(self.from_base(None, crew, (), base, team.assembly, min(musters), "muster"))
            kept = [row.end for row in self.guards if row.unit in team.units]
            self.free[team.commander] = team.assembly, max((*(s.end for s in stops), *kept), default=None)

    def add_interviews(self) -> None:
        """Each interviewer goes from where the own part ended, or from the base, to the room."""
        found = self.scenario.interviews(self.plan).values()
        talks = sorted(found, key=lambda t: (t.start, t.place, t.room, t.suspect))
        for talk in talks:
            for officer in talk.officers:
                self.add_interviewer(officer, talk)
            span = (talk.start, talk.start, talk.end, talk.end)
            self.stays.append(Stay(None, talk.officers, "interview", talk.place, *span, (talk.suspect,)))

    def add_interviewer(self, officer: str, talk: Interview) -> None:
        """One interviewer's way to one interview; rest counts only for one who comes from the base (R19)."""
        here, since = self.free[officer]
        if here != talk.place:
            if since is None:
                move = self.from_base(None, (officer,), (), here, talk.place, talk.start, "interview")
            else:
                way = self.scenario.travel.minutes(here, talk.place)
                leave = max(since, talk.start - way)
                move = Movement(None, (officer,), (), here, talk.place, leave, leave + way, 0, "interview")
            self.movements.append(move)
        self.free[officer] = talk.place, talk.end


def _stay(unit: Unit, officers: tuple[str, ...], stop: Stop, arrive: int, leave: int) -> Stay:
    return Stay(unit.id, officers, stop.task, stop.place, arrive, stop.start, stop.end, leave, stop.suspects)


def _custody(scenario: Scenario, plan: Plan, departures: dict[tuple[str, str], int]) -> Iterator[Custody]:
    """Each detainee, by the start of the raid, then by site, then in the operation's order."""
    talks = scenario.interviews(plan)
    behind, longest = chargeable_by_site(scenario.operation), scenario.operation.doctrine.custody_latest
    for site, (squad, raid) in sorted(plan.raids_by_site.items(), key=lambda item: (item[1][1].start, item[0])):
        for suspect in behind.get(site, ()):
            carrier, delivery = plan.deliveries_by_suspect.get(suspect.id, (None, None))
            _, pickup = plan.pickups_by_suspect.get(suspect.id, (None, None))
            taken = pickup.start if pickup else None
            if pickup is None and carrier is not None and delivery is not None:
                taken = departures.get((carrier.id, delivery.place))
            yield Custody(
                suspect.id, site, squad.id, raid.start, carrier.id if carrier else None, pickup, taken, delivery,
                talks.get(suspect.id), raid.start + longest,
            )  # fmt: skip
