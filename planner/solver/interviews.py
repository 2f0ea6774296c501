"""The fifth stage: first interviews. Rooms are taken in the order of arrival; each time the pair that costs least."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from planner.needs import ready_minute
from planner.operation import Officer, Suspect
from planner.plan import Interview, Plan, Stop
from planner.scenario import Scenario
from planner.score import NO_INTERVIEW, last_stops
from planner.solver.acceptance import better
from planner.solver.classes import reserved_officers
from planner.solver.guards import with_guards
from planner.solver.params import INTERVIEWS
from planner.solver.progress import Bound, Clock

NUM_KINDS = 4
"""Of interviewers: with the skill or without, women or men."""
Reach = dict[str, tuple[int, int]]
"""Officer id -> first minute at a place, and minutes of the way there."""


@dataclass(slots=True)
class Interviewer:
    """An officer after the last stop: free from `minute` on at `here`, on duty since `since` (None: not yet)."""

    officer: Officer
    minute: int
    here: str
    since: int | None
    talked: bool = False
    """The last thing was an interview: the next comes after a break."""


def interview(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with a first interview for every detainee for whom there is a room and a pair in time."""
    del clock  # a second at most, also for thousands of detainees
    found = better(scenario, plan, settle_interviews(scenario, plan))
    return found, Bound()


def settle_interviews(scenario: Scenario, plan: Plan) -> Plan:
    """The plan with guards where squads would wait for examiners with their detainees, and its interviews anew."""
    return with_interviews(scenario, with_guards(scenario, plan))


def with_interviews(scenario: Scenario, plan: Plan, kept: Iterable[Interview] = ()) -> Plan:
    """The plan with its interviews made anew, but for those that the parent had begun and those that are `kept`."""
    begun = {t.suspect: t for t in kept} | begun_talks(scenario)
    people = interviewers(scenario, plan)
    after_talks(people, begun)
    by_place = {place: rows for place, rows in deliveries(scenario, plan).items() if _has_new(rows, begun)}
    talks = [t for place in sorted(by_place) for t in _at_place(scenario, place, by_place[place], people, begun)]
    return replace(plan, interviews=(*begun.values(), *talks))


def _has_new(arrivals: list[tuple[Stop, Suspect, int]], begun: dict[str, Interview]) -> bool:
    """Somebody comes who has no interview yet."""
    return any(suspect.id not in begun for _, suspect, _ in arrivals)


def begun_talks(scenario: Scenario) -> dict[str, Interview]:
    """Suspect id -> the parent's interview that has begun, where its officers still exist."""
    known = scenario.operation.officers_by_id
    return {t.suspect: t for t in scenario.begun.talks if all(o in known for o in t.officers)}


def after_talks(people: list[Interviewer], begun: dict[str, Interview]) -> None:
    """Whoever is in an interview that has begun is free when it ends, where it is."""
    by_id = {person.officer.id: person for person in people}
    for talk in sorted(begun.values(), key=lambda t: t.end):
        for person in (by_id[o] for o in talk.officers if o in by_id):
            person.since = talk.start if person.since is None else person.since
            person.minute, person.here, person.talked = talk.end, talk.place, True


def deliveries(scenario: Scenario, plan: Plan) -> dict[str, list[tuple[Stop, Suspect, int]]]:
    """Custody place -> delivery, suspect and latest start of the interview, in the order of arrival."""
    operation, rows = scenario.operation, defaultdict(list)
    for suspect_id, (_, stop) in plan.deliveries_by_suspect.items():
        suspect = operation.suspects_by_id[suspect_id]
        _, raid = plan.raids_by_site[suspect.site]
        rows[stop.place].append((stop, suspect, raid.start + operation.doctrine.interview_latest))
    for arrivals in rows.values():
        arrivals.sort(key=lambda row: (row[0].end, row[1].sex == "M", row[1].id))
    return rows


def interviewers(scenario: Scenario, plan: Plan) -> list[Interviewer]:
    """Every officer who is not reserved, with when and where the other work ends (R19)."""
    reserved, busy = reserved_officers(scenario.operation), last_stops(scenario, plan)
    found = []
    for officer in scenario.operation.officers:
        if officer.id in busy:
            found.append(Interviewer(officer, *busy[officer.id]))
        elif officer.id not in reserved:
            found.append(Interviewer(officer, officer.available_from, officer.base, None))
    return sorted(found, key=lambda p: p.officer.id)


