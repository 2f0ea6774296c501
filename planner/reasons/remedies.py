"""What would help: edits of the operation, from the smallest to the largest of each kind.

Each remedy is for one question about one plan. Whether it helps is tried (`planner.reasons.pricing`).
"""

from collections.abc import Callable, Iterator, Mapping

from planner.edits import Edit, apply_edits, by_key, key_of
from planner.files import dump_operation
from planner.files.pins import dump_pin
from planner.needs import SKILL, chargeable_by_site, squad_needs
from planner.plan import Plan
from planner.reasons.facts import MovableFact, lifted
from planner.reasons.follow_on import follow_on
from planner.reasons.placeholders import Lender, borrowed, lenders, lent_vehicles, squad_for
from planner.reasons.searching import does
from planner.reasons.setting import Ladder, Remedy, Setting
from planner.reasons.suggested import ANYWAY, suggested
from planner.reasons.why import WhyAnswer
from planner.scenario import Scenario
from planner.whatif import move_h_hour, set_doctrine, set_fields, set_num_teams

LATER = (30, 60, 120, 240)
"""Minutes by which H, or the last raid, may be later."""
MORE = (60, 120, 240, 480)
LEAST_SQUAD = 2


def remedies(scenario: Scenario, plan: Plan, answer: WhyAnswer, called: str) -> list[Ladder]:
    """Ladders of remedies for what was found, the most promising first; who is lent is `called` so until named.

    First what a proof names; then a squad that goes on, or a whole one that is lent; then what the plan itself shows to
    be lacking; without a proof also what often helps.
    """
    question, raids = answer.question, plan.raids_by_site
    undone = tuple(s for s, m in question.until.items() if s not in raids or raids[s][1].start > m)
    if does(scenario, plan, question):
        return []
    first = question.site or (undone[0] if undone else next(iter(question.until), ""))
    if not first:
        return []
    city = scenario.operation.sites_by_id[first].city
    here = Setting(scenario, dump_operation(scenario.operation), plan, question, undone or (first,), city, called)
    ladders = [ladder for fact in answer.facts for ladder in _FOR_FACT[fact.kind](here, fact)]
    shown = suggested(scenario.operation, answer.reason)
    if question.kind in ("missed", "late"):
        ladders += [follow_on(here), _whole_squad(here)]
        ladders += [ladder for fact in shown for ladder in _FOR_FACT[fact.kind](here, fact)]
        if not answer.is_proved:
            ladders += [ladder for fact in ANYWAY for ladder in _FOR_FACT[fact.kind](here, fact)]
        ladders += [_smaller_squad(here)]
    has_hours = not answer.is_proved or any(fact.kind == "leave" for fact in answer.facts)
    ladders += [_h_later(here)] if has_hours else []
    return _distinct(ladders)


def _distinct(ladders: list[Ladder]) -> list[Ladder]:
    """The ladders that have steps, each kind and subject once."""
    found = dict[tuple[str, str, str], Ladder]()
    for ladder in ladders:
        if ladder:
            found.setdefault((ladder[0].kind, ladder[0].subject, ladder[0].agency), ladder)
    return list(found.values())


def _borrow(here: Setting, kind: str, subject: str, counts: range, **able: object) -> list[Ladder]:
    """Officers of a kind, from the city's own police and from the next agency."""
    return [
        [
            Remedy(kind, n, borrowed(here.document, lender, n, here.called, **able), subject, lender.agency)  # type: ignore[arg-type]
            for n in counts
        ]
        for lender in lenders(here.scenario, here.city)[:2]
    ]


