"""Vehicles in every plan: each unit has its own, and each is brought by an officer of its base (R3)."""

from collections import defaultdict

from planner.solver.bounds.force import FAR
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.classes import VehicleClass


def r3_vehicles(relaxed: SquadRelaxation) -> None:
    """A squad's cars seat its officers, each is driven by an officer of its base, and seats who comes from far off."""
    by_base: dict[str, list[tuple[int, VehicleClass]]] = defaultdict(list)
    for k, cars in enumerate(relaxed.ground.vehicles):
        by_base[cars.base].append((k, cars))
    own_way, assemblies = relaxed.ground.doctrine.own_way, relaxed.ground.assemblies
    for target in relaxed.ground.targets:
        drivers: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for i, officers in enumerate(relaxed.ground.officers):
            if (i, target.id) in relaxed.first:
                drivers[officers.base].append((relaxed.first[i, target.id], 1.0))
        seats = [(v, -1.0) for people in drivers.values() for v, _ in people]
        for base, people in drivers.items():
            brought = [(relaxed.program.quantity(len(c.vehicles)), k, c) for k, c in by_base[base]]
            for variable, k, cars in brought:
                relaxed.cars[k].append(variable)
                seats.append((variable, float(cars.seats)))
            relaxed.program.require([*people, *((v, -1.0) for v, _, _ in brought)], 0)
            if base != FAR and all(relaxed.ground.direct(base, a) > own_way for a in assemblies[target.site.city]):
                theirs = [(v, float(cars.seats)) for v, _, cars in brought]
                relaxed.program.require([*theirs, *((v, -1.0) for v, _ in people)], 0)
        relaxed.seats[target.id] = seats
