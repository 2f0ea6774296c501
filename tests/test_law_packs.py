"""Law packs: their form, their faults with lines, and every row kept by one set of facts and broken by another."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import main
from planner.files.law_details import GivenFact
from planner.law.conditions import Condition, FactComparison, JoinedCondition, Negation, Operator, comparisons, verdict
from planner.law.facts import DERIVED, FACT_WORDS, PLANNED, known_facts
from planner.law.pack import PackItem, PackRule
from planner.law.pack_file import FOLDER, UnfitPack, parse_pack, shipped_packs

PACKS = shipped_packs()
ITEMS = [(pack.id, item.id) for pack in PACKS.values() for item in pack.items()]
CN = (FOLDER / "cn.toml").read_text("utf-8")
MOST_COMBINATIONS = 50_000


def item_of(pack: str, item: str) -> PackItem:
    """The item of a pack."""
    return PACKS[pack].by_id[item]


def values_of(fact: GivenFact, asked: list[FactComparison]) -> list[Any]:
    """Values of a fact that make each of its comparisons true, and others that make it false."""
    if fact.kind == "flag":
        return [True, False]
    if fact.kind == "choice":
        return list(fact.words)
    if fact.kind == "whole":
        return sorted({int(one.value) + step for one in asked for step in (-1, 0, 1) if int(one.value) + step >= 0})
    return ["something else", *(v for one in asked for v in (one.value if one.how == "one_of" else [one.value]))]


def fitting(item: PackItem, *wanted: tuple[Condition, bool]) -> dict[str, Any] | None:
    """Facts for which each condition holds or not, as wanted; None where there are none."""
    asked: dict[str, list[FactComparison]] = {}
    for condition, _ in wanted:
        for one in comparisons(condition):
            asked.setdefault(one.fact, []).append(one)
    known = known_facts(item.per)
    choices = [values_of(known[fact], ones) for fact, ones in asked.items()]
    for values in product(*choices):
        facts = dict(zip(asked, values, strict=True))
        if all(verdict(condition, facts).holds is holds for condition, holds in wanted):
            return facts
    return None


@pytest.mark.parametrize(("pack", "name"), ITEMS)
def test_every_row_can_concern_and_every_rule_be_kept_and_broken(pack: str, name: str) -> None:
    """Some facts make the row count; a rule's `must` holds for some of them and fails for others."""
    item = item_of(pack, name)
    assert fitting(item, (item.when, True)) is not None
    if isinstance(item, PackRule):
        assert fitting(item, (item.when, True), (item.must, True)) is not None
        assert fitting(item, (item.when, True), (item.must, False)) is not None


@pytest.mark.parametrize(("pack", "name"), ITEMS)
def test_every_row_has_its_article_source_and_both_languages(pack: str, name: str) -> None:
    """No row goes without article, source and its sentence in English and Chinese."""
    item = item_of(pack, name)
    for said in (item.name, item.says, item.get):
        assert said.en != said.zh
        assert not any("一" <= letter <= "鿿" for letter in said.en)
    assert item.article
    assert item.source


def test_the_packs_that_the_program_has() -> None:
    """China, Germany, England and Wales, France and the USA; the share of verified rows is told."""
    assert list(PACKS) == ["cn", "de", "en-wales", "fr", "us-federal"]
    assert {pack.id: pack.num_verified for pack in PACKS.values() if pack.num_verified == 0} == {
        "en-wales": 0,
        "fr": 0,
        "us-federal": 0,
    }
    assert PACKS["cn"].num_verified > 0.9 * PACKS["cn"].num_items


def test_a_pack_older_than_a_year_says_so() -> None:
    """366 days after it was verified a pack is old; one that nobody verified always is."""
    pack = PACKS["cn"]
    assert pack.verified_on is not None
    assert not pack.is_old(pack.verified_on + timedelta(days=365))
    assert pack.is_old(pack.verified_on + timedelta(days=366))
    assert PACKS["fr"].is_old(date(2026, 1, 1))


def test_a_pack_counts_between_its_dates() -> None:
    """Before its first day a pack is not in force."""
    assert not PACKS["cn"].is_in_force(date(2020, 8, 31))
    assert PACKS["cn"].is_in_force(date(2020, 9, 1))


def faults_of(text: str) -> Iterator[tuple[int, str]]:
    """Line and sentence of every fault of a pack."""
    with pytest.raises(UnfitPack) as error:
        parse_pack(text)
    return ((fault.line, fault.fault) for fault in error.value.faults)


def line_of(text: str, part: str) -> int:
    """The number of the first line that holds the part."""
    return next(i for i, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('severity = "block"', 'severity = "stop"', '"stop" is none of block, warn, inform'),
        ('per = "suspects"', 'per = "person"', '"person" is none of suspects, sites, agencies, operation'),
        ('fact = "age", below = 18', 'fact = "agee", below = 18', 'did you mean "age"?'),
        ('fact = "age", below = 18', 'fact = "age", below = "18"', "does not compare with the fact age"),
        ('fact = "sex", is = "F"', 'fact = "sex", below = "F"', "does not compare with the fact sex"),
        ('{ fact = "age", below = 18 }', '"__import__(1)"', "a condition has all, any, not, or a fact"),
        ('limit = "PT24H"', 'limit = "24 hours"', '"24 hours" is no duration'),
        ('start = "06:00"', 'start = "6"', '"6" is no clock time'),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Peking"', "no time zone of the IANA database"),
        ("verified_on = 2026-11-29", 'verified_on = "yes"', 'neither a date nor "not verified"'),
        ('id = "arrest-warrant"', 'id = "detention-warrant"', "stands twice in the pack"),
        ('end = "lodged"', 'end = "lodgd"', '"lodgd" is none of'),
        ("allows_arrest = true", 'allows_arrest = "yes"', '"yes" is neither true nor false'),
        ('article = "MPS 346"', 'articel = "MPS 346"', "unknown key"),
        ('zh = "拘留证"', 'cn = "拘留证"', "a text has en and zh"),
        ("in_force_from = 2020-09-01", 'in_force_from = "2020"', '"2020" is no date'),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, said: str) -> None:
    """Each slip in the Chinese pack is found, in the line that it was made in."""
    assert old in CN
    line = line_of(CN, old)
    found = list(faults_of(CN.replace(old, new, 1)))
    assert any(
        said in sentence and abs(at - line) <= (20 if new.startswith("articel") else 1) for at, sentence in found
    )


