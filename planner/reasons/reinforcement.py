"""The least that would have to be asked for, so that a wish is met: an integer program, then a replan that proves it.

The program is that of the bounds with officers and vehicles beside those of the operation, who cost one each: its bound
is what no request can go below. Since it leaves rules out, a replan may need more; then whole squads are added for the
sites that are left, and what proves needless is taken out again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, isfinite

from planner.edits import Document, Edit, apply_edits
from planner.files import dump_operation, parse_operation
from planner.needs import SKILL, chargeable_by_site, squad_needs
from planner.plan import Plan
from planner.reasons.placeholders import Lender, borrowed, lenders, lent_vehicles, squad_for
from planner.reasons.pricing import PricedRemedy, tried
from planner.reasons.questions import WhyQuestion
from planner.reasons.searching import near, program_clocks
from planner.reasons.setting import Remedy
from planner.reasons.staffing import Staffing
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.solver import Clock
from planner.solver.bounds.ground import Ground
from planner.solver.bounds.relaxed import every_arrest
from planner.solver.model import IntegerProgram, Solution
from planner.solver.params import BOUNDS
from planner.whatif import set_fields, set_num_teams

PROGRAM_SHARE = 0.4
"""Of what is left of the clock, for the programs; the rest is for replans."""
PRUNE_SHARE = 0.5
"""Of what is left of the clock, for taking out what proves needless; the rest is for a plan made anew."""
PROGRAM_WORK = 120.0
"""Work that each search of a program may take, without whole numbers and with them."""
_ORDER = ("team", "cells", "commander", "van", "car", "skill", "woman", "leader", "officer")
"""In which kinds are made fewer."""
ANEW_WORK = 300.0
"""Work of a replan that may also begin anew: about 10 s. The others only give orders to who is free."""
MANY_TEAMS = 200
MOST_WHOLE = 2_000
"""Classes of officers times sites with which the program of the bounds is solved with whole numbers; else without."""
MOST_ROUNDS = 3
"""In which whole squads are added to what the program asks for."""
VEHICLE_COST = 0.6
DEAR = {"officer": 1.0, "woman": 1.01, "leader": 1.02, "skill": 1.03, "commander": 1.04}
"""What one of a kind costs: no more than an officer, but for a choice among equals."""
Watch = Callable[[str, int], None]
Groups = list[tuple[list[str], list[int]]]


@dataclass(frozen=True, order=True, slots=True)
class RequestRow:
    """What is asked for: officers (`officer`, `woman`, `leader`, `commander`, `skill`), `car`, `van`, `team`, `cells`.

    `city` is where they are to serve, `subject` a skill or a custody place; officers come with an agency and a base.
    """

    city: str
    kind: str
    subject: str = ""
    agency: str = ""
    base: str = ""


@dataclass(frozen=True)
class Reinforcement:
    """A request: what is wanted -> how many, and the plan that a replan near the old one makes with it.

    `least`: no smaller request of this form meets the wish, near the plan or not; None: nothing was proved. Of this
    form: officers of a kind of `RequestRow` each (nobody with two abilities), from the agency and base that lends first
    for their city, and cars and vans of that base; cells and teams count nothing, and there are as many as are needed.
    Officers count 1 to 1.04, vehicles 0.6. A request of another form may be smaller: one officer who is a woman and
    interprets, or others from another base.
    `is_met`: the plan does what is wished, and breaks no rule. Without anything wanted it needs no reinforcement.
    """

    wanted: dict[RequestRow, int]
    least: float | None
    is_met: bool
    found: PricedRemedy | None
    is_stopped: bool = False

    @property
    def size(self) -> float:
        """Officers and vehicles that are asked for, a vehicle as 0.6."""
        return sum(n * _cost(one) for one, n in self.wanted.items())


def _cost(wanted: RequestRow) -> float:
    return VEHICLE_COST if wanted.kind in ("car", "van") else DEAR.get(wanted.kind, 0.0)


def _asked_for(program: IntegerProgram, groups: Groups, meant: dict[str, RequestRow]) -> dict[RequestRow, list[int]]:
    """New variables of the program: how many of each kind are asked for, beside those whom the operation has."""
    used: dict[RequestRow, list[int]] = {}
    for names, serve in groups:
        lent = {meant[name] for name in names if name in meant}
        if lent:  # those whom the operation has of the group cost nothing
            wanted, own = min(lent, key=lambda one: (_cost(one), one)), sum(name not in meant for name in names)
            asked = program.quantity()
            program.require([*((v, 1.0) for v in serve), (asked, -1.0)], upper=own)
            used.setdefault(wanted, []).append(asked)
    return used


def least_reinforcement(
    scenario: Scenario, plan: Plan, question: WhyQuestion, called: str, clock: Clock, watch: Watch = lambda *_: None
) -> Reinforcement:
    """What would have to be asked for so that the question's wish is met, near the plan; of no running operation.

    Raises ValueError where the operation runs (`now`).
    """
    if scenario.now is not None:
        raise ValueError("a request is made before the operation runs")
    asked = _RequestMaker(scenario, plan, question, called, clock, watch)
    watch("program", 1)
    with clock.only(PROGRAM_SHARE):
        wanted, least = asked.program()
    return asked.settle(wanted, least)


class _RequestMaker:
    """One question, with all that could be asked for."""

    def __init__(
        self, scenario: Scenario, plan: Plan, question: WhyQuestion, called: str, clock: Clock, watch: Watch
    ) -> None:
        self.scenario, self.plan, self.question, self.called = scenario, plan, question, called
        self.clock, self.watch, self.tries = clock, watch, 0
        self.document = dump_operation(scenario.operation)
        self.behind = chargeable_by_site(scenario.operation)
        sites = scenario.operation.sites_by_id
        self.sites = {s: squad_needs(scenario.operation, sites[s], self.behind.get(s, ())) for s in question.until}
        self.city = {s: sites[s].city for s in question.until}
        self.lender = {c: found[0] for c in set(self.city.values()) if (found := lenders(scenario, c))}

    def kinds(self) -> Iterator[tuple[RequestRow, int]]:
        """All that the program may ask for, and how many of it at most."""
        for city, lender in sorted(self.lender.items()):
            here = [needs for site, needs in self.sites.items() if self.city[site] == city]
            most = sum(needs["officers"] for needs in here)
            for kind in ("officer", "leader", "commander", "woman"):
                yield (
                    RequestRow(city, kind, "", lender.agency, lender.base),
                    most if kind == "officer" else len(here) + 2,
                )
            skills = Counter[str]()
            for needs in here:
                skills.update({k.removeprefix(SKILL): n for k, n in needs.items() if k.startswith(SKILL)})
            for skill, number in sorted(skills.items()):
                yield RequestRow(city, "skill", skill, lender.agency, lender.base), number
            for kind in ("car", "van"):
                yield RequestRow(city, kind, "", "", lender.base), most // 3 + 2

    def rows(self, document: Document, wanted: RequestRow, number: int) -> tuple[Edit, ...]:
        """The edits that give so many of it."""
        d, operation = self.scenario.operation.doctrine, self.scenario.operation
        match wanted.kind:
            case "team":
                return set_num_teams(document, operation.max_teams + number)
            case "cells":
                cells = operation.places_by_id[wanted.subject].cells + number
                return set_fields(document, "places", wanted.subject, cells=cells)
            case "car" | "van":
                return lent_vehicles(document, wanted.base, number, self.called, is_van=wanted.kind == "van")
        lender = Lender(wanted.agency, wanted.base)
        rank = {"leader": d.lead_rank, "commander": d.commander_rank}.get(wanted.kind, 1)
        skills = (wanted.subject,) if wanted.kind == "skill" else ()
        sex = "F" if wanted.kind == "woman" else "M"
        return borrowed(document, lender, number, self.called, sex=sex, rank=rank, skills=skills)

    def edits(self, wanted: dict[RequestRow, int]) -> tuple[Edit, ...]:
        """The edits that give all of it."""
        document, made = self.document, list[Edit]()
        for one, number in sorted(wanted.items()):
            more = self.rows(document, one, number) if number else ()
            document, made = apply_edits(document, more), [*made, *more]
        return tuple(made)

    def program(self) -> tuple[dict[RequestRow, int], float | None]:
        """What the program asks for, and its bound; None where it proved nothing, or has no solution."""
        document, meant = self.document, dict[str, RequestRow]()
        for wanted, most in self.kinds():
            rows = self.rows(document, wanted, most)
            document = apply_edits(document, rows)
            meant |= {row.key: wanted for row in rows}
        extra = self._extra_cells()
        for wanted, number in extra.items():
            document = apply_edits(document, self.rows(document, wanted, number))
        for most in (self.scenario.operation.max_teams, MANY_TEAMS):
            given = apply_edits(document, set_num_teams(document, most))
            found = self._solved(Scenario(parse_operation(given)), meant)
            if found is not None:
                break
        if found is None:
            return {}, None
        total, least, teams = found
        more = teams - self.scenario.operation.max_teams
        return {**total, **extra, **({RequestRow("", "team"): more} if more > 0 else {})}, least

    def _extra_cells(self) -> dict[RequestRow, int]:
        """Cells that are lacking in all for those who are to be arrested: at the largest custody place."""
        custody = [p for p in self.scenario.operation.places if p.kind == "custody"]
        lack = sum(len(self.behind.get(s, ())) for s in self.sites) - sum(p.cells for p in custody)
        if lack <= 0 or not custody:
            return {}
        place = max(custody, key=lambda p: (p.cells, p.id))
        return {RequestRow(place.city, "cells", place.id): lack}

    def _solved(
        self, scenario: Scenario, meant: dict[str, RequestRow]
    ) -> tuple[dict[RequestRow, int], float, int] | None:
        """What the programs ask for, their bound, and how many teams there are then; None where there is no solution.

        First the one added up by kinds and cities; then, unless it is too large, the one of the bounds.
        """
        ground = Ground(scenario, None, until=self.question.until)
        if not self.sites.keys() <= {target.id for target in ground.targets}:
            return None
        small = Staffing(ground, self.sites)
        groups: Groups = [([o.id for o in kind.officers], kind.serve) for kind in small.officers]
        groups += [([v.id for v in kind.vehicles], kind.used) for kind in small.vehicles]
        found = self._least(small.program, groups, meant, small.teams)
        visits = len(ground.officers) * len(ground.targets)
        if found is None or self.clock.is_over() or visits > BOUNDS.most_at_once:
            return found
        relaxed = every_arrest(ground)
        for site in self.sites:
            relaxed.program.lower[relaxed.raided[site]] = 1
        groups = [([o.id for o in c.officers], relaxed.used[i]) for i, c in enumerate(ground.officers)]
        groups += [([v.id for v in c.vehicles], relaxed.cars[k]) for k, c in enumerate(ground.vehicles)]
        if visits > MOST_WHOLE:
            return found[0], max(found[1], self._bound(relaxed.program, groups, meant)), found[2]
        whole = self._least(relaxed.program, groups, meant, relaxed.teams)
        return found if whole is None else (whole[0], max(found[1], whole[1]), whole[2])

    def _bound(self, program: IntegerProgram, groups: Groups, meant: dict[str, RequestRow]) -> float:
        """What no request can go below, without whole numbers; 0 where that is not found in time."""
        used = _asked_for(program, groups, meant)
        cost = {asked: _cost(wanted) for wanted, rows in used.items() for asked in rows}
        with program_clocks(self.clock, PROGRAM_WORK) as (_, relaxing):
            bound = program.best_bound(cost, relaxing, share=0.0)
        return bound if bound is not None and isfinite(bound) else 0.0

    def _least(
        self, program: IntegerProgram, groups: Groups, meant: dict[str, RequestRow], teams: dict[str, int]
    ) -> tuple[dict[RequestRow, int], float, int] | None:
        """The same of one program: `groups` are ids of officers or vehicles with the variables that count them."""
        used = _asked_for(program, groups, meant)
        cost = {asked: _cost(wanted) for wanted, rows in used.items() for asked in rows}
        with program_clocks(self.clock, PROGRAM_WORK) as (searching, relaxing):
            solution = program.optimum(cost, searching, relaxing, gap=0.01)
        if not isinstance(solution, Solution):
            return None
        sums = {one: ceil(sum(solution.values[v] for v in vs) - 1e-6) for one, vs in used.items()}
        num_teams = sum(solution.count(v) for v in teams.values())
        return {one: n for one, n in sums.items() if n}, max(0.0, solution.bound), num_teams

    def settle(self, wanted: dict[RequestRow, int], least: float | None) -> Reinforcement:
        """What the program asks for, if a plan is found with so much; else whole squads, without what is needless."""
        found = self._tried(wanted)
        if found is None:
            more = self._grown(wanted)
            found = self._tried(more)
            if found is not None:
                more, found = self._in_use(more, found)
                with self.clock.only(PRUNE_SHARE):
                    more, found = self._pruned(more, found)
            again = self._tried(wanted, ANEW_WORK, anew=True) if not self.clock.is_over() else None
            wanted, found = (more, found) if again is None else (wanted, again)
        if found is None:
            return Reinforcement(wanted, least, is_met=False, found=None, is_stopped=self.clock.is_over())
        wanted, found = self._pruned(wanted, found)
        return Reinforcement(wanted, least, is_met=True, found=found, is_stopped=self.clock.is_stopped)

    def _tried(self, wanted: dict[RequestRow, int], work: float = 0.0, *, anew: bool = False) -> PricedRemedy | None:
        self.tries += 1
        self.watch("request", self.tries)
        remedy = Remedy("request", sum(wanted.values()), self.edits(wanted))
        before = score(self.scenario, self.plan)
        return tried(self.scenario, self.plan, self.question, remedy, before, self.clock, work, anew=anew)

    def _grown(self, wanted: dict[RequestRow, int]) -> dict[RequestRow, int]:
        """More, until nothing is left undone: a whole squad for each site that a plan with what is wanted leaves so."""
        for _ in range(MOST_ROUNDS):
            operation = parse_operation(apply_edits(self.document, self.edits(wanted)))
            changed = Scenario(operation, Parent(self.plan, self.scenario.operation))
            undone = self._undone(near(changed, self.clock, work=0, is_enough=lambda plan: not self._undone(plan)))
            if not undone or self.clock.is_over():
                break
            more = Counter(wanted)
            for site in undone:
                more.update(self._squad(site, self.lender[self.city[site]]))
            wanted = dict(more)
        return wanted

    def _undone(self, plan: Plan) -> list[str]:
        """Sites that the plan leaves out or late, and for which somebody could lend a squad."""
        raids, until = plan.raids_by_site, self.question.until
        undone = [site for site, minute in until.items() if site not in raids or raids[site][1].start > minute]
        return [site for site in undone if self.city[site] in self.lender]

    def _squad(self, site: str, lender: Lender) -> Iterator[RequestRow]:
        operation, city = self.scenario.operation, self.city[site]
        row, own = operation.sites_by_id[site], (lender.agency, lender.base)
        for (sex, rank, skills), number in squad_for(operation, row, self.sites[site]).items():
            kind = "woman" if sex == "F" else "leader" if rank > 1 else "skill" if skills else "officer"
            yield from [RequestRow(city, kind, skills[0] if kind == "skill" else "", *own)] * number
            yield from (RequestRow(city, "skill", s, *own) for s in (skills if kind != "skill" else skills[1:]))
        yield RequestRow(city, "commander", "", *own)
        yield RequestRow("", "team")
        size = self.sites[site]["officers"] + 2
        yield from [RequestRow(city, "car", "", "", lender.base)] * ceil(size / 4)
        yield RequestRow(city, "van", "", "", lender.base)

    def _in_use(self, wanted: dict[RequestRow, int], found: PricedRemedy) -> tuple[dict[RequestRow, int], PricedRemedy]:
        """Only as many as the plan has given something to do, if a plan is found with those."""
        plan, document, fewer = found.plan, self.document, dict[RequestRow, int]()
        busy = {o for unit in plan.units for o in unit.officers} | {team.commander for team in plan.teams}
        busy |= {v for unit in plan.units for v in unit.vehicles}
        for one, number in sorted(wanted.items()):
            rows = self.rows(document, one, number)
            document = apply_edits(document, rows)
            fewer[one] = sum(row.key in busy for row in rows) if one.kind not in ("team", "cells") else number
            if one.kind == "team":
                fewer[one] = max(0, len(plan.teams) - self.scenario.operation.max_teams)
        fewer = {one: number for one, number in fewer.items() if number}
        again = self._tried(fewer) if fewer != wanted else None
        return (wanted, found) if again is None else (fewer, again)

    def _pruned(self, wanted: dict[RequestRow, int], found: PricedRemedy) -> tuple[dict[RequestRow, int], PricedRemedy]:
        """Of each kind the fewest with which the wish is met beside all the others, as bisected."""
        for one in sorted(wanted, key=lambda w: (_ORDER.index(w.kind), w)):
            low, high = 0, wanted[one]
            while low < high and not self.clock.is_over():
                middle = (low + high) // 2
                fewer = {w: middle if w == one else n for w, n in wanted.items()}
                again = self._tried({w: n for w, n in fewer.items() if n})
                if again is None:
                    low = middle + 1
                else:
                    high, found = middle, again
            wanted = {w: high if w == one else n for w, n in wanted.items() if w != one or high}
        return wanted, found
