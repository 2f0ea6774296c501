"""Crews that might escort or examine: those that the plan has, and those that free officers and vehicles could form."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import count, cycle

from planner.needs import FORENSIC_CREW, can_share_out
from planner.operation import Officer, Vehicle
from planner.plan import Kind, Plan, Unit
from planner.scenario import Scenario
from planner.solver.params import ROUTES
from planner.solver.spare import BasePool, free_officers, free_vehicles, homes

ESCORT: Kind = "escort"
FORENSIC: Kind = "forensic"


@dataclass(frozen=True, slots=True)
class Crew:
    """Officers and vehicles of one base that could go together; `name`: the unit that they are in the plan."""

    kind: Kind
    officers: tuple[Officer, ...]
    vehicles: tuple[Vehicle, ...]
    name: str | None = None

    @property
    def base(self) -> str:
        """Where they start."""
        return self.officers[0].base

    @property
    def has_woman(self) -> bool:
        """True when a woman is among them."""
        return any(o.sex == "F" for o in self.officers)

    @property
    def cells(self) -> int:
        """Cells of their vehicles."""
        return sum(v.cells for v in self.vehicles)

    def mixed_room(self) -> int:
        """Most detainees for whom there is room however they fall into groups, as many as there are vehicles (R16)."""
        cells = [v.cells for v in self.vehicles]
        number, most = sum(cells), len(cells)
        while number and not all(can_share_out(groups, cells) for groups in _groupings(number, most)):
            number -= 1
        return number


def _groupings(number: int, most: int, least: int = 1) -> Iterator[tuple[int, ...]]:
    """The ways in which so many fall into at most so many groups, sizes rising."""
    yield (number,)
    for first in range(least, number // 2 + 1) if most > 1 else ():
        yield from ((first, *rest) for rest in _groupings(number - first, most - 1, first))


Form = Callable[[list[Officer], list[Vehicle]], Crew | None]


def crews_of(scenario: Scenario, plan: Plan, loose: Collection[Unit], is_examined: bool) -> list[Crew]:
    """The loose units of the plan as crews, then what nobody has yet formed into crews.

    Where scenes are examined, free forensic officers and the vehicles that they need are kept for that.
    """
    operation = scenario.operation
    people, cars = operation.officers_by_id, operation.vehicles_by_id
    crews = [
        Crew(u.kind, tuple(people[o] for o in u.officers), tuple(cars[v] for v in u.vehicles), u.id) for u in loose
    ]
    crews = [c for c in crews if len({o.base for o in c.officers}) == 1]
    free = free_officers(scenario, plan)
    spare = free_vehicles(scenario, plan, lambda v: v.seats >= FORENSIC_CREW)
    if is_examined:
        crews += _formed(homes(o for o in free if "forensics" in o.skills), spare, _pair)
        free = [o for o in free if "forensics" not in o.skills]
    d = scenario.operation.doctrine
    sizes = tuple(d.escort_crew + more for more in ROUTES.more_aboard)
    turn = cycle(sizes)
    crews += _formed(homes(free), spare, lambda officers, rows: _escort(officers, rows, next(turn)))
    return crews


def _formed(rows: tuple[BasePool, ...], spare: dict[str, list[Vehicle]], form: Form) -> Iterator[Crew]:
    """As many crews as each home can form; who and what they take is no longer spare."""
    for home in rows:
        left = sorted(home.officers, key=lambda o: ("interview" in o.skills, o.id))
        for n in count():
            crew = form(left, spare.get(home.base, []))
            if crew is None or n == (ROUTES.most_escorts if crew.kind == ESCORT else ROUTES.most_forensics):
                break
            left = [o for o in left if o not in crew.officers]
            spare[home.base] = [v for v in spare[home.base] if v not in crew.vehicles]
            yield crew


def _pair(officers: list[Officer], cars: list[Vehicle]) -> Crew | None:
    """Two forensic officers with the car that has the fewest cells."""
    if len(officers) < FORENSIC_CREW or not cars:
        return None
    car = min(cars, key=lambda v: (v.cells, v.seats, v.id))
    return Crew(FORENSIC, tuple(officers[:FORENSIC_CREW]), (car,))


def _escort(officers: list[Officer], cars: list[Vehicle], size: int) -> Crew | None:
    """A woman, if there is one, and others, with a van; a larger crew with two, so that men and women go apart."""
    number = 2 if size >= ROUTES.two_vans else 1
    vans = sorted((v for v in cars if v.cells), key=lambda v: (v.cells < size // number, v.cells, v.seats, v.id))
    if not vans or len(officers) < size:
        return None
    women, men = [o for o in officers if o.sex == "F"], [o for o in officers if o.sex != "F"]
    chosen = [*women[:1], *men, *women[1:]][: min(size, sum(v.seats for v in vans[:number]))]
    return Crew(ESCORT, tuple(chosen), tuple(vans[:number]))
