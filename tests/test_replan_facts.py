"""Replanning from what was reported: facts become edits, pins and `now`, and the referee finds no broken rule."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.edits import apply_edits, plannable
from planner.files import dump_operation, parse_operation, read_operation, read_plan
from planner.operation import Address, SiteSkipped, SiteStart
from planner.plan import Plan
from planner.reports import Report, board_state
from planner.reports.facts import Facts
from planner.reports.reading import plain_report
from planner.reports.replanning import FactsQuestion, facts_question, squad_lacks
from planner.reports.stranded import stranded
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.solver import Clock, Limit, solve
from tests.kept_plans import SOLVED, kept
from tests.nights import night, report
from tests.referee import verdict
from tests.two_doors import one_squad, ten_minutes

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DRAW = random.Random(0)
City = tuple[Scenario, Plan]


@pytest.fixture(scope="module")
def city() -> City:
    """One city with its plan."""
    return kept(SOLVED, "one-city")


def question(city: City, told: list[Report], minute: int) -> FactsQuestion:
    """What the reports say to the planner at this minute from H."""
    scenario, plan = city
    now = scenario.operation.h_hour + timedelta(minutes=minute)
    return facts_question(scenario, dump_operation(scenario.operation), plan, told, now)


def asked(city: City, told: list[Report], minute: int) -> Scenario:
    """The scenario that the reports ask for."""
    scenario, plan = city
    found = question(city, told, minute)
    document = apply_edits(dump_operation(scenario.operation), found.edits)
    return Scenario(parse_operation(plannable(document)), Parent(plan, scenario.operation), found.now)


def replanned(city: City, told: list[Report], minute: int, work: float = 300) -> tuple[Scenario, Plan]:
    """The plan that is made of them."""
    scenario = asked(city, told, minute)
    return scenario, solve(scenario, Clock(Limit(work=work, seed=1)))


def as_planned(city: City, until: int = 0) -> list[Report]:
    """Every squad enters, at the planned minute, the doors that are planned up to this minute."""
    scenario, plan = city
    return [
        report(scenario, DRAW, unit.id, "entered", stop.start, site=site)
        for site, (unit, stop) in plan.raids_by_site.items()
        if stop.start <= until
    ]


def door(city: City, *, suspects: int = 1) -> tuple[str, str, list[str]]:
    """A squad whose only raid is on a door, the door, and who is to be arrested there."""
    scenario, plan = city
    for unit in plan.units:
        raids = [stop for stop in unit.stops if stop.task == "raid"]
        there = scenario.operation.chargeable_by_site.get(raids[0].place, ()) if len(raids) == 1 else ()
        if len(there) >= suspects:
            return unit.id, raids[0].place, [one.id for one in there]
    raise AssertionError


def test_a_night_as_planned_changes_nothing(city: City) -> None:
    """Every door entered on the minute: no edit, and nothing to be told."""
    found = question(city, as_planned(city), 10)
    assert (found.edits, found.told, found.now) == ((), (), 11)


def test_a_late_entry_is_a_pin_at_its_minute(city: City) -> None:
    """The raid began nine minutes late; the replan keeps it so."""
    _, site, _ = door(city)
    late = timedelta(minutes=9)
    told = [one if one.site != site else replace(one, said=one.said + late) for one in as_planned(city)]
    new, found = replanned(city, told, 12)
    assert SiteStart(site, 9) in new.operation.pins
    assert found.raids_by_site[site][1].start == 9
    assert not check(new, found)
    assert not verdict(new, found)[0]


def test_a_squad_that_waits_begins_later(city: City) -> None:
    """Of a door that nobody entered the raid has not begun; it is expected now at the earliest."""
    unit, site, _ = door(city)
    told = [one for one in as_planned(city) if one.site != site]
    told.append(report(city[0], DRAW, unit, "set", -5, site=site))
    new, found = replanned(city, told, 10)
    assert found.raids_by_site[site][1].start >= 11
    assert not verdict(new, found)[0]


def test_an_absent_suspect_is_not_arrested_and_the_squad_is_free(city: City) -> None:
    """The raid stays without that suspect, who is missed, and no delivery names the suspect."""
    unit, site, there = door(city)
    told = [*as_planned(city), report(city[0], DRAW, unit, "absent", 8, site=site, suspect=there[0])]
    new, found = replanned(city, told, 10)
    assert there[0] in found.reason_by_suspect
    assert there[0] not in found.deliveries_by_suspect
    assert not verdict(new, found)[0]


def test_another_address_of_an_absent_suspect_becomes_a_door(city: City) -> None:
    """The likeliest address whose door is not open yet is told, and a squad can be sent there."""
    scenario, plan = city
    unit, site, there = door(city)
    extra = replace(
        scenario.operation.sites_by_id[site], id="S900", lat=scenario.operation.sites_by_id[site].lat + 0.01
    )
    operation = replace(
        scenario.operation,
        sites=(*scenario.operation.sites, extra),
        addresses=(Address(there[0], "S900", 0.4), Address(there[0], site, 0.9)),
    )
    other = Scenario(operation), plan
    told = [*as_planned(other), report(scenario, DRAW, unit, "absent", 8, site=site, suspect=there[0])]
    found = question(other, told, 10)
    assert [fault.code for fault in found.told] == ["replan-other-address"]
    assert all(fault.text(lang) for fault in found.told for lang in ("en", "zh"))
    new, plan = replanned(other, told, 10)
    assert new.operation.suspects_by_id[there[0]].site == "S900"
    assert not verdict(new, plan)[0]


def test_a_door_that_was_not_opened_is_skipped(city: City) -> None:
    """It is missed; its squad may go elsewhere."""
    unit, site, there = door(city)
    told = [one for one in as_planned(city) if one.site != site]
    told.append(report(city[0], DRAW, unit, "no_entry", 6, site=site))
    new, found = replanned(city, told, 10)
    assert SiteSkipped(site) in new.operation.pins
    assert {*there} <= found.reason_by_suspect.keys()
    assert not verdict(new, found)[0]


def test_a_squad_that_never_came_is_lost_with_its_people(city: City) -> None:
    """Its officers and vehicles are gone from the plan; another squad may take its door."""
    unit, site, _ = door(city)
    told = [one for one in as_planned(city) if one.site != site]
    told.append(report(city[0], DRAW, unit, "no_show", 5))
    new, found = replanned(city, told, 10)
    gone = set(city[1].units_by_id[unit].officers)
    assert not gone & {officer for one in found.units for officer in one.officers}
    assert not verdict(new, found)[0]


def test_a_squad_that_went_straight_to_its_second_door_is_told_in_words() -> None:
    """The report stands; the planner is not told of it, and the first door stands again as a new one."""
    scenario, plan = Scenario(ten_minutes()), one_squad()
    (unit,) = [one for one in plan.units if one.kind == "squad"]
    first, second = [stop for stop in unit.stops if stop.task == "raid"]
    told = [report(scenario, DRAW, unit.id, "entered", 4, site=second.place)]
    found = question((scenario, plan), told, 10)
    assert [fault.code for fault in found.told] == ["replan-second-door"]
    new, made = replanned((scenario, plan), told, 10)
    assert not verdict(new, made)[0]
    assert f"{first.place}-again" in new.operation.sites_by_id


def test_a_delivery_elsewhere_takes_a_cell_there(city: City) -> None:
    """The cell is counted where the detainee is; that the delivery went there is told in words."""
    scenario, plan = city
    suspect, (unit, stop) = next(iter(plan.deliveries_by_suspect.items()))
    other = next((p for p in scenario.operation.places if p.kind == "custody" and p.id != stop.place), None)
    place = other.id if other is not None else scenario.operation.places[0].id
    told = [*as_planned(city, 300), report(scenario, DRAW, unit.id, "lodged", stop.end, suspect=suspect, place=place)]
    found = question(city, told, stop.end + 5)
    assert [fault.code for fault in found.told] == ["replan-delivered-elsewhere"]
    assert {edit.table for edit in found.edits} == {"places"}


def test_a_door_that_lacks_its_medic_says_so_before_anything_is_replanned(city: City) -> None:
    """The only medic of a door of high risk is out of action: what is lacking, and who could be sent."""
    scenario, plan = city
    operation = scenario.operation
    for site, (unit, _) in plan.raids_by_site.items():
        medics = [o for o in unit.officers if "medic" in operation.officers_by_id[o].skills]
        if operation.sites_by_id[site].risk == "high" and len(medics) == 1:
            break
    told = [*as_planned(city), report(scenario, DRAW, unit.id, "lost", 9, officer=medics[0])]
    state = board_state(scenario, plan, told, operation.h_hour + timedelta(minutes=10))
    (lack,) = [one for one in squad_lacks(scenario, plan, state) if one.site == site]
    assert lack.lacks["skill medic"] == 1
    assert lack.helpers
    assert all(minutes >= 0 for _, minutes in lack.helpers)
    new, found = replanned(city, told, 10)
    assert medics[0] not in new.operation.officers_by_id
    assert not verdict(new, found)[0]


def random_facts(city: City, seed: int) -> tuple[list[Report], int]:
    """A night up to some minute with absences, losses, squads that never came and doors that stayed shut."""
    scenario, plan = city
    draw = random.Random(seed)
    minute = draw.choice((-20, 3, 10, 25, 45, 70, 120, 200))
    told = [one for one in night(scenario, plan, seed, until=minute) if draw.random() > 0.05]
    squads = [unit for unit in plan.units if unit.kind == "squad"]
    for unit in draw.sample(squads, min(2, len(squads))):
        kind, sites = draw.choice(("no_show", "no_entry", "lost", "stand_down", "vehicle", "none")), unit.stops
        site = next(stop.place for stop in sites if stop.task == "raid")
        if kind in ("no_show", "no_entry"):
            told = [one for one in told if one.unit != unit.id or one.code in ("briefed", "moving")]
        about = {"no_entry": {"site": site}, "lost": {"officer": draw.choice(unit.officers)}}.get(kind, {})
        if kind == "vehicle":
            about = {"vehicle": draw.choice(unit.vehicles)} if unit.vehicles else {}
        if kind != "none" and (kind != "vehicle" or about):
            code = "lost" if kind == "vehicle" else kind
            told.append(report(scenario, draw, unit.id, code, minute - draw.random(), **about))  # type: ignore[arg-type]
    return told, minute


def judged(city: City, seed: int, work: float) -> tuple[set[str], list[str]]:
    """The rules that the planner says it cannot keep after random facts, and what the referee says besides."""
    told, minute = random_facts(city, seed)
    scenario, plan = replanned(city, told, minute, work)
    own = {violation.rule for violation in check(scenario, plan)}
    broken, _, lines = verdict(scenario, plan)
    return own, lines if set(broken) != own else []


@pytest.mark.parametrize("seed", range(4))
def test_random_facts_give_plans_that_keep_every_rule(city: City, seed: int) -> None:
    """Whatever is reported, the replan breaks no rule, by the checker and by the referee."""
    assert judged(city, seed, 100) == (set(), [])


def test_a_squad_that_is_sent_on_leaves_none_of_its_detainees_behind(city: City) -> None:
    """Two squads never came: nobody could fetch the detainees of those who might take their doors, which stay shut."""
    assert judged(city, 4, 100) == (set(), [])


def test_a_new_escort_unit_begins_now(city: City) -> None:
    """The unit that was to fetch a detainee is late; who comes instead does not come in the past."""
    assert judged(city, 98, 100) == (set(), [])


def by_name(name: str) -> City:
    """An operation with its plan."""
    if name == "one-city":
        return kept(SOLVED, name)
    return Scenario(read_operation(EXAMPLES / f"{name}.json")), read_plan(EXAMPLES / f"plans/{name}.json")


def codes_before(city: City, seed: int) -> list[str]:
    """What is said before anything is replanned from random facts; each sentence in both languages."""
    found = question(city, *random_facts(city, seed)).told
    assert all(fault.text("en") != fault.text("zh") for fault in found)
    return [fault.code for fault in found]


@pytest.mark.parametrize(("name", "seed"), [("one-city", 13), ("3-02-roads", 34)])
def test_detainees_whom_nobody_may_bring_in_are_told_before_a_replan(name: str, seed: int) -> None:
    """The only car is lost after the raid and before the delivery: no plan keeps every rule, which is said in words."""
    city = by_name(name)
    own, lines = judged(city, seed, 100)
    assert (own, lines) == ({"R14"}, [])
    assert "replan-stranded" in codes_before(city, seed)
    scenario, plan = city
    told, minute = random_facts(city, seed)
    state = board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(minutes=minute))
    (one,) = stranded(scenario, state, Facts(scenario.operation, plan, state.reports))
    assert one.helpers == tuple(sorted(one.helpers, key=lambda helper: helper[1])) != ()
    new, found = replanned(city, told, one.until, 100)
    assert (check(new, found), verdict(new, found)[0]) == ((), {})


def test_detainees_who_may_not_share_a_vehicle_get_an_escort_each(city: City) -> None:
    """A squad lost one of two cars: two escort units come for the man and the woman, a woman joins one of them."""
    assert judged(city, 62, 100) == (set(), [])


def test_a_door_whose_detainees_were_handed_over_was_entered(city: City) -> None:
    """Its squad is said not to have entered, and an escort unit has taken its detainees over: these were arrested."""
    assert judged(city, 81, 100) == (set(), [])
    pins = asked(city, *random_facts(city, 81)).operation.pins
    assert "S002" not in {pin.site for pin in pins if isinstance(pin, SiteStart)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("name", ["one-city", "3-02-roads"])
def test_many_random_facts_give_plans_that_keep_every_rule_or_say_which(name: str, seed: int) -> None:
    """The same of two hundred nights: a detainee in hand and no vehicle is told in words, before and after."""
    city = by_name(name)
    own, lines = judged(city, seed, 100)
    assert lines == []
    assert not own or "replan-stranded" in codes_before(city, seed)


def test_facts_are_a_file_of_the_shell(city: City, tmp_path: Path) -> None:
    """`plan --facts` reads reports, takes the moment from the last one, and writes a replan that keeps the rules."""
    unit, site, there = door(city)
    told = [*as_planned(city), report(city[0], DRAW, unit, "absent", 8, site=site, suspect=there[0])]
    file, new = tmp_path / "facts.json", tmp_path / "new.json"
    file.write_text(json.dumps([plain_report(one) for one in told]))
    operation = str(EXAMPLES / "one-city.json")
    parent = "tests/golden/plans/solved/one-city.json"
    words = ["plan", operation, "--parent", parent, "--facts", str(file), "--work", "100", "--quiet", "-o", str(new)]
    result = CliRunner().invoke(main, [*words, "--processes", "1"])
    assert result.exit_code == 0, result.output
    assert there[0] in read_plan(new).reason_by_suspect
    file.write_text("[7]")
    assert CliRunner().invoke(main, words).exit_code == 2
    assert UUID(plain_report(told[0])["id"]) == told[0].id
