"""R18 to R20: evidence, interviews, and what was decided by people."""

from collections import Counter, defaultdict
from itertools import pairwise

from planner.needs import FORENSIC_CREW, chargeable_by_site, ready_minute
from planner.plan import Interview, Plan, Unit, by_officer
from planner.rules.pins import pin_holds, teams_by_officer
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario
from planner.score import last_stops


def r18_exams(scenario: Scenario, plan: Plan) -> Found:
    """R18: two forensic officers at least; one exam where it is due and in time; the scene handed over in person."""
    operation = scenario.operation
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
        elif not scenario.begun.is_past(exam):
            yield from _hour_of_exam(scenario, plan, site)
    for unit in plan.units:
        if unit.guards.officers:
            yield from _guards(scenario, plan, unit)


def _hour_of_exam(scenario: Scenario, plan: Plan, site: str) -> Found:
    """The exam is in time and long enough, and the scene is kept until it starts."""
    d, (unit, exam), (squad, raid) = scenario.operation.doctrine, plan.exams_by_site[site], plan.raids_by_site[site]
    if not raid.start + d.arrest_minutes <= exam.start <= raid.start + d.exam_latest:
        yield Violation("R18", "hour of the exam", (unit.id, site), {"start": exam.start, "raid": raid.start})
    if exam.end - exam.start < d.exam_minutes:
        yield Violation("R18", "exam too short", (unit.id, site), {"minutes": exam.end - exam.start})
    last = squad.last_raid
    is_kept = bool(squad.guards.officers) and last is not None and last.place == site
    if raid.end < exam.start and not is_kept:
        yield Violation("R18", "squad leaves before", (squad.id, site), {"raid": raid.end, "exam": exam.start})


def _guards(scenario: Scenario, plan: Plan, squad: Unit) -> Found:
    """As many guards as doctrine says, somebody who goes on, and an exam that starts after the squad's last raid."""
    raid, crew = squad.last_raid, scenario.operation.doctrine.guard_crew
    if raid is None:
        yield Violation("R18", "guards without a raid", (squad.id,))
        return
    if scenario.begun.has_left(squad):
        return
    site, number = scenario.operation.sites_by_id[raid.place], len(squad.guards.officers)
    _, exam = plan.exams_by_site.get(raid.place, (None, None))
    if exam is None or not site.exam:
        yield Violation("R18", "guards where no exam comes", (squad.id, site.id))
    if number != crew:
        yield Violation("R18", "number of guards", (squad.id, site.id), {"guards": number, "crew": crew})
    if not squad.going_on[0]:
        yield Violation("R18", "everybody is a guard", (squad.id, site.id))
    if exam is not None and exam.start <= raid.end:
        yield Violation("R18", "nothing to guard", (squad.id, site.id), {"raid": raid.end, "exam": exam.start})


def r19_interviews(scenario: Scenario, plan: Plan) -> Found:
    """R19: one interview per suspect where the suspect is, in time, in a free room, by two who can be there.

    Of an interview that has begun only the room and its officers' time are asked, for those that follow.
    """
    talks = scenario.interviews(plan)
    due = dict(talks)
    for talk in plan.interviews:
        if due.get(talk.suspect) == talk:
            del due[talk.suspect]
        else:
            yield Violation("R19", "no interview is due", (talk.suspect, talk.place))
    rooms: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for talk in talks.values():
        if talk not in scenario.begun.talks:
            yield from _hours_and_room(scenario, plan, talk)
            yield from _pair(scenario, talk)
        rooms[talk.place, talk.room].append((talk.start, talk.end, talk.suspect))
    for (place, room), spans in rooms.items():
        for a, b in pairwise(sorted(spans)):
            if b[0] < a[1]:
                yield Violation("R19", "room taken", (place, a[2], b[2]), {"room": room})
    duties = last_stops(scenario, plan)
    for officer, mine in by_officer(talks.values()).items():
        yield from _interviewer(scenario, officer, mine, duties.get(officer))


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


def _interviewer(scenario: Scenario, name: str, talks: list[Interview], duty: tuple[int, str, int] | None) -> Found:
    """The officer is there in time, has one interview at a time and a break after it, and is available to the end."""
    officer, now = scenario.operation.officers_by_id[name], scenario.begun.now
    first, travel, rest = talks[0], scenario.travel.minutes, scenario.operation.doctrine.interview_break
    if duty is not None:
        end, here, _ = duty
        ready = end + travel(here, first.place)
    else:
        ready = ready_minute(scenario, officer, first.place)
    if now <= first.start < ready:
        yield Violation("R19", "interviewer late", (first.suspect, name), {"minutes": ready - first.start})
    for a, b in pairwise(talks):
        soon = a.end + max(travel(a.place, b.place), rest) - b.start
        if soon > 0 and b.start >= now:
            yield Violation("R19", "interviews too near", (name, a.suspect, b.suspect), {"minutes": soon})
    if talks[-1].end > officer.available_to and talks[-1].start >= now:
        yield Violation("R19", "no longer available", (name,), {"minutes": talks[-1].end - officer.available_to})


def r20_pins_and_missed(scenario: Scenario, plan: Plan) -> Found:
    """R20: the pins hold, and every suspect is either arrested or in `missed`."""
    operation, serves = scenario.operation, teams_by_officer(plan)
    talking = by_officer(scenario.interviews(plan).values()).keys()
    for number, pin in enumerate(operation.pins):
        if not pin_holds(plan, serves, talking, pin):
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
