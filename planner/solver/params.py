"""What a stage may spend, and every figure that it was tuned by: each with its unit and why it is what it is.

The table in docs/solver.md is `as_markdown()`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

T = TypeVar("T")


def figure(value: T, unit: str, why: str) -> T:
    """A field of a table of figures: its value, its unit, and the measurement or the reason behind it."""
    return field(default=value, metadata={"unit": unit, "why": why})


def share(value: float, of: str) -> float:
    """A part of what is left on the clock when its turn begins."""
    return figure(value, "of what is left", of)


@dataclass(frozen=True, slots=True)
class Budget:
    """What stages and their parts may spend. Shares are of what is left then; what one leaves over the next may use."""

    squads: float = share(0.6, "the stage")
    strike: float = share(0.9, "the stage")
    detainees: float = share(0.3, "the stage; more left nationwide hardly anything for routes, which make it anew")
    routes: float = share(0.9, "the stage")
    interviews: float = share(0.9, "the stage")
    reopen: float = share(0.75, "the stage")
    improve: float = share(0.7, "the stage")
    reroute: float = share(0.5, "the stage")
    tours: float = share(0.1, "the stage")
    aftermath: float = share(0.3, "the stage")
    timetable: float = share(0.5, "the stage")
    bounds: float = share(1.0, "the stage, the last one")
    replan: float = share(0.9, "each stage of a replan")

    first_repair: float = share(0.3, "squads, the first plan: sites without a squad, once each site had its turn")
    all_sectors: float = share(0.85, "squads: sector by sector; what stays shut then has its turn as in the first plan")
    sector_sharing: float = share(0.2, "squads: the program that shares the force out among sectors")
    sectors: float = share(0.9, "squads: the sectors' first turn, by the square of their sites")
    sector_patience: float = figure(
        2.0, "times", "squads: its share that a sector may take: those that take longest end in twice the mean"
    )
    sector_again: float = share(0.2, "squads: a sector with a site left out, once more with all that is left")
    sector_pair: float = share(0.3, "squads: two sectors settled as one")
    squads_at_once: float = share(0.8, "squads: one program for all sites")
    squads_program: float = share(0.8, "squads: that program on time, then the one with late starts")
    custody: float = share(0.5, "detainees: the choice of custody places")
    reopen_start: float = share(0.1, "reopen: each first plan that leaves officers for escorts")
    reopen_trades: float = share(
        0.8, "reopen, of a round: trades. In 60 CPU s 3-02-short missed 2, and 8 with regions first"
    )
    reopen_routes: float = share(0.5, "reopen, of a round: routes")
    reopen_regions: float = share(1.0, "reopen, of a round: regions")
    region_turn: float = share(0.3, "improve: the regions of one turn")
    tours_kept: float = share(0.5, "tours: from the plan's tours; the rest from none")
    replan_anew: float = share(0.4, "improve of a replan: a plan without the parent")
    bound_missed: float = share(0.3, "bounds: missed")
    bound_exposure: float = share(0.4, "bounds: exposure")
    bound_whole: float = share(0.9, "bounds: the cost of the whole in one program; if it fails, the cities follow")
    bound_whole_numbers: float = share(
        0.9, "bounds: whole numbers in that program: 3-02-roads gains 400 in 4 s, and little else is left to prove"
    )
    bound_prices: float = share(0.3, "bounds: what officers are worth to each city")
    relaxation: float = share(0.5, "a program without whole numbers, where only its bound is asked for")

    squads_seconds_a_door: float = figure(
        0.04, "s", "squads: with less, programs are cut short before they better the first plan (3-02 takes 0.06)"
    )
    reserve_seconds_a_door: float = figure(
        0.02, "s", "reopen: with less, no first plan with a reserve is begun: 3-02-short takes 0.1 to its end"
    )
    prepare_seconds: float = figure(
        8.0, "s", "squads: with more, and more sites, processes start and load at once, two CPU s each"
    )
    prepare_doors: int = figure(10, "sites", "squads: see prepare_seconds; the first squads for 50 sites take as long")
    region_least: float = figure(1.0, "s", "improve: with less, a turn ends before its programs stand")
    tours_least: float = figure(0.5, "s", "tours: the library takes a third of a second to load")
    timetable_least: float = figure(1.0, "s", "timetable: CP-SAT takes half a second to load")
    aftermath_least: float = figure(1.0, "s", "aftermath: CP-SAT takes half a second to load")
    bounds_seconds_a_door: float = figure(
        0.12, "s", "kept for bounds: 3-02-roads proves 56093 in 3.7 s and 56512 in 5.5, loading included"
    )
    bounds_kept: float = figure(0.2, "of the limit", "the most that is kept for bounds")
    bounds_least: float = figure(4.0, "s", "with less, nothing is kept: few programs of cities would end")
    bound_visits_a_second: int = figure(
        8_000, "visits/s", "bounds: written into a program; with less time than that takes none is begun"
    )


@dataclass(frozen=True, slots=True)
class Programs:
    """Integer programs of every stage."""

    gap: float = figure(5e-5, "of the objective", "a solution this near to its bound ends the search")
    wider: int = figure(8, "times", "the reach grows so while the bound leaves something to gain")


@dataclass(frozen=True, slots=True)
class First:
    """The first plan, door by door."""

    rare: float = figure(
        60.0, "min of way", "an officer of whom every other one is needed elsewhere is dearer, at most twice"
    )
    last: float = figure(3000.0, "min of way", "the last ones for the sites to come are dearer")
    tries: int = figure(
        15, "tries", "for each site without a squad at first: 3-02-short missed 2, 2 in 60 s; with 3 tries 4, 2"
    )
    least_tries: int = figure(80, "tries", "in all, where there are enough officers")
    most_broken: int = figure(6, "squads", "that one try breaks up")
    noise: float = figure(0.5, "of a rank", "of a site's place in the order of a try")
    from_anywhere: float = figure(0.2, "of the tries", "in which squads of other cities are broken up too")
    a_team: float = figure(
        0.3, "of the tries", "that break up a team: 3-02-rosters misses 2 with seven seeds of nine, with one before"
    )
    num_classes: int = figure(250, "classes", "of officers that cost least; all the others only where these do not do")
    num_homes: int = figure(5, "bases", "the nearest, each tried as the one that most of the squad comes from")
    meets: float = figure(20_000.0, "min of way", "an officer who has what is lacking may come from farther")
    with_cars: float = figure(0.1, "min", "for each vehicle")
    new_team: float = figure(20.0, "min of way", "a squad may be dearer by this before another team is formed")


@dataclass(frozen=True, slots=True)
class Squads:
    """Programs for squads: of all doors, of a sector, and the one that shares the force out."""

    most_at_once: int = figure(60, "sites", "that one program plans; more are planned sector by sector")
    most_named: int = figure(3, "ready teams", "in one program; more are given their sectors first")
    num_levels: int = figure(5, "starts", "of a site that may open late, beside the one on time")
    reach: float = figure(20.0, "min", "reduced cost of the columns that come in at first")
    suspect_weight: int = figure(20_000, "min", "of cost that one step of priority outweighs")
    exposure_weight: int = figure(20, "min", "of cost that one of exposure outweighs")
    cell_kept: float = figure(5.0, "min", "price of a vehicle with cells, which escorts may need")
    num_assemblies: int = figure(3, "assembly points", "the nearest, through which a squad may go")
    num_custody: int = figure(
        3, "custody places", "the nearest, that a squad may drive to; more change no plan that was measured"
    )
    exam_drive: int = figure(20, "min", "between two exams: a guess that only spreads the forensic officers")
    sector_doors: int = figure(26, "sites", "of a sector: programs of this size end in a few seconds")
    sector_doors_many: int = figure(
        18, "sites", "beyond `most_exact` sites: nationwide 3108310 after squads in 155 CPU s, 3186083 in 164 with 26"
    )
    sector_doors_named: int = figure(
        12, "sites", "of a sector, with more ready teams than that: 19 sites and 11 teams of 3-02-rosters took 23 s"
    )
    sector_bases: int = figure(14, "bases", "that may send officers: the nearest, and as many of the largest")
    sector_reach: float = figure(15.0, "min", "reduced cost of the columns that come in, where the force is shared out")
    seat_waste: float = figure(
        1.15, "times", "cars are not filled to the last seat: more seats are shared out than people"
    )
    forensic_seats: float = figure(5.0, "seats", "of the car of a pair of forensic officers")
    most_one_by_one: int = figure(
        8, "sectors", "each of which may use what others left over; more have their turns at once"
    )
    most_exact: int = figure(400, "sites", "beyond so many each sector's search ends a little sooner")
    wide_gap: float = figure(2e-4, "of the objective", "at which it ends then")
    num_neighbours: int = figure(
        4, "sectors", "tried together with one that has a site without a squad, itself included"
    )
    nearest: int = figure(3, "times", "weight of a suspect for whom the custody place is the nearest, not one of few")
    haste: float = figure(0.5, "min", "shared out in `strike`: among starts that expose equally, the earlier")


@dataclass(frozen=True, slots=True)
class Detainees:
    """Escort units and guards as columns of a program."""

    num_near: int = figure(6, "homes, sites", "that an escort unit may come from or go on to: the nearest")
    num_custody: int = figure(3, "custody places", "the nearest of a site, for an escort unit")
    most_guards: int = figure(500, "choices", "of guards, for one squad")
    most_sites: int = figure(
        400, "sites", "in one program; for nationwide none was solved in 114 s, and routes make the ways anew"
    )


@dataclass(frozen=True, slots=True)
class Exams:
    """Tours of forensic pairs as columns of a program."""

    num_partners: int = figure(
        3, "officers", "of other bases, the nearest, with whom one without a colleague is paired"
    )
    num_near: int = figure(
        6, "homes, sites", "per site, and sites to go on to: the nearest; and as many of the largest homes"
    )
    most_tours: int = figure(300_000, "tours", "looked at in all")
    most_per_home: int = figure(40_000, "tours", "looked at from one home")


@dataclass(frozen=True, slots=True)
class Interviews:
    """Pairs of interviewers, chosen one detainee after the other."""

    most_near: int = figure(80, "officers", "of each kind looked at for a place: the nearest")
    num_partners: int = figure(40, "officers", "the cheapest, looked at as the second of a pair")


@dataclass(frozen=True, slots=True)
class Routes:
    """What is asked of the routing core: escort and forensic units, and squads that raid again."""

    rounds: int = figure(2, "rounds", "of moves from other seeds")
    moves_each: int = figure(2_000, "moves", "for each visit in a round, at most")
    more_moves: int = figure(5, "times", "as many, where raids change hands in several cities")
    num_near: int = figure(6, "bases", "the nearest, whose crews may come to a site")
    most_doors: int = figure(120, "sites", "in cities with squads that may raid again; more are left as they are")
    exposed: float = figure(60.0, "cost/min", "of exposure: a late site weighs more than any drive")
    missed: float = figure(1e6, "cost", "of a suspect's priority at a site that is not raided")
    most_pairs: int = figure(100, "exchanges", "of pairs; each is checked: a hundredth of a second for 20 sites")
    more_aboard: tuple[int, ...] = figure((0, 0, 2), "officers", "beyond the least in one escort crew after the other")
    two_vans: int = figure(4, "officers", "of an escort crew that takes two vans, so that men and women go apart")
    most_escorts: int = figure(8, "crews", "that the free officers of a home form")
    most_forensics: int = figure(30, "crews", "that the free forensic officers of a home form")
    most_exact: int = figure(300, "places", "between which every way is asked for by itself")
    tour_steps: int = figure(300, "steps", "of the library for each exam and start: a quarter of a second for 18 exams")


@dataclass(frozen=True, slots=True)
class Reopen:
    """First plans with officers left for escorts, and trades."""

    reserves: tuple[float, ...] = figure(
        (0.2, 0.3),
        "of the officers",
        "left for escorts (3-02-short: missed 15 without, 11 with 0.3; one-city-half: 8 without, 1 with 0.2)",
    )
    rounds: int = figure(
        2, "rounds", "short turns are lost to starting processes: in 60 s 3-02-short missed 13 with four, 6 with two"
    )
    at_once: int = figure(2, "trades", "the same number whatever they are spread over, so that the answer is the same")
    patience: int = figure(120, "trades", "that may find nothing")
    tries_each: int = figure(6, "trades", "that may find nothing, for each squad")
    work_each: int = figure(3, "work", "of a trade beside the moves of the core: a tenth of a second")
    more_exposed: float = figure(
        0.02, "of the exposure", "by which a plan that is gone on from may be worse than the best"
    )
    abroad: float = figure(0.3, "of the trades", "in which a squad of another city is broken up too")
    moves_each: int = figure(600, "moves", "of the routing core for each visit")
    more_after: int = figure(16, "trades", "in vain, after which as many moves more")


@dataclass(frozen=True, slots=True)
class Improve:
    """Regions planned anew."""

    most_doors: int = figure(60, "sites", "that are planned anew together")
    at_once: int = figure(2, "regions", "the same number whatever they are spread over, so that the answer is the same")
    reach: float = figure(40.0, "min", "reduced cost of the columns that come in at first")
    enough: float = figure(15.0, "min", "of the gap to the bound that may stay")
    off: float = figure(0.03, "of a cost", "by which costs may be off when all regions come again")
    patience: int = figure(3, "rounds", "of all regions that may find nothing")
    num_near: int = figure(3, "cities", "that are tried together with one: the nearest")
    cell: int = figure(10, "min", "a stretch of time in which interviews begin")
    num_cells: int = figure(150, "stretches", "the last one stands for all that is later")
    most_ordered: int = figure(5, "exams", "of one unit whose every order is tried")


@dataclass(frozen=True, slots=True)
class Aftermath:
    """CP-SAT's proposals for one city."""

    effort: float = figure(0.1, "deterministic time", "of one question: less than a second")
    work_of_effort: int = figure(
        240, "work", "of one unit of it: about 8 s, where one of work is a thirtieth of a second"
    )
    seconds: float = figure(1.0, "s", "of one question, where the limit is in seconds: a stop waits no longer")


