"""The ordered score of a plan (spec/PROBLEM.md, section 7)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise

from planner.needs import chargeable_by_site, is_chargeable
from planner.operation import Operation
from planner.plan import Plan, Stop, Unit, by_officer
from planner.scenario import Scenario

NO_EXAM, NO_INTERVIEW, DETAINEE_WEIGHT = 2880, 2880, 3
SAME_HOUR = 10  # minutes: orders whose stops start so much earlier or later are still the same orders
Order = tuple[str, str, int]


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """Figures compared from the left; a lower one wins. `changes` stands only where there is a parent."""

    missed: int
    exposure: int
    changes: int | None = field(default=None, kw_only=True)
    cost: int

    def levels(self) -> dict[str, int]:
        """Name of each level -> figure, the first level first."""
        return {name: figure for name, figure in asdict(self).items() if figure is not None}


@dataclass(frozen=True, slots=True)
class CostParts:
    """What the cost is made of, in minutes; what was left undone is counted as if it took 2880."""

    unit_travel: int
    commander_travel: int
    interview_travel: int
    detainees: int
    exams: int
    interviews: int

    @property
    def total(self) -> int:
        """The cost."""
        travel = self.unit_travel + self.commander_travel + self.interview_travel
        return travel + self.detainees + self.exams + self.interviews


def score(scenario: Scenario, plan: Plan) -> Score:
    """The plan's score; the plan's references must hold (R1)."""
    cost = cost_parts(scenario, plan).total
    return Score(missed(scenario, plan), exposure(scenario, plan), cost, changes=changes(scenario, plan))


def arrests(scenario: Scenario, plan: Plan) -> dict[str, int]:
    """Suspect id -> minute of the arrest: the start of the raid on the suspect's site."""
    raids = plan.raids_by_site
    at_site = chargeable_by_site(scenario.operation)
    return {s.id: raids[site][1].start for site in raids for s in at_site.get(site, ())}


def missed(scenario: Scenario, plan: Plan) -> int:
    """Sum of the priorities of the suspects who are not arrested."""
    taken = arrests(scenario, plan)
    return sum(s.priority for s in scenario.operation.suspects if s.id not in taken)


def exposure(scenario: Scenario, plan: Plan) -> int:
    """How long a warning can travel before the next door is opened, over late raids and links."""
    operation, taken = scenario.operation, arrests(scenario, plan)
    window, suspects = operation.doctrine.strike_window, operation.suspects_by_id
    total = sum(suspects[s].priority * max(0, minute - window) for s, minute in taken.items())
    for link in operation.links:
        a, b = taken.get(link.a), taken.get(link.b)
        if a is not None and b is not None:
            total += link.weight * max(0, abs(a - b) - window)
    return total + exposure_shut(scenario, plan)


def exposure_shut(scenario: Scenario, plan: Plan) -> int:
    """The part of the exposure over links of two chargeable suspects of whom only one is arrested."""
    operation, taken = scenario.operation, arrests(scenario, plan)
    suspects, last = operation.suspects_by_id, operation.doctrine.last_raid
    torn = (link for link in operation.links if (link.a in taken) != (link.b in taken))
    return sum(
        link.weight * last for link in torn if all(is_chargeable(operation, suspects[x]) for x in (link.a, link.b))
    )


def changes(scenario: Scenario, plan: Plan) -> int | None:
    """Number of officers of both operations whose orders differ between the parent and the plan; None: no parent."""
    if scenario.parent is None:
        return None
    return len(changed_officers(scenario.parent.plan, scenario.parent.operation, plan, scenario.operation))


def changed_officers(old: Plan, was: Operation, new: Plan, now: Operation) -> list[str]:
    """Ids of the officers of both operations whose orders differ between the two plans, in the order of the second."""
    before, after = orders(old), orders(new)
    both = (o.id for o in now.officers if o.id in was.officers_by_id)
    return [o for o in both if differ(before.get(o, ()), after.get(o, ()))]


def orders(plan: Plan) -> dict[str, tuple[Order, ...]]:
    """Officer id -> task, place and start of each of the unit's stops; of a commander, the team's assembly alone.

    A guard's end with the raid whose scene is kept: guard, the site, and the raid's end.
    """
    told: dict[str, tuple[Order, ...]] = {
        o: tuple((s.task, s.place, s.start) for s in u.stops) for u in plan.units for o in u.officers
    }
    for unit, stops in _kept(plan):
        mine: list[Order] = [(s.task, s.place, s.start) for s in stops]
        mine.append(("guard", stops[-1].place, stops[-1].end))
        told |= dict.fromkeys(unit.guards.officers, tuple(mine))
    return {**told, **{team.commander: (("command", team.assembly, 0),) for team in plan.teams}}