def _women(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    yield from _borrow(here, "borrow-woman", "", range(1, 1 + max(2, here.needs["woman"])), sex="F")


def _skill(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    most = max(2, here.needs.get(SKILL + fact.subject, 0))
    yield from _borrow(here, "borrow-skill", fact.subject, range(1, 1 + most), skills=(fact.subject,))


def _local(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    """Of the city's own police; where no agency is that, an agency becomes it."""
    own = {a.id for a in here.operation.agencies if fact.subject in a.cities}
    lender = next((one for one in lenders(here.scenario, fact.subject) if one.agency in own), None)
    if lender is not None:
        edits = [borrowed(here.document, lender, n, here.called) for n in (1, 2, 3)]
        yield [Remedy("borrow-local", n, e, fact.subject, lender.agency) for n, e in enumerate(edits, 1)]
    for lender in lenders(here.scenario, fact.subject)[:1] if not own else ():
        row = by_key("agencies", here.document)[lender.agency]
        edit = Edit("agencies", lender.agency, row | {"cities": [*row.get("cities", ()), fact.subject]})
        yield [Remedy("count-as-local", 1, (edit,), fact.subject, lender.agency)]


def _officers(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    yield from _borrow(here, "borrow", "", range(1, 1 + here.needs["officers"]))


def _seats(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    for base in _idle_bases(here)[:2]:
        counts = range(1, 2 + here.needs["officers"] // 4)
        yield [Remedy("vehicle", n, lent_vehicles(here.document, base, n, here.called), base) for n in counts]


def _vans(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    for base in _idle_bases(here)[:1]:
        edits = [lent_vehicles(here.document, base, n, here.called, is_van=True) for n in (1, 2, 3)]
        yield [Remedy("van", n, made, base) for n, made in enumerate(edits, 1)]


def _idle_bases(here: Setting) -> list[str]:
    """Bases by the officers whom the plan leaves there, the most first; of equal ones the nearest to the city."""
    operation, minutes = here.operation, here.scenario.travel.minutes
    busy = {o for u in here.plan.units for o in u.officers} | {t.commander for t in here.plan.teams}
    ways = [p.id for p in operation.places if p.kind == "assembly" and p.city == here.city]
    idle = {p.id: 0 for p in operation.places if p.kind == "base"}
    for officer in operation.officers:
        idle[officer.base] = idle.get(officer.base, 0) + (officer.id not in busy)
    return sorted(idle, key=lambda b: (-idle[b], min((minutes(b, a) for a in ways), default=0), b))


def _cells(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    have, most = here.operation.places_by_id[fact.subject].cells, 1 + len(here.operation.suspects)
    yield [_place(here, "cells", fact.subject, n, cells=have + n) for n in (1, 2, 4, most)]


def _rooms(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    have = here.operation.places_by_id[fact.subject].rooms
    yield [_place(here, "rooms", fact.subject, n, rooms=have + n) for n in (1, 2, 4)]


def _place(here: Setting, kind: str, place: str, number: int, **fields: int) -> Remedy:
    return Remedy(kind, number, set_fields(here.document, "places", place, **fields), place)


def _doctrine(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    d, name = here.operation.doctrine, fact.subject
    if name == "commander_rank":
        yield from _borrow(here, "borrow-commander", "", range(1, 3), rank=d.commander_rank)
    elif name == "lead_rank":
        yield from _borrow(here, "borrow-leader", "", range(1, 2 + len(here.sites)), rank=d.lead_rank)
    elif name == "span_of_control":
        yield [_figure(here, "span", name, n) for n in (1, 2, 3)]
    else:
        yield [_figure(here, name, name, n) for n in (LATER if name == "last_raid" else MORE)]


def _figure(here: Setting, kind: str, name: str, more: int) -> Remedy:
    figure = getattr(here.operation.doctrine, name) + more
    return Remedy(kind, more, set_doctrine(here.document, name, figure), name, departs=True)


def _teams(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    """One more team is permitted; with a commander from elsewhere, where nobody is left who may command."""
    most, own = here.operation.max_teams, Lender("", "")
    steps = [Remedy("team", n, set_num_teams(here.document, most + n)) for n in (1, 2)]
    for own in lenders(here.scenario, here.city)[:1]:
        commander = borrowed(here.document, own, 1, here.called, rank=here.operation.doctrine.commander_rank)
        steps.append(Remedy("team", 1, (*set_num_teams(here.document, most + 1), *commander), "", own.agency))
    yield steps


def _lift(kind: str) -> Callable[[Setting, MovableFact], Iterator[Ladder]]:
    """The fact itself is lifted: a road opens, an order is withdrawn, a roster is given up, leave is called off."""

    def ladder(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
        edits = lifted(here.document, fact, here.question)
        yield [Remedy(kind, 1, edits, _subject(fact))] if edits else []

    return ladder


def _subject(fact: MovableFact) -> str:
    return key_of("pins", dump_pin(fact.pins[0])) if fact.pins else fact.subject


def _warrant(here: Setting, fact: MovableFact) -> Iterator[Ladder]:
    """A warrant that lasts a week from H; its number is to come."""
    row = by_key("suspects", here.document)[fact.subject]
    number = (row.get("warrant") or {}).get("number", here.called)
    expires = here.operation.at(7 * 24 * 60).isoformat()
    edit = Edit("suspects", fact.subject, row | {"warrant": {"number": number, "expires": expires}})
    yield [Remedy("warrant", 1, (edit,), fact.subject)]


_FOR_FACT: Mapping[str, Callable[[Setting, MovableFact], Iterator[Ladder]]] = {
    "warrant": _warrant,
    "closure": _lift("road"),
    "doctrine": _doctrine,
    "teams": _teams,
    "cells": _cells,
    "rooms": _rooms,
    "women": _women,
    "skill": _skill,
    "local": _local,
    "vans": _vans,
    "seats": _seats,
    "officers": _officers,
    "leave": _lift("recall"),
    "roster": _lift("roster"),
    "pin": _lift("pin"),
}


def _whole_squad(here: Setting) -> Ladder:
    """A whole squad with its vehicles, of the city's own police if it can be; then with a commander and a team."""
    site = here.operation.sites_by_id[here.sites[0]]
    needs = squad_needs(here.operation, site, chargeable_by_site(here.operation).get(site.id, ()))
    steps = Ladder()
    for lender in lenders(here.scenario, here.city)[:1]:
        squad = squad_edits(here, lender, site.id, needs)
        size = sum(e.table == "officers" for e in squad)
        steps.append(Remedy("squad", size, squad, site.id, lender.agency))
        after = apply_edits(here.document, squad)
        head = borrowed(after, lender, 1, here.called, rank=here.operation.doctrine.commander_rank)
        more = (*squad, *head, *set_num_teams(here.document, here.operation.max_teams + 1))
        steps.append(Remedy("squad-team", size + 1, more, site.id, lender.agency))
    return steps


def squad_edits(here: Setting, lender: Lender, site: str, needs: dict[str, int]) -> tuple[Edit, ...]:
    """The officers of a whole squad for the site, and cars for them and whom they arrest."""
    document, made = here.document, list[Edit]()
    row = here.operation.sites_by_id[site]
    for (sex, rank, skills), number in sorted(squad_for(here.operation, row, needs).items()):
        more = borrowed(document, lender, number, here.called, sex=sex, rank=rank, skills=skills)
        document, made = apply_edits(document, more), [*made, *more]
    detainees = len(chargeable_by_site(here.operation).get(site, ()))
    cars = -(-(len(made) + 2 * detainees) // 5)
    return (*made, *lent_vehicles(document, lender.base, cars, here.called))


def _smaller_squad(here: Setting) -> Ladder:
    """A squad with an officer less, and another: it departs from doctrine."""
    site, behind = here.operation.sites_by_id[here.sites[0]], chargeable_by_site(here.operation)
    size = squad_needs(here.operation, site, behind.get(site.id, ()))["officers"]
    return [
        Remedy("smaller", n, set_fields(here.document, "sites", site.id, officers=n), site.id, departs=True)
        for n in range(size - 1, max(LEAST_SQUAD, size - 3) - 1, -1)
    ]


def _h_later(here: Setting) -> Ladder:
    return [Remedy("h-later", n, move_h_hour(here.document, n)) for n in LATER]
