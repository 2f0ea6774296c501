"""Scenes that nobody examines: by a new pair of forensic officers, or by a unit that goes on to them afterwards.

A repair calls nobody for a scene whose orders stand: that fewer are told anew counts more than an exam.
"""

from dataclasses import replace

from planner.needs import FORENSIC_CREW
from planner.plan import Stop, Unit
from planner.solver.replan.crews import CrewDuty, Ride, choose_vehicles, crew_lack, fill_crew
from planner.solver.replan.draft import Draft


def examine(draft: Draft) -> None:
    """Every raided site that is marked for an exam has one, where a pair can be there in time."""
    operation = draft.scenario.operation
    examined = {s.place for u in draft.units.values() for s in u.stops if s.task == "exam"}
    raids = {s.place: s for u in draft.units.values() for s in draft.raids_to_come(u)}
    for site, raid in sorted(raids.items()):
        if operation.sites_by_id[site].exam and site not in examined and site not in draft.unexamined:
            _ = _by_new_pair(draft, raid) or _by_unit(draft, raid)


def _by_new_pair(draft: Draft, raid: Stop) -> bool:
    """A new unit of two comes from the nearest base that has them and a car."""
    d, way = draft.scenario.operation.doctrine, draft.scenario.travel.minutes
    pool = [o for o in draft.free_officers() if "forensics" in o.skills and not draft.bound.get(o.id)]
    if draft.is_repair:
        pool = [o for o in pool if o.id in draft.parent_orders]
    start = raid.start + d.arrest_minutes
    city = draft.scenario.operation.sites_by_id[raid.place].city
    where = CrewDuty(raid.place, raid.start + d.exam_latest, start + d.exam_minutes, city, None)
    for base in sorted({o.base for o in pool}, key=lambda b: (way(b, raid.place), b)):
        mine = [o for o in pool if o.base == base]
        crew = fill_crew(draft, [], crew_lack(FORENSIC_CREW, skill="forensics"), where, mine)
        cars = (
            choose_vehicles(draft.scenario, crew, [], draft.free_vehicles(), Ride("forensic", raid.place))
            if crew
            else None
        )
        if crew and cars:
            stop = Stop("exam", raid.place, start, start + d.exam_minutes)
            officers, vehicles = tuple(o.id for o in crew), tuple(v.id for v in cars)
            draft.put(Unit(draft.fresh("F"), "forensic", officers, vehicles, (stop,)))
            return True
    return False


def _by_unit(draft: Draft, raid: Stop) -> bool:
    """The forensic unit that can be there first goes on to this scene after its own."""
    d, way = draft.scenario.operation.doctrine, draft.scenario.travel.minutes
    units = [
        u for u in draft.units.values() if u.kind == "forensic" and not (draft.is_repair and not draft.is_told_anew(u))
    ]
    arrivals = {u.id: u.stops[-1].end + way(u.stops[-1].place, raid.place) for u in units}
    best = min(units, key=lambda u: (arrivals[u.id], u.id), default=None)
    if best is None or arrivals[best.id] > raid.start + d.exam_latest:
        return False
    start = max(arrivals[best.id], raid.start + d.arrest_minutes)
    stop = Stop("exam", raid.place, start, start + d.exam_minutes)
    draft.put(replace(best, stops=(*best.stops, stop)))
    return True