def test_all_faults_are_told_at_once() -> None:
    """Three slips are three faults, in the order of their lines."""
    text = CN.replace('severity = "block"', 'severity = "stop"', 1).replace('end = "lodged"', 'end = "x"', 1)
    text = text.replace('start = "06:00"', 'start = "6"', 1)
    lines = [line for line, _ in faults_of(text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize("text", ["[pack", "[pack]\nid = \n", "a = [1,\n", "\x00"])
def test_what_is_no_toml_is_told_with_its_line(text: str) -> None:
    """A file that is no TOML has one fault."""
    ((line, sentence),) = faults_of(text)
    assert line >= 1
    assert "is no TOML" in sentence


@pytest.mark.parametrize("text", ["", "pack = 1", "rules = 1", "[pack]\n[[rules]]\n", "[[pack]]", "[other]\n"])
def test_an_odd_file_is_refused(text: str) -> None:
    """Whatever stands in a file, it is a pack or its faults are told."""
    assert list(faults_of(text))


def test_a_broken_pack_is_refused_wherever_a_value_is_wrong() -> None:
    """Many a value of a pack in turn becomes a number: no pack comes of it, and nothing else is raised."""
    lines = CN.splitlines()
    for i, line in list(enumerate(lines))[::9]:
        key, is_assigned, _ = line.partition(" = ")
        if is_assigned and not line.startswith("#"):
            broken = "\n".join([*lines[:i], f"{key} = 12345678901234567890", *lines[i + 1 :]])
            assert list(faults_of(broken))


def test_the_command_checks_a_pack(tmp_path: Path) -> None:
    """`pack check` is content with every pack of the program, and ends with 2 and the lines of a broken one."""
    for path in FOLDER.glob("*.toml"):
        answer = CliRunner().invoke(main, ["pack", "check", str(path)])
        assert (answer.exit_code, "rows verified" in answer.output) == (0, True)
    broken = tmp_path / "broken.toml"
    broken.write_text(CN.replace('severity = "block"', 'severity = "stop"', 1), "utf-8")
    answer = CliRunner().invoke(main, ["pack", "check", str(broken)])
    assert answer.exit_code == 2
    assert f"line {line_of(CN, 'severity')}: papers[0].severity" in answer.output


def test_the_command_lists_the_packs() -> None:
    """`pack list` tells of each pack how much is verified, and which was not for more than a year."""
    answer = CliRunner().invoke(main, ["pack", "list"])
    assert len(answer.output.splitlines()) == len(PACKS)
    assert "de: Germany" in answer.output
    assert "more than a year ago" in answer.output


def test_conditions_know_what_is_unknown() -> None:
    """Known facts settle a condition where they can; else it is told on which facts it hangs."""
    young, woman = FactComparison("age", "below", 18), FactComparison("sex", "is", "F")
    both, either = JoinedCondition("all", (young, woman)), JoinedCondition("any", (young, woman))
    assert verdict(both, {"age": 20}).holds is False
    assert verdict(either, {"age": 17}).holds is True
    assert verdict(both, {"age": 17}).unknown == {"sex"}
    assert verdict(Negation(either), {}).unknown == {"age", "sex"}
    assert verdict(Negation(both), {"age": 20}).holds is True
    assert verdict(JoinedCondition("all", ()), {}).holds is True


def test_facts_that_block_have_a_name_for_readers() -> None:
    """Every fact that somebody may be asked for is called something on pages."""
    asked = {
        one.fact
        for pack in PACKS.values()
        for item in pack.items()
        if item.severity == "block"
        for condition in ([item.when, item.must] if isinstance(item, PackRule) else [item.when])
        for one in comparisons(condition)
    }
    always = {"age", "sex", "warrant_matches", "warrant_shared", "case_agency_known", "hosts", "risk"} | set(
        DERIVED["agencies"]
    )
    always |= set(DERIVED["sites"]) | {fact for facts in PLANNED.values() for fact in facts}
    assert asked - always - set(FACT_WORDS) == set()


def test_packs_hold_no_long_copies() -> None:
    """A sentence of a pack is our own: short."""
    data = tomllib.loads(CN)
    assert all(len(row["says"]["en"]) < 200 for part in data.values() if isinstance(part, list) for row in part)


@pytest.mark.parametrize(
    ("how", "value", "holds"),
    [
        *(("is", "F", True), ("is", "M", False), ("one_of", ("F", "M"), True), ("one_of", ("M",), False)),
        *(("least", 18, True), ("least", 19, False), ("most", 18, True), ("most", 17, False)),
        *(("below", 19, True), ("below", 18, False), ("above", 17, True), ("above", 18, False)),
    ],
)
def test_each_operator_compares_as_it_is_called(how: Operator, value: Any, holds: bool) -> None:
    """Least and most hold at the value itself, below and above do not; without the fact nothing is known."""
    fact = "sex" if how in ("is", "one_of") else "age"
    assert verdict(FactComparison(fact, how, value), {"sex": "F", "age": 18}).holds is holds
    assert verdict(FactComparison(fact, how, value), {}).holds is None
