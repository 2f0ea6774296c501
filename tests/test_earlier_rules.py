"""A plan made under earlier rules stays readable, with what it breaks today; one that breaks more is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from models import plan_intake
from planner.__main__ import main
from planner.compare import Comparison
from planner.files import dump_operation, dump_plan
from planner.plan import Plan, Stop
from planner.render.change_orders import change_orders_data
from planner.render.endings import earlier_sentences
from planner.render.sheets import sheets_data
from planner.rules import check
from planner.rules.earlier import VERSION, is_earlier, version_of
from planner.run_report import stopped_report, with_report
from planner.scenario import Scenario
from tests.house import House
from tests.stored_plans import stored
from tests.two_doors import ten_minutes, two_squads, with_stop, with_unit

TOLD = "Made under an earlier version of the rules. Current rules violated: R8 ×2."


def older(**made: object) -> Plan:
    """The two squads as they were planned before anybody had to be set at a door."""
    plan = two_squads()
    for unit, place in (("SQ1", "A1"), ("SQ2", "A2")):
        stops = plan.units_by_id[unit].stops
        plan = with_unit(plan, unit, stops=(Stop("muster", place, -40, -10), *stops[1:]))
    return replace(plan, made=made or None)


def test_a_plan_records_the_version_of_its_rules() -> None:
    """Whichever way a run ends, its report names the rules that the plan was made under."""
    for ended in (with_report, stopped_report):
        assert version_of(ended(Scenario(ten_minutes()), two_squads())) == VERSION
    assert version_of(two_squads()) == version_of(replace(two_squads(), made={"rules": "new"})) == 1


@pytest.mark.parametrize(
    ("plan", "earlier"),
    [
        (older(), True),
        (older(rules=1, seed=3), True),
        (older(rules=VERSION), False),
        (two_squads(), False),
        (with_stop(older(), "SQ1", 1, end=20), False),
    ],
    ids=["no report", "version 1", "today's rules", "breaks nothing", "breaks more"],
)
def test_what_counts_as_made_under_earlier_rules(plan: Plan, earlier: bool) -> None:
    """Only what the earlier rules did not ask may be broken, by a plan that does not claim today's rules."""
    broken = check(Scenario(ten_minutes()), plan)
    assert is_earlier(plan, broken) is earlier
    assert bool(earlier_sentences(plan, broken, "en")) is earlier


def test_papers_say_so() -> None:
    """Sheets and change orders of such a plan bear the sentence, in the language of the paper."""
    scenario = Scenario(ten_minutes())
    assert sheets_data(scenario, older(), "en")["ended"] == [TOLD]
    assert "按旧版规则编制" in sheets_data(scenario, older(), "zh")["ended"][0]
    assert sheets_data(scenario, two_squads(), "en")["ended"] == []
    assert change_orders_data(Comparison(scenario, two_squads(), scenario, older()), "en")["ended"] == [TOLD]


def test_the_shell_says_so(tmp_path: Path) -> None:
    """`check` counts what breaks and says why; sheets are printed; as a parent it is told and taken."""
    operation, old, new = (tmp_path / f"{name}.json" for name in ("operation", "old", "new"))
    operation.write_text(json.dumps(dump_operation(ten_minutes())))
    old.write_text(json.dumps(dump_plan(older())))
    new.write_text(json.dumps(dump_plan(two_squads())))
    told = CliRunner().invoke(main, ["check", str(operation), str(old)])
    assert told.exit_code == 1 and TOLD in told.stderr and "本方案按旧版规则编制" in told.stderr
    assert json.loads(told.stdout.splitlines()[-1])["broken"] == 2
    sheets = CliRunner().invoke(main, ["sheets", str(operation), str(old), "-o", str(tmp_path / "s.pdf")])
    assert sheets.exit_code == 0 and TOLD in sheets.stderr
    near = CliRunner().invoke(main, ["check", str(operation), str(new), "--parent", str(old)])
    assert near.exit_code == 0 and f"{old}: {TOLD}" in near.stderr
    worse = dump_plan(with_stop(older(), "SQ1", 1, end=20))
    old.write_text(json.dumps(worse))
    refused = CliRunner().invoke(main, ["sheets", str(operation), str(old), "-o", str(tmp_path / "t.pdf")])
    assert refused.exit_code == 1 and not (tmp_path / "t.pdf").exists()


@pytest.mark.parametrize(("lang", "told"), [("en", TOLD), ("zh", "本方案按旧版规则编制")])
def test_a_stored_plan_is_shown_with_what_it_breaks(
    house: House, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    """The page of a plan that was lawful when it was stored shows it, says so, and lists what it breaks today."""
    with monkeypatch.context() as patch:
        patch.setattr(plan_intake, "check", lambda *_: ())
        page = stored(house, dump_operation(ten_minutes()), dump_plan(older(seed=1)))
    client = house.client()
    shown = client.get(f"{page}?lang={lang}")
    assert shown.status_code == 200 and told in shown.text and "set too late" in shown.text
    assert client.get(f"{page}sheets.pdf?lang={lang}").status_code == 200
