"""Suspects who are elsewhere: chances against enumeration, exposure against the score, and what pages and cards say."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.absences import Absence, absences, city_needs, number_chances
from planner.absences.expected import quantile
from planner.files import parse_operation, parse_plan
from planner.needs import shortfall
from planner.papers.source import PaperSource
from planner.papers.squad import squad_cards
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import exposure
from tests.house import House
from tests.stored_plans import document, plan_document, stored
from tests.test_reliability_web import text_of

NAME = "one-city"


def with_addresses(*chances: float) -> dict[str, Any]:
    """One-city, in which each suspect may be at the next one's address, and some at two, with these chances."""
    value = document(NAME)
    people = [row for row in value["suspects"] if row["warrant"]]
    rows = [
        {"suspect": one["id"], "site": other["site"], "chance": chances[i % len(chances)]}
        for i, (one, other) in enumerate(pairwise(people))
        if one["site"] != other["site"]
    ]
    like = value["sites"][0]
    free = like | {"id": "S-FREE", "address": "Free street 1", "lat": like["lat"] + 0.02}
    value["sites"] = [*value["sites"], free]
    rows += [{"suspect": one["id"], "site": "S-FREE", "chance": chances[0]} for one in people[:6]]
    value["addresses"] = rows
    return value


def case(*chances: float) -> tuple[Scenario, Plan]:
    """The operation with further addresses, and its plan."""
    return Scenario(parse_operation(with_addresses(*chances))), parse_plan(plan_document(NAME))