def _at_place(
    scenario: Scenario,
    place: str,
    arrivals: list[tuple[Stop, Suspect, int]],
    people: list[Interviewer],
    begun: dict[str, Interview],
) -> list[Interview]:
    length = scenario.operation.doctrine.interview_minutes
    if all(stop.end > latest for stop, suspect, latest in arrivals if suspect.id not in begun):
        return []  # the doors were too late for any of them
    if not any("interview" in person.officer.skills for person in people):
        return []
    people = nearest(scenario, place, people)
    rooms = [min((stop.end for stop, _, _ in arrivals), default=0)] * scenario.operation.places_by_id[place].rooms
    for talk in (t for t in begun.values() if t.place == place and t.room <= len(rooms)):
        rooms[talk.room - 1] = max(rooms[talk.room - 1], talk.end)
    reach = {p.officer.id: reach_of(scenario, p, place) for p in people} if rooms and arrivals else {}
    talks = []
    ready = [stop.end for stop, suspect, _ in arrivals if suspect.id not in begun]
    for stop, suspect, latest in arrivals if rooms else ():
        if suspect.id in begun:
            continue
        room = min(range(len(rooms)), key=lambda r: rooms[r])
        soonest = max(stop.end, rooms[room], scenario.now if scenario.now is not None else stop.end)
        wait = _num_waiting(ready[:: len(rooms)], soonest, length)
        ready.pop(0)
        last = min(latest, stop.end + NO_INTERVIEW - 1)
        if not _is_possible(scenario, soonest, last, people, reach):
            continue
        found = _pair(scenario, suspect, soonest, people, reach, wait)
        if found is None or found[0] > last:
            continue
        start, pair = found
        rooms[room] = start + length
        for person in pair:
            person.since = start if person.since is None else person.since
            person.minute, person.here, person.talked = start + length, place, True
            reach[person.officer.id] = reach_of(scenario, person, place)
        talks.append(Interview(suspect.id, place, room + 1, start, start + length, tuple(p.officer.id for p in pair)))
    return talks


def _is_possible(scenario: Scenario, soonest: int, latest: int, people: list[Interviewer], reach: Reach) -> bool:
    """Two can be there in time and stay, one of them with the skill: without that, no pair need be sought."""
    if soonest > latest:
        return False
    has_lead, num = False, 0
    for person in people:
        start = max(soonest, reach[person.officer.id][0])
        if start <= latest and _stays(scenario, start, person):
            has_lead, num = has_lead or "interview" in person.officer.skills, num + 1
            if has_lead and num > 1:
                return True
    return False


def _num_waiting(ready: list[int], soonest: int, length: int) -> int:
    """How many wait a minute longer when this room's next interview begins a minute later; `ready`: who comes into it.

    The first of them, and each who is there by the time that those before are done.
    """
    return next((n for n, minute in enumerate(ready[1:], 1) if minute > soonest + n * length), len(ready))


def nearest(scenario: Scenario, place: str, people: list[Interviewer]) -> list[Interviewer]:
    """Those who can be at the place first: enough with the skill, enough women with it and without."""
    by_here: dict[str, list[Interviewer]] = defaultdict(list)
    for person in people:
        by_here[person.here].append(person)
    ways = sorted((scenario.travel.minutes(here, place), here) for here in by_here)
    kinds: dict[tuple[bool, bool], int] = defaultdict(int)
    found: list[Interviewer] = []
    for _, heres in groupby(ways, key=itemgetter(0)):
        near = (person for _, here in heres for person in by_here[here])
        for person in sorted(near, key=lambda p: (p.minute, p.officer.id)):
            kind = "interview" in person.officer.skills, person.officer.sex == "F"
            kinds[kind] += 1
            if kinds[kind] <= INTERVIEWS.most_near:
                found.append(person)
        if len(kinds) == NUM_KINDS and min(kinds.values()) >= INTERVIEWS.most_near:
            break  # who is further away is not asked
    return found


def _pair(
    scenario: Scenario, suspect: Suspect, soonest: int, people: list[Interviewer], reach: Reach, num_waiting: int
) -> tuple[int, tuple[Interviewer, Interviewer]] | None:
    """R19: the start and the pair for which travel, and waiting of so many, are least; None when nobody can."""
    offers = []
    for person in people:
        free, way = reach[person.officer.id]
        offers.append((num_waiting * max(soonest, free) + way, person.officer.id, person))
    offers.sort()
    best: tuple[int, int, tuple[Interviewer, Interviewer]] | None = None
    leads = [o for o in offers if "interview" in o[2].officer.skills][: INTERVIEWS.num_partners]
    women = [o for o in offers if o[2].officer.sex == "F"][: INTERVIEWS.num_partners]
    for cost, lead_id, lead in leads:
        if best is not None and cost >= best[0]:
            break
        partners = women if suspect.sex == "F" and lead.officer.sex != "F" else offers[: INTERVIEWS.num_partners + 1]
        lead_free, lead_way = reach[lead_id]
        for partner_cost, partner_id, partner in partners:
            if best is not None and partner_cost + lead_way >= best[0]:
                break  # nobody further down is there sooner
            if partner is lead:
                continue
            partner_free, partner_way = reach[partner_id]
            start = max(soonest, lead_free, partner_free)
            total = num_waiting * start + lead_way + partner_way
            if (best is None or total < best[0]) and _stays(scenario, start, lead) and _stays(scenario, start, partner):
                best = total, start, (lead, partner)
    return None if best is None else best[1:]


def reach_of(scenario: Scenario, person: Interviewer, place: str) -> tuple[int, int]:
    """First minute at which the person can be at the place, and the way; who has not served yet comes rested (R4)."""
    way = scenario.travel.minutes(person.here, place)
    if person.since is None:
        return ready_minute(scenario, person.officer, place), way
    pause = scenario.operation.doctrine.interview_break if person.talked else 0
    return person.minute + max(way, pause), way


def _stays(scenario: Scenario, start: int, person: Interviewer) -> bool:
    """R5, R19: the person is available and on duty until the end of an interview that starts then."""
    d = scenario.operation.doctrine
    since = start if person.since is None else person.since
    return start + d.interview_minutes <= min(person.officer.available_to, since + d.duty_max)
