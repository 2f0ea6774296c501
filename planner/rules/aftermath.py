"""R18 to R20: evidence, interviews, and what was decided by people."""

from collections import Counter, defaultdict
from itertools import pairwise

from planner.needs import chargeable_by_site, ready_minute
from planner.plan import Interview, Plan
from planner.rules.pins import pin_holds, teams_by_officer
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario
from planner.score import last_stops

FORENSIC_CREW = 2


def r18_exams(scenario: Scenario, plan: Plan) -> Found:
    """R18: two forensic officers at least; one exam where it is due and in time; the scene handed over in person."""
    operation, d = scenario.operation, scenario.operation.doctrine
    for unit in plan.units:
        if unit.kind == "forensic" and not scenario.begun.is_past(unit.stops[-1]):
            fit = sum("forensics" in operation.officers_by_id[o].skills for o in unit.officers)
            if len(unit.officers) < FORENSIC_CREW or fit < len(unit.officers):
                yield Violation(
                    "R18", "not two forensic officers", (unit.id,), {"officers": len(unit.officers), "fit": fit}
                )
    exams = Counter(s.place for u in plan.units for s in u.stops if s.task == "exam")
    for site, number in exams.items():
        for _ in range(number - 1):
            yield Violation("R18", "examined twice", (site,))
    for site, (unit, exam) in plan.exams_by_site.items():
        if site not in plan.raids_by_site or not operation.sites_by_id[site].exam:
            yield Violation("R18", "no exam is due", (unit.id, site))
            continue
        if scenario.begun.is_past(exam):
            continue
        squad, raid = plan.raids_by_site[site]
        if not raid.start + d.arrest_minutes <= exam.start <= raid.start + d.exam_latest:
            yield Violation("R18", "hour of the exam", (unit.id, site), {"start": exam.start, "raid": raid.start})
        if exam.end - exam.start < d.exam_minutes:
            yield Violation("R18", "exam too short", (unit.id, site), {"minutes": exam.end - exam.start})
        if raid.end < exam.start:
            yield Violation("R18", "squad leaves before", (squad.id, site), {"raid": raid.end, "exam": exam.start})


def r19_interviews(scenario: Scenario, plan: Plan) -> Found:
    """R19: one interview per suspect where the suspect is, in time, in a free room, by two who can be there."""
    due = dict(plan.interviews_by_suspect)
    for talk in plan.interviews:
        if due.get(talk.suspect) == talk:
            del due[talk.suspect]
        else:
            yield Violation("R19", "no interview is due", (talk.suspect, talk.place))
    rooms: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for talk in plan.interviews_by_suspect.values():
        yield from _hours_and_room(scenario, plan, talk)
        yield from _pair(scenario, talk)
        rooms[talk.place, talk.room].append((talk.start, talk.end, talk.suspect))
    for (place, room), spans in rooms.items():
        for a, b in pairwise(sorted(spans)):
            if b[0] < a[1]:
                yield Violation("R19", "room taken", (place, a[2], b[2]), {"room": room})
    duties = last_stops(plan)
    for officer in plan.interviews_by_officer:
        yield from _interviewer(scenario, plan, officer, duties.get(officer))


def _hours_and_room(scenario: Scenario, plan: Plan, talk: Interview) -> Found:
    operation, d = scenario.operation, scenario.operation.doctrine
    _, delivery = plan.deliveries_by_suspect[talk.suspect]
    raid = plan.raids_by_site.get(operation.suspects_by_id[talk.suspect].site)
    latest = (raid[1].start if raid else 0) + d.interview_latest
    if not delivery.end <= talk.start <= latest:
        yield Violation("R19", "hour of the interview", (talk.suspect,), {"start": talk.start, "latest": latest})
    if talk.end - talk.start < d.interview_minutes:
        yield Violation("R19", "interview too short", (talk.suspect,), {"minutes": talk.end - talk.start})
    rooms = operation.places_by_id[talk.place].rooms
    if not 1 <= talk.room <= rooms:
        yield Violation("R19", "no such room", (talk.suspect, talk.place), {"room": talk.room, "rooms": rooms})


def _pair(scenario: Scenario, talk: Interview) -> Found:
    officers = [scenario.operation.officers_by_id[o] for o in talk.officers]
    if len(officers) != 2 or len(set(talk.officers)) != 2:
        yield Violation("R19", "not two interviewers", (talk.suspect, *talk.officers))
    if not any("interview" in o.skills for o in officers):
        yield Violation("R19", "nobody with interview", (talk.suspect, *talk.officers))
    woman = scenario.operation.suspects_by_id[talk.suspect].sex == "F"
    if woman and not any(o.sex == "F" for o in officers):
        yield Violation("R19", "no woman among the interviewers", (talk.suspect, *talk.officers))


def _interviewer(scenario: Scenario, plan: Plan, name: str, duty: tuple[int, str, int] | None) -> Found:
    """The officer is there in time, has one interview at a time, and is available to the end."""
    officer, talks = scenario.operation.officers_by_id[name], plan.interviews_by_officer[name]
    first, travel = talks[0], scenario.travel.minutes
    if duty is not None:
        end, here, _ = duty
        ready = end + travel(here, first.place)
    else:
        ready = ready_minute(scenario, officer, first.place)
    if first.start < ready:
        yield Violation("R19", "interviewer late", (first.suspect, name), {"minutes": ready - first.start})
    for a, b in pairwise(talks):
        soon = a.end + travel(a.place, b.place) - b.start
        if soon > 0:
            yield Violation("R19", "interviews overlap", (name, a.suspect, b.suspect), {"minutes": soon})
    if talks[-1].end > officer.available_to:
        yield Violation("R19", "no longer available", (name,), {"minutes": talks[-1].end - officer.available_to})


def r20_pins_and_missed(scenario: Scenario, plan: Plan) -> Found:
    """R20: the pins hold, and every suspect is either arrested or in `missed`."""
    operation, serves = scenario.operation, teams_by_officer(plan)
    for number, pin in enumerate(operation.pins):
        if not pin_holds(plan, serves, pin):
            subjects = tuple(str(getattr(pin, f)) for f in type(pin).__slots__)
            yield Violation("R20", "pin does not hold", subjects, {"pin": number, "kind": type(pin).__name__})
    times = Counter(m.suspect for m in plan.missed)
    for name in times:
        if name not in operation.suspects_by_id:
            yield Violation("R20", "unknown suspect in missed", (name,))
    at_site = chargeable_by_site(operation)
    arrested = {s.id for site in plan.raids_by_site for s in at_site.get(site, ())}
    for suspect in operation.suspects:
        if times[suspect.id] != (suspect.id not in arrested):
            figures = {"arrested": int(suspect.id in arrested), "times missed": times[suspect.id]}
            yield Violation("R20", "arrested or missed", (suspect.id,), figures)