def _kept(plan: Plan) -> Iterator[tuple[Unit, tuple[Stop, ...]]]:
    """Squads that leave guards at a door, with the stops up to the raid there."""
    for unit in plan.units:
        if unit.guards.officers and (last := unit.last_raid) is not None:
            number = max(i for i, stop in enumerate(unit.stops) if stop is last)
            yield unit, unit.stops[: number + 1]


def differ(old: tuple[Order, ...], new: tuple[Order, ...]) -> bool:
    """True when an officer with these orders must be told again: another sequence, or a stop at another time."""
    if len(old) != len(new):
        return True
    return any(a[:2] != b[:2] or abs(a[2] - b[2]) > SAME_HOUR for a, b in zip(old, new, strict=True))


def cost_parts(scenario: Scenario, plan: Plan) -> CostParts:
    """What the plan costs, part by part, in minutes."""
    travel, officers = scenario.travel.minutes, scenario.operation.officers_by_id
    on_the_way = 0
    for unit in plan.units:
        legs = sum(travel(a.place, b.place) for a, b in pairwise(unit.stops))
        on_the_way += sum(travel(officers[o].base, unit.stops[0].place) + legs for o in unit.officers)
    for unit, stops in _kept(plan):
        spared = sum(travel(a.place, b.place) for a, b in pairwise(unit.stops[len(stops) - 1 :]))
        on_the_way -= len(unit.guards.officers) * spared
    commanders = sum(travel(officers[team.commander].base, team.assembly) for team in plan.teams)
    held, waiting = _detainee_minutes(scenario, plan)
    return CostParts(
        on_the_way, commanders, _interview_travel(scenario, plan), held, _exam_minutes(scenario, plan), waiting
    )


def _detainee_minutes(scenario: Scenario, plan: Plan) -> tuple[int, int]:
    """Weighted minutes from raid to delivery, beyond `hold_minutes` twice; minutes from intake to interview."""
    held = waiting = 0
    talks = scenario.interviews(plan)
    for suspect, minute in arrests(scenario, plan).items():
        if suspect not in plan.deliveries_by_suspect:
            continue
        _, delivery = plan.deliveries_by_suspect[suspect]
        held += held_cost(scenario.operation, delivery.start - minute)
        talk = talks.get(suspect)
        if talk is None:
            waiting += NO_INTERVIEW
        else:
            waiting += talk.start - delivery.start - scenario.operation.doctrine.intake_minutes
    return held, waiting


def held_cost(operation: Operation, minutes: int) -> int:
    """What it costs that a detainee is delivered so many minutes after the raid began."""
    return DETAINEE_WEIGHT * (minutes + max(0, minutes - operation.doctrine.hold_minutes))


def _exam_minutes(scenario: Scenario, plan: Plan) -> int:
    """Minutes from each raid on a site marked for an exam to the exam."""
    sites, total = scenario.operation.sites_by_id, 0
    for site, (_, raid) in plan.raids_by_site.items():
        if sites[site].exam:
            total += plan.exams_by_site[site][1].start - raid.start if site in plan.exams_by_site else NO_EXAM
    return total


def last_stops(scenario: Scenario, plan: Plan) -> dict[str, tuple[int, str, int]]:
    """Officer id -> end and place of the last duty, and start of the first: of the unit, or of the team to command.

    A guard is free at the door that is kept (`guards_free`); a commander when the team's last stop and guards are.
    """
    ends, free = dict[str, tuple[int, str, int]](), dict[str, int]()
    for unit in plan.units:
        first, last = unit.stops[0].start, unit.stops[-1]
        ends |= dict.fromkeys(unit.going_on[0], (last.end, last.place, first))
        free[unit.id] = last.end
        if (kept := guards_free(scenario, plan, unit)) is not None:
            ends |= dict.fromkeys(unit.guards.officers, (*kept, first))
            free[unit.id] = max(last.end, kept[0])
    for team in plan.teams:
        start = min((plan.units_by_id[u].stops[0].start for u in team.units), default=0)
        ends[team.commander] = max((free[u] for u in team.units), default=0), team.assembly, start
    return ends


def guards_free(scenario: Scenario, plan: Plan, unit: Unit) -> tuple[int, str] | None:
    """Minute and site at which the unit's guards are free: when the exam starts, or now where none is planned."""
    raid = unit.last_raid
    if raid is None or not unit.guards.officers:
        return None
    _, exam = plan.exams_by_site.get(raid.place, (None, None))
    return int(max(raid.end, scenario.begun.now if exam is None else exam.start)), raid.place


def _interview_travel(scenario: Scenario, plan: Plan) -> int:
    """Officer-minutes of travel to the interviews, each from where the officer was before."""
    travel, officers, ends = scenario.travel.minutes, scenario.operation.officers_by_id, last_stops(scenario, plan)
    total = 0
    for officer, talks in by_officer(scenario.interviews(plan).values()).items():
        here = ends[officer][1] if officer in ends else officers[officer].base
        for talk in talks:
            total += travel(here, talk.place)
            here = talk.place
    return total
