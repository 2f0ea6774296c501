"""One program for a region: squads, the ways to custody, examinations, and the wait for an interview room.

The squads' program with what it cannot see: who is fetched by an escort needs no officers to drive, a scene that
waits for its exam holds the detainees of a squad that drives its own, and rooms are few.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import ceil

from planner.needs import FORENSIC_CREW
from planner.operation import Officer, Vehicle
from planner.plan import Unit
from planner.score import DETAINEE_WEIGHT, NO_EXAM, NO_INTERVIEW, held_cost
from planner.solver.doors import Door, drive_to_custody, to_first_raid
from planner.solver.escorts import CustodyDemand, EscortColumn, EscortSupply, escort_columns, escort_supply
from planner.solver.evidence import Scene, Tour, cheapest, pairs_of, tours_from
from planner.solver.improve import follow_on
from planner.solver.params import IMPROVE
from planner.solver.spare import BasePool, homes
from planner.solver.squads_program import SquadsProgram

ESCORT, FORENSIC = "escort", "forensic"
NOBODY = Unit("", "squad", (), (), ())


@dataclass(slots=True)
class JointProgram(SquadsProgram):
    """The squads' program, and beside it escorts, exams and interviews."""

    before: tuple[tuple[str, int], ...] = ()
    """Custody place and minute of every detainee whom others deliver."""
    second_doors: frozenset[str] = frozenset()
    """Sites that a squad may raid after another."""
    follows: dict[tuple[str, str], int] = field(default_factory=dict)
    """First and second site of a squad."""
    ways: list[tuple[int, EscortColumn]] = field(default_factory=list)
    tours: list[tuple[int, Tour]] = field(default_factory=list)

    def free_officers(self) -> list[Officer]:
        """The officers of the region's force who may serve outside a team."""
        return [o for c in self.force.officers if not c.is_bound for o in c.officers]

    def cars(self, cells: int, seats: int) -> dict[str, list[Vehicle]]:
        """Base -> the force's vehicles with at least so many cells and seats."""
        found: dict[str, list[Vehicle]] = defaultdict(list)
        for row in self.force.vehicles:
            if row.cells >= cells and row.seats >= seats:
                found[row.base] += row.vehicles
        return dict(found)

    # what the squads' program sees otherwise

    def way_home(self, door: Door) -> int:
        """The way to custody is counted where a squad drives."""
        return 0

    def least_crew(self, door: Door) -> int:
        """R10: who drives its own detainees needs more, which `r13_squad_drives` asks."""
        return door.size

    def with_detainees(self, door: Door) -> list[int]:
        """Where the squad drives its own detainees one of its deliveries is 1."""
        return [self.delivers[door.id, custody] for custody in door.custody]

    # follow-on raids

    def choose_doors(self) -> None:
        """A raided site has one start and one way through an assembly, or comes after another of a squad."""
        follow_on.choose_pairs(self)
        SquadsProgram.choose_doors(self)

    def after_another(self, door: Door) -> list[int]:
        """One of these is 1 where a squad raids the site after another."""
        return [v for (_, second), v in self.follows.items() if second == door.id]

    def r3_vehicles(self) -> None:
        """Seats for squad and detainees, also at the second site."""
        SquadsProgram.r3_vehicles(self)
        follow_on.r10_needs(self)
        follow_on.links(self)

    # detainees

    def add_custody(self) -> None:
        """R12: a site's detainees are driven by the squad, or fetched by an escort unit."""
        held = {door.id: self._held(door) for door in self.force.doors}
        supply = escort_supply(self.scenario, self.free_officers(), self.cars(1, 1), held)
        self.ways = [(self.program.variable(), way) for way in escort_columns(self.scenario, held, supply)]
        for variable, way in self.ways:
            self.cost[variable] += way.cost
        for door in self.force.doors:
            self._driven_by_the_squad(door)
        fetched: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for variable, way in self.ways:
            for site in way.sites:
                fetched[site].append((variable, 1.0))
        for door in self.force.doors:
            driven = [(v, 1.0) for v in self.with_detainees(door)]
            self.program.require([*driven, *fetched[door.id], (self.raided[door.id], -1.0)], 0, 0)
        follow_on.r13_last_raid(self)
        self.r15_crews_and_cars(supply)
        self.r17_cells_and_rooms()

    def _held(self, door: Door) -> CustodyDemand:
        """The door as if raided at H, with a squad that may stay for long."""
        d, start = self.scenario.operation.doctrine, door.start or 0
        drive = max(to_first_raid(self.scenario, a, door.id) for a in door.assemblies)
        until = start + d.duty_max - d.brief_minutes - drive
        return CustodyDemand(door.id, NOBODY, start, start + door.raid_minutes, door.suspects, until, door.custody)

    def _driven_by_the_squad(self, door: Door) -> None:
        number = len(door.suspects)
        for custody in door.custody:
            delivers = self.delivers[door.id, custody] = self.program.variable()
            drive = drive_to_custody(self.scenario, door, custody)
            self.cost[delivers] += number * held_cost(self.scenario.operation, door.raid_minutes + drive)
            self.cost[delivers] += self.crew_to_drive(door) * drive

    def crew_to_drive(self, door: Door) -> int:
        """R10, R13: officers of a squad that drives its own detainees."""
        return max(door.size, ceil(self.scenario.operation.doctrine.self_escort_ratio * len(door.suspects)))

    def r10_needs(self) -> None:
        """The squad meets the site's needs; R13: and has the officers to drive its own detainees where it does."""
        SquadsProgram.r10_needs(self)
        for door in self.force.doors:
            crew = [(v, 1.0) for assembly in door.assemblies for _, v in self.crews[door.id, assembly]]
            self.program.require([*crew, *self._driven(door, self.crew_to_drive(door))], 0)

    def r15_crews_and_cars(self, supply: EscortSupply) -> None:
        """R15, R16: officers of one base and hours for each escort unit, a woman where one is needed, and cars."""
        for home in supply.homes:
            mine = [(v, w) for v, w in self.ways if w.home == home]
            if mine:
                crew = self._keep_officers(home, ESCORT, [(v, -float(w.crew)) for v, w in mine])
                women = [(v, 1.0) for v, is_woman in crew if is_woman]
                self.program.require([*women, *((v, -1.0) for v, w in mine if w.woman)], 0)
        bases = sorted({w.home.base for _, w in self.ways if w.home is not None})
        for base in bases:
            near = [(v, w) for v, w in self.ways if w.home is not None and w.home.base == base]
            self._keep_cars(base, ESCORT, [(v, w.cells, max(1, w.num_cars)) for v, w in near])

    def _keep_officers(self, home: BasePool, purpose: str, needs: list[tuple[int, float]]) -> list[tuple[int, bool]]:
        """Officers of the home, by class, who meet the needs; True beside classes of women."""
        there, crew = {o.id for o in home.officers}, []
        for i, row in enumerate(self.force.officers):
            number = sum(o.id in there for o in row.officers)
            if number:
                if (i, purpose) not in self.keeps:
                    self.keeps[i, purpose] = self.program.variable(len(row.officers))
                crew.append((self.keeps[i, purpose], row.sex == "F"))
        self.program.require([*((v, 1.0) for v, _ in crew), *needs], 0)
        return crew

    def _keep_cars(self, base: str, purpose: str, needs: list[tuple[int, int, int]]) -> None:
        """Vehicles of the base for all who need so many with so many cells (variable, cells, number)."""
        rows = [(k, row) for k, row in enumerate(self.force.vehicles) if row.base == base]
        for k, row in rows:
            if row.cells or purpose == FORENSIC:
                self.kept_cars[k, purpose] = self.program.variable(len(row.vehicles))
        for least in sorted({cells for _, cells, _ in needs}):
            able = [
                (self.kept_cars[k, purpose], 1.0)
                for k, row in rows
                if (k, purpose) in self.kept_cars and row.cells >= least
            ]
            self.program.require([*able, *((v, -float(number)) for v, cells, number in needs if cells >= least)], 0)

    # cells and interview rooms

    def r17_cells_and_rooms(self) -> None:
        """R17: cells of the custody places; R19: rooms there, for which detainees wait."""
        arrivals: dict[str, list[tuple[int, int, int]]] = defaultdict(list)  # place -> variable, minute, detainees
        for door in self.force.doors:
            for custody in door.custody:
                minute = (door.start or 0) + door.raid_minutes + drive_to_custody(self.scenario, door, custody)
                arrivals[custody].append((self.delivers[door.id, custody], minute, len(door.suspects)))
        for variable, way in self.ways:
            for stop in way.stops:
                if stop.task == "deliver":
                    arrivals[stop.place].append((variable, stop.start, len(stop.suspects)))
        for place, rows in sorted(arrivals.items()):
            number: dict[int, float] = defaultdict(float)
            for variable, _, detainees in rows:
                number[variable] += detainees
            self.program.require(number.items(), upper=self.force.cells[place])
            self.r19_rooms(place, rows, [minute for there, minute in self.before if there == place])

    def r19_rooms(self, place: str, rows: list[tuple[int, int, int]], before: list[int]) -> None:
        """In each time that one interview takes, no more begin than there are rooms; the others wait."""
        d, rooms = self.scenario.operation.doctrine, self.scenario.operation.places_by_id[place].rooms
        if not rooms:
            return
        come: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        there: dict[int, int] = defaultdict(int)
        for variable, minute, detainees in rows:
            come[self._cell(minute)][variable] += detainees
        for minute in before:
            there[self._cell(minute)] += 1
        begin = [self.program.quantity(rooms) for _ in range(IMPROVE.num_cells)]
        waits = [self.program.quantity() for _ in range(IMPROVE.num_cells)]
        length = ceil(d.interview_minutes / IMPROVE.cell)
        for c in range(IMPROVE.num_cells):
            self.cost[waits[c]] += IMPROVE.cell if c < IMPROVE.num_cells - 1 else NO_INTERVIEW
            terms = [(waits[c], 1.0), (begin[c], 1.0), *((v, -n) for v, n in come[c].items())]
            self.program.require([*terms, *([(waits[c - 1], -1.0)] if c else [])], there[c], there[c])
            self.program.require([(v, 1.0) for v in begin[max(0, c - length + 1) : c + 1]], upper=rooms)

    def _cell(self, minute: int) -> int:
        """The stretch of time in which an interview may begin of somebody who is delivered at the minute."""
        ready = minute + self.scenario.operation.doctrine.intake_minutes
        return min(IMPROVE.num_cells - 1, max(0, ceil(ready / IMPROVE.cell)))

    # exams

    def examine(self) -> None:
        """R18: each raided site that asks for it has an exam by a pair that goes from site to site, or counts 2880."""
        scenes = {door.id: self._scene(door) for door in self.force.doors if door.site.exam}
        crews = homes(o for o in self.free_officers() if "forensics" in o.skills)
        cars = self.cars(0, FORENSIC_CREW)
        able = pairs_of(self.scenario, (h for h in crews if cars.get(h.base)), len(scenes))
        found = cheapest(tour for crew in able for tour in tours_from(self.scenario, scenes, crew, able))
        self.tours = [(self.program.variable(), tour) for tour in found]
        for variable, tour in self.tours:
            self.cost[variable] += tour.cost
        for door in self.force.doors:
            if door.id in scenes:
                self._examined(door, scenes[door.id])
        for home in crews:
            mine = [(v, -float(tour.pair.count(home))) for v, tour in self.tours if home in tour.pair]
            if mine:
                self._keep_officers(home, FORENSIC, mine)
        for base in sorted({home.base for _, tour in self.tours for home in tour.pair}):
            mine_too = [v for v, tour in self.tours if any(home.base == base for home in tour.pair)]
            self._keep_cars(base, FORENSIC, [(v, 0, 1) for v in mine_too])

    def _scene(self, door: Door) -> Scene:
        held = self._held(door)
        return Scene(door.id, NOBODY, held.start, held.end, held.until)

    def _leaves_guards(self, door: Door) -> bool:
        """A squad of the least size has enough officers to leave guards and drive its detainees."""
        d = self.scenario.operation.doctrine
        go_on = door.size - d.guard_crew
        return d.guard_crew > 0 and go_on >= max(1, d.self_escort_ratio * len(door.suspects))

    def _examined(self, door: Door, scene: Scene) -> None:
        """One exam, or none; a squad that drives its own detainees waits with them until the exam begins."""
        undone = self.program.quantity(1)
        self.cost[undone] += NO_EXAM
        starts = [(v, s.start) for v, tour in self.tours for s in tour.stops if s.place == door.id]
        self.program.require([(undone, 1.0), *((v, 1.0) for v, _ in starts), (self.raided[door.id], -1.0)], 0, 0)
        late = {v: float(start - scene.end) for v, start in starts if start > scene.end}
        if not late or self._leaves_guards(door):
            return
        most, waits = max(late.values()), self.program.quantity()
        self.cost[waits] += DETAINEE_WEIGHT * len(door.suspects)
        too_long, drive = self.program.quantity(), drive_to_custody(self.scenario, door, door.custody[0])
        spare = max(0, self.scenario.operation.doctrine.hold_minutes - door.raid_minutes - drive)
        self.cost[too_long] += DETAINEE_WEIGHT * len(door.suspects)
        self.program.require([(waits, 1.0), (too_long, -1.0)], upper=spare)
        drives = [(v, -most) for v in self.with_detainees(door)]
        self.program.require([(waits, 1.0), *((v, -minutes) for v, minutes in late.items()), *drives], -most)
