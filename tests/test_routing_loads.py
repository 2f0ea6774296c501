"""Loads in the routing core: picked up and delivered on one route, within room, or left with who holds them."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solver.progress import Clock, Limit
from planner.solver.routing.arrays import arrays
from planner.solver.routing.problem import Coupling, Gap, Hold, Ints, Load, Routes, RouteVehicle, Routing, Store, Visit
from planner.solver.routing.search import anneal, place_visits, schedule
from tests.effort import tries

NUM_PLACES = 5


@st.composite
def held_loads(draw: st.DrawFn) -> tuple[Routing, Routes]:
    """Holders with loads, two vans that may fetch them, a pair that may examine; at first each drives its own."""
    number = draw(st.integers(1, 4))
    cells = st.lists(st.integers(0, 40), min_size=NUM_PLACES**2, max_size=NUM_PLACES**2)
    travel = np.array(draw(cells), dtype=np.float64).reshape(NUM_PLACES, NUM_PLACES)
    np.fill_diagonal(travel, 0.0)
    vans = [
        RouteVehicle(0, None, weight=2.0, room=draw(st.integers(1, 4)), kinds=draw(st.integers(1, 2))) for _ in range(2)
    ]
    pair = RouteVehicle(0, None, weight=2.0)
    holders = [RouteVehicle(1 + n % 3, None, ready=40.0, weight=4.0) for n in range(number)]
    visits, loads, holds, routes = list[Any](), [], [], []
    others = draw(st.sampled_from(((), (3,), (2, 3))))
    stores = tuple(Store(p, draw(st.integers(0, 6)), draw(st.integers(0, 2)), 90.0) for p in (3, 4))
    for n, holder in enumerate(holders):
        many, kinds, first = draw(st.integers(1, 3)), draw(st.sampled_from((1, 2, 3))), len(visits)
        able = frozenset(v for v in (0, 1) if vans[v].room >= many and vans[v].kinds >= bin(kinds).count("1"))
        visits += [
            Visit(holder.start, 5, able, 15.0, skip_cost=0.0),
            Visit(4, 10, able | {3 + n}, start_weight=3.0 * many, joins=True, others=others),
            Visit(holder.start, 60, frozenset((2,)), 15.0, closes=200.0, start_weight=1.0, skip_cost=500.0),
        ]
        loads.append(Load(first, first + 1, many, kinds))
        holds.append(Hold(first + 2, 0.0, vehicle=3 + n))
        routes.append((first + 1,))
    routing = Routing(
        travel,
        tuple(visits),
        (*vans, pair, *holders),
        loads=tuple(loads),
        stores=stores,
        holds=tuple(holds),
        long_leg=30.0,
        rest=20.0,
    )
    return routing, ((), (), (), *routes)


@st.composite
def raids(draw: st.DrawFn) -> tuple[Routing, Routes]:
    """Squads that raid a place or several, whose loads they drive from the last one or a van fetches; links; exams."""
    cells = st.lists(st.integers(0, 40), min_size=NUM_PLACES**2, max_size=NUM_PLACES**2)
    travel = np.array(draw(cells), dtype=np.float64).reshape(NUM_PLACES, NUM_PLACES)
    np.fill_diagonal(travel, 0.0)
    vans = [RouteVehicle(0, None, weight=2.0, room=draw(st.integers(1, 4)), kinds=2) for _ in range(2)]
    squads = [RouteVehicle(n, None, ready=-20.0, weight=4.0) for n in range(draw(st.integers(1, 3)))]
    visits, loads, gaps, holds = list[Any](), [], [], []
    routes: list[Any] = [[] for _ in squads]
    for n in range(draw(st.integers(1, 4))):
        place, first, many = 1 + n % 3, len(visits), draw(st.integers(1, 2))
        may = frozenset(3 + s for s in draw(st.sets(st.integers(0, len(squads) - 1), min_size=1)))
        able = frozenset(v for v in (0, 1) if vans[v].room >= many)
        is_open = min(may) - 3 < len(squads) and not routes[min(may) - 3]
        visits += [
            Visit(place, 40, may, 0.0, due=5.0, late_weight=60.0, skip_cost=None if is_open else 1e6),
            Visit(place, 5, able, 15.0, skip_cost=0.0),
            Visit(4, 10, able | may, start_weight=3.0 * many, joins=True),
            Visit(place, 60, frozenset((2,)), 15.0, start_weight=1.0, skip_cost=500.0),
        ]
        loads.append(Load(first + 1, first + 2, many, 1, source=first))
        gaps += [Gap(first, first + 1, 15.0), Gap(first, first + 3, 15.0, 240.0)]
        holds += [Hold(first + 1, 5.0, visit=first), Hold(first + 3, 0.0, visit=first)]
        if is_open:
            routes[min(may) - 3] = [first, first + 2]
    links = tuple(
        Coupling(a, b, draw(st.sampled_from((0.0, 50.0))), 5.0) for a, b in combinations(range(0, len(visits), 4), 2)
    )
    vehicles = (*vans, RouteVehicle(0, None, weight=2.0), *squads)
    routing = Routing(travel, tuple(visits), vehicles, tuple(gaps), loads=tuple(loads), holds=tuple(holds), links=links)
    return routing, ((), (), (), *map(tuple, routes))


def assert_carried(routing: Routing, routes: Routes) -> None:
    """Each load goes one lawful way; nobody has more aboard than there is room for."""
    on = {visit: n for n, route in enumerate(routes) for visit in route}
    for load in routing.loads:
        if load.source is not None and load.source not in on:
            assert {load.pickup, load.delivery} & on.keys() == set()
            continue
        route = routes[on[load.delivery]]
        if load.pickup in on:
            assert on[load.pickup] == on[load.delivery]
            assert route.index(load.pickup) < route.index(load.delivery)
        else:
            assert on[load.delivery] not in routing.visits[load.pickup].able
            assert route[-1] == load.delivery
            assert load.source is None or route[-2] == load.source
    of = {v: load for load in routing.loads for v in (load.pickup, load.delivery)}
    for vehicle, route in zip(routing.vehicles[:2], routes[:2], strict=True):
        aboard: list[Load] = []
        for visit in route:
            load = of[visit]
            if visit == load.pickup:
                aboard.append(load)
            else:
                aboard.remove(load)
            assert sum(x.number for x in aboard) <= vehicle.room
            assert len({bit for x in aboard for bit in (1, 2) if x.kinds & bit}) <= vehicle.kinds
    ends = {load.delivery for load in routing.loads if load.source is not None}
    for visit, row in enumerate(routing.visits):
        assert visit in on or row.skip_cost is not None or visit in ends
    for hold in routing.holds:
        assert hold.visit is None or hold.by not in on or hold.visit in on


def put(routing: Routing, place: Ints) -> Routing:
    """The same question with every visit at the place that was chosen for it."""
    return replace(routing, visits=tuple(replace(v, place=int(place[n])) for n, v in enumerate(routing.visits)))


def stored(routing: Routing) -> Counter[int]:
    """What loads bring to each place."""
    brought: Counter[int] = Counter()
    for load in routing.loads:
        brought[routing.visits[load.delivery].place] += load.number
    return brought


def waiting(routing: Routing) -> float:
    """Minutes that those wait whom the loads bring: one after another as the stores take them."""
    brought = stored(routing)
    return sum(
        row.minutes * (n // row.at_once if row.at_once else 1)
        for row in routing.stores
        for n in range(brought[row.place])
    )


def reckoned(routing: Routing, routes: Routes) -> float:
    """The cost, the long way: every start as early as its route and the gaps allow."""
    starts = [v.opens for v in routing.visits]
    on = {visit for route in routes for visit in route}
    cost = waiting(routing)
    cost += sum(v.skip_cost for n, v in enumerate(routing.visits) if n not in on and v.skip_cost is not None)
    for _ in range(len(starts) + 2):
        for number, (vehicle, route) in enumerate(zip(routing.vehicles, routes, strict=True)):
            minute, here, before = vehicle.ready, vehicle.start, None
            for visit in route:
                row = routing.visits[visit]
                leg = routing.travel[here, row.place]
                if before is None and leg > routing.long_leg:
                    leg += routing.rest
                elif before is not None:
                    old = routing.visits[before]
                    together = row.joins and old.joins and row.place == old.place
                    minute = starts[before] + (0 if together else old.minutes)
                for hold in routing.holds:
                    if hold.by in on and (hold.visit == before if before is not None else hold.vehicle == number):
                        minute = max(minute, starts[hold.by] + hold.minutes)
                starts[visit] = max(starts[visit], minute + leg)
                here, before = row.place, visit
        for gap in routing.gaps:
            if gap.first in on and gap.second in on:
                starts[gap.second] = max(starts[gap.second], starts[gap.first] + gap.least)
                starts[gap.first] = max(starts[gap.first], starts[gap.second] - gap.most)
    for link in routing.links:
        cost += link.weight * max(0.0, abs(starts[link.first] - starts[link.second]) - link.free)
    for vehicle, route in zip(routing.vehicles, routes, strict=True):
        places = [vehicle.start, *(routing.visits[v].place for v in route)]
        cost += vehicle.weight * sum(routing.travel[a, b] for a, b in pairwise(places))
    for visit in on:
        row = routing.visits[visit]
        cost += row.start_weight * starts[visit] + 1e5 * max(0.0, starts[visit] - row.closes)
        cost += row.late_weight * max(0.0, starts[visit] - row.due)
    return float(cost)


@settings(max_examples=tries(80), deadline=None)
@given(held_loads() | raids(), st.integers(0, 3))
def test_loads_are_carried_and_the_cost_is_true(given_: tuple[Routing, Routes], seed: int) -> None:
    """After many moves each load still goes one lawful way, at the cost that plain Python reckons, and no worse."""
    routing, first = given_
    problem = arrays(routing)
    assert schedule(problem, first)[1] == pytest.approx(reckoned(routing, first))
    routes, there = place_visits(problem, first, Clock(Limit(work=20_000, seed=seed)))
    assert_carried(routing, routes)
    cost = schedule(there, routes)[1]
    assert cost == pytest.approx(reckoned(put(routing, there.place), routes))
    assert cost <= schedule(problem, first)[1] + 1e-6
    before, after = stored(routing), stored(put(routing, there.place))
    assert all(after[row.place] <= max(row.room, before[row.place]) for row in routing.stores)
    assert all(there.place[n] in (v.place, *v.others) for n, v in enumerate(routing.visits))


def fetched(room: int, kinds: tuple[int, int]) -> Routes:
    """Two holders side by side, far from custody, and one van beside them: the best routes."""
    travel = np.array([[0, 1, 2, 60], [1, 0, 1, 60], [2, 1, 0, 60], [60, 60, 60, 0]], dtype=np.float64)
    visits: list[Visit] = []
    for n, place in enumerate((1, 2)):
        visits += [
            Visit(place, 5, frozenset((0,)), 15.0, skip_cost=0.0),
            Visit(3, 10, frozenset((0, 1 + n)), start_weight=3.0, joins=True),
        ]
    holders = tuple(RouteVehicle(place, None, ready=60.0, weight=6.0) for place in (1, 2))
    routing = Routing(
        travel,
        tuple(visits),
        (RouteVehicle(0, None, weight=2.0, room=room), *holders),
        loads=(Load(0, 1, 1, kinds[0]), Load(2, 3, 1, kinds[1])),
    )
    return anneal(arrays(routing), ((), (1,), (3,)), Clock(Limit(work=60_000, seed=1)))


@pytest.mark.parametrize(("room", "rooms", "together"), [(9, 9, True), (9, 1, False), (1, 9, False)])
def test_a_delivery_goes_where_there_is_room(room: int, rooms: int, together: bool) -> None:
    """Two detainees are driven to the nearer place; one of them to the further where the cells or rooms are few."""
    travel = np.array([[0, 10, 30], [10, 0, 40], [30, 40, 0]], dtype=np.float64)
    visits: list[Visit] = []
    for n in (0, 1):
        visits += [Visit(0, 5, frozenset(), skip_cost=0.0), Visit(1, 10, frozenset((n,)), joins=True, others=(2,))]
    loads = Load(0, 1, 1), Load(2, 3, 1)
    stores = Store(1, room, rooms, 90.0), Store(2, 9, 9, 90.0)
    vehicles = tuple(RouteVehicle(0, None) for _ in range(2))
    problem = arrays(Routing(travel, tuple(visits), vehicles, loads=loads, stores=stores))
    first = (
        problem if room > 1 else problem._replace(place=np.where(np.arange(len(problem.place)) == 3, 2, problem.place))
    )
    _, found = place_visits(first, ((1,), (3,)), Clock(Limit(work=20_000, seed=1)))
    assert sorted(found.place[[1, 3]].tolist()) == ([1, 1] if together else [1, 2])


def test_one_van_fetches_both_in_one_load() -> None:
    """Two pickups, then both deliveries together: the van drives once where the squads would drive twice."""
    van, *rest = fetched(room=2, kinds=(1, 1))
    assert set(van[:2]) == {0, 2}
    assert set(van[2:]) == {1, 3}
    assert rest == [(), ()]


@pytest.mark.parametrize(("room", "kinds"), [(1, (1, 1)), (2, (1, 2))], ids=["no room", "a man and a woman"])
def test_who_may_not_ride_together_does_not(room: int, kinds: tuple[int, int]) -> None:
    """Without room for both, or of two kinds with one vehicle, no two are aboard at once."""
    van, *_ = fetched(room, kinds)
    assert van[:2] not in ((0, 2), (2, 0))


def test_a_visit_is_left_out_where_that_is_cheaper() -> None:
    """Far away it is skipped for its price; near by it is made."""
    for way, price, comes in ((10.0, 100.0, True), (90.0, 100.0, False)):
        travel = np.array([[0, way], [way, 0]])
        visits = (Visit(1, 5, frozenset((0,)), skip_cost=price),)
        problem = arrays(Routing(travel, visits, (RouteVehicle(0, None, weight=2.0),)))
        routes = anneal(problem, ((),), Clock(Limit(work=20_000, seed=1)))
        assert routes == (((0,),) if comes else ((),))
        assert schedule(problem, routes)[1] == min(price, 2 * way) < inf


def raided(late: float, linked: float = 0.0) -> tuple[Routes, list[float]]:
    """Two doors an hour from custody, one squad that can raid both, a van near by; routes and starts of the raids."""
    travel = np.array([[0, 10, 20, 60], [10, 0, 10, 60], [20, 10, 0, 60], [60, 60, 60, 0]], dtype=np.float64)
    visits: list[Visit] = []
    for place, weight in ((1, 1.0), (2, late)):
        visits += [
            Visit(
                place, 40, frozenset((0,)), due=5.0, late_weight=60.0 * weight, skip_cost=None if place == 1 else 1e6
            ),
            Visit(place, 5, frozenset((1,)), 15.0, skip_cost=0.0),
            Visit(3, 10, frozenset((0, 1)), start_weight=3.0, joins=True),
        ]
    routing = Routing(
        travel,
        tuple(visits),
        (RouteVehicle(0, None, ready=-20.0, weight=4.0), RouteVehicle(0, None, weight=2.0, room=2)),
        (Gap(0, 1, 15.0), Gap(3, 4, 15.0)),
        loads=(Load(1, 2, 1, source=0), Load(4, 5, 1, source=3)),
        holds=(Hold(1, 5.0, visit=0), Hold(4, 5.0, visit=3)),
        links=(Coupling(0, 3, linked, 5.0),),
    )
    problem = arrays(routing)
    routes = anneal(problem, ((0, 2), ()), Clock(Limit(work=100_000, seed=1)))
    return routes, schedule(problem, routes)[0][[0, 3]].tolist()


def test_a_second_door_is_opened_and_the_first_ones_detainees_are_fetched() -> None:
    """The door shut so far opens as soon as the first raid is over; the van has fetched whoever was arrested there."""
    (squad, van), starts = raided(late=1.0)
    assert [v for v in squad if v in (0, 3)] == [0, 3]
    assert van[:1] == (1,)
    assert starts == [0.0, 50.0]


def test_the_door_that_weighs_more_is_opened_first() -> None:
    """Of two doors the squad goes first to the one behind which a late raid exposes most."""
    (squad, _), starts = raided(late=9.0)
    assert [v for v in squad if v in (0, 3)] == [3, 0]
    assert starts == [50.0, 0.0]