@dataclass(frozen=True, slots=True)
class Timetable:
    """Interviews of one city by CP-SAT."""

    effort: float = figure(0.06, "deterministic time", "of a city's first turn: one-city is at 2293 of 2356 after it")
    long_effort: float = figure(0.6, "deterministic time", "of its second: one-city gains nothing after it")
    work_of_effort: int = figure(
        300, "work", "of one unit of it: about 10 s, where one of work is a thirtieth of a second"
    )
    look: float = figure(0.1, "s", "between two looks at whether somebody asked to stop")


@dataclass(frozen=True, slots=True)
class Replanning:
    """A parent carried over and mended."""

    later: tuple[int, ...] = figure(
        (0, 30, 60, 120, 180, 240), "min after H", "tried for a site, while raids may start"
    )
    most_tried: int = figure(12, "squads", "tried for a site after their own: those that lack least")
    changed: int = figure(10_000, "min of travel", "that one officer with new orders outweighs")
    exchange_work: int = figure(3_000, "work", "for one site: a few hundred are usual")
    most_squads: int = figure(80, "squads", "beside which a site is staffed; in larger cities the nearest")
    escort_soon: int = figure(
        90, "min", "after the raid's start at which a new escort unit may come before other ways are tried"
    )
    escort_late: int = figure(700, "min", "the same, when no other way is left: the squad waits")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Relaxations: what is told apart, and what is one."""

    cell: int = figure(
        5, "min", "a stretch of time in which interviews begin; with 3, 3-02-orders takes too long to bound"
    )
    fine_cell: int = figure(2, "min", "the same, in an operation of one city and few sites: one-city's bound gains 35")
    num_cells: int = figure(180, "stretches", "the last one stands for all that is later")
    most_visits: int = figure(
        200_000, "visits", "classes of officers times sites that can be built and solved in minutes"
    )
    most_at_once: int = figure(20_000, "visits", "the same, for a bound on cost that beats the one city by city")
    most_interviewers: int = figure(
        6_000, "visits", "the same, with those who can interview told apart: on duty they hold no interview"
    )
    num_places: int = figure(
        3, "custody places", "told apart for each site; the others are one, as near as the nearest of them"
    )
    most_room_places: int = figure(5, "custody places", "the nearest of a site, where what rooms are worth is asked")
    rooms_paid: float = figure(
        0.7, "of their worth", "that each city pays for rooms: escorts deliver sooner than squads, of which it is asked"
    )
    num_bases: int = figure(12, "bases", "told apart for each city; the others are one")
    last_turn: int = figure(6, "exams", "of a pair told apart; this one stands for all after it too")
    most_linked: int = figure(
        20, "sites", "of a city whose escort units are told apart by the site before: one-city's bound gains 135"
    )
    last_load: int = figure(4, "loads", "of an escort unit told apart; this one stands for all after it too")
    overhead: int = figure(20, "targets", "what any city takes beside its own")
    patience: int = figure(3, "times", "its share that a city may take: without its part all the prices are lost")
    missed_price: int = figure(2, "times", "what a point of priority costs on average")
    most_whole: int = figure(
        10, "sites", "of a city whose program is solved with whole numbers too; with 12 it lifts nothing in 2 s"
    )
    short: float = figure(3000.0, "min", "that a city may pay for an officer whom it cannot have")


BUDGET = Budget()
PROGRAMS = Programs()
FIRST = First()
SQUADS = Squads()
DETAINEES = Detainees()
EXAMS = Exams()
INTERVIEWS = Interviews()
ROUTES = Routes()
REOPEN = Reopen()
IMPROVE = Improve()
AFTERMATH = Aftermath()
TIMETABLE = Timetable()
REPLAN = Replanning()
BOUNDS = Bounds()
TABLES: tuple[Any, ...] = (
    BUDGET, PROGRAMS, FIRST, SQUADS, DETAINEES, EXAMS, INTERVIEWS, ROUTES, REOPEN, IMPROVE, AFTERMATH, TIMETABLE,
    REPLAN, BOUNDS
)  # fmt: skip


def as_markdown() -> str:
    """All tables, one row for each figure, as docs/solver.md shows them."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("| figure | value | unit | why |", "| --- | ---: | --- | --- |")
    for table in TABLES:
        for row in fields(table):
            name, value = f"{type(table).__name__.lower()}.{row.name}", getattr(table, row.name)
            yield f"| `{name}` | {_shown(value)} | {row.metadata['unit']} | {row.metadata['why']} |"


def _shown(value: float | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}" if value < 1e4 else f"{value:,.0f}"