@given(st.lists(st.floats(0, 1), max_size=7))
def test_numbers_are_those_of_all_outcomes(chances: list[float]) -> None:
    """The distribution of how many happen is the sum over every outcome."""
    wished = [0.0] * (len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        wished[sum(outcome)] += math.prod(c if it_is else 1 - c for c, it_is in zip(chances, outcome, strict=True))
    found = number_chances(chances)
    assert found == pytest.approx(wished, abs=1e-9)
    for level in (0.5, 0.9, 0.99):
        most = quantile(found, level)
        assert sum(found[: most + 1]) >= level - 1e-9
        assert most == 0 or sum(found[:most]) < level


def test_each_further_address_of_an_arrested_suspect_is_told() -> None:
    """By squad, the most likely first; no address of somebody who is missed, nor the one that is raided itself."""
    scenario, plan = case(0.2, 0.1)
    rows = absences(scenario, plan)
    missed = {one.suspect for one in plan.missed}
    wished = {(a.suspect, a.site) for a in scenario.operation.addresses if a.suspect not in missed}
    assert {(row.suspect, row.other) for row in rows} == wished
    for row in rows:
        unit, stop = plan.raids_by_site[row.site]
        assert row.squad == unit.id
        assert scenario.operation.suspects_by_id[row.suspect].site == row.site
        way = scenario.travel.minutes(row.site, row.other)
        assert row.start == stop.start + scenario.operation.doctrine.arrest_minutes + way
        assert (row.raided_by is not None) == (row.other in plan.raids_by_site)
        assert not (row.can_go and (row.lacks or row.has_more or row.is_late or row.raided_by))


def test_the_exposure_is_the_scores() -> None:
    """Raided there or not at all: the difference is that of the score of the whole plan."""
    scenario, plan = case(0.2)
    people = scenario.operation.suspects_by_id
    told = [row for row in absences(scenario, plan) if row.other == "S-FREE"]
    assert told
    for row in told:
        if len(scenario.operation.chargeable_by_site[row.site]) > 1:
            continue
        there = replace(people[row.suspect], site=row.other)
        moved = tuple(there if one.id == row.suspect else one for one in scenario.operation.suspects)
        gone = Scenario(replace(scenario.operation, suspects=moved))
        raid = Unit("X-1", "squad", (), (), (Stop("raid", row.other, row.start, row.start + 60),))
        with_raid = replace(plan, units=(*plan.units, raid))
        assert exposure(gone, with_raid) - exposure(gone, plan) == row.exposure - row.exposure_missed


def _nights(rows: list[Absence], city: str, scenario: Scenario) -> Iterator[tuple[float, int, int]]:
    """Every outcome: its probability, raids in the city, and those among them for a reserve; one address each."""
    people = list(dict.fromkeys(row.suspect for row in rows))
    choices = [[None, *(r for r in rows if r.suspect == one)] for one in people]
    for outcome in product(*choices):
        chance = 1.0
        for one, row in zip(people, outcome, strict=True):
            own = [r.chance or 0 for r in rows if r.suspect == one]
            chance *= 1 - sum(own) if row is None else row.chance or 0
        there = [r for r in outcome if r is not None and scenario.operation.sites_by_id[r.other].city == city]
        raids = [r for r in there if not r.raided_by]
        yield chance, len(raids), sum(not r.can_go for r in raids)


def test_needs_are_those_of_all_nights() -> None:
    """Expected raids, their number at most and the reserve's: by enumeration of who is where."""
    scenario, plan = case(0.25, 0.1)
    rows = [row for row in absences(scenario, plan) if row.other == "S-FREE"]
    (need,) = city_needs(scenario, plan, rows, 0.9)
    every = list(_nights(rows, need.city, scenario))
    assert need.expected == pytest.approx(sum(p * n for p, n, _ in every))
    for most, which in ((need.most, 1), (need.most_reserve, 2)):
        assert sum(night[0] for night in every if night[which] <= most) >= 0.9 - 1e-9
        assert most == 0 or sum(night[0] for night in every if night[which] < most) < 0.9
    operation = scenario.operation
    size = shortfall(operation, operation.sites_by_id["S-FREE"], (operation.suspects[0],), ())["officers"]
    assert need.officers == need.most_reserve * size


def test_what_nobody_gave_counts_as_assumed() -> None:
    """Without a chance nothing is expected, unless somebody assumes one; more of it never lowers a figure."""
    scenario, plan = case(0.0)
    rows = absences(scenario, plan)
    assert {row.chance for row in rows} == {None}
    before = city_needs(scenario, plan, rows)
    assert all((one.expected, one.most, one.officers) == (0, 0, 0) for one in before)
    for assumed in (0.1, 0.3, 1.0):
        after = city_needs(scenario, plan, rows, assumed=assumed)
        for old, new in zip(before, after, strict=True):
            assert new.expected >= old.expected and new.most >= old.most and new.officers >= old.officers
            assert new.expected <= assumed * new.num_suspects + 1e-9
        before = after


def test_the_card_says_where_to_go() -> None:
    """Each squad's card has its suspects' further addresses, and no other squad's."""
    scenario, plan = case(0.2, 0.1)
    rows = absences(scenario, plan)
    for lang, title in (("en", "If a suspect is absent"), ("zh", "嫌疑人不在时")):
        for sheet in squad_cards(PaperSource(scenario, plan, lang)):
            mine = [row for row in rows if row.squad == sheet.key]
            told = [table for table in sheet.tables if table.title == title]
            assert len(told) == bool(mine)
            if mine:
                assert len(told[0].rows) == len(mine)
                assert all(row.other in cells[1] for row, cells in zip(mine, told[0].rows, strict=True))


def test_the_page_tells_cities_and_addresses(house: House) -> None:
    """In both languages; an assumed chance changes the figures, a wrong one is refused; of none it says so."""
    plan = stored(house, with_addresses(0.0), plan_document(NAME))
    client = house.client()
    for lang, title in (("en", "Absent suspects"), ("zh", "嫌疑人不在现场")):
        answer = client.get(f"{plan}absent/?lang={lang}")
        assert answer.status_code == 200
        assert title in text_of(answer.text) and "S-FREE" in answer.text
    assert re.search(r">0\.0<", client.get(f"{plan}absent/?lang=en").text)
    assert not re.search(r'n">0\.0<', client.get(f"{plan}absent/?lang=en&assumed=30").text)
    for wrong in ("-1", "101", "x"):
        assert client.get(f"{plan}absent/?lang=en&assumed={wrong}").status_code == 422
    bare = stored(house, document(NAME) | {"id": "bare"}, plan_document(NAME))
    assert "No suspect of this plan has a further address." in text_of(client.get(f"{bare}absent/?lang=en").text)
