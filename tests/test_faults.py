"""Whatever is found wrong with a file is a code with values, told in the reader's language where it is shown."""

import ast
import json
import re
from pathlib import Path

import pytest

from planner.files import Fault, Unreadable, dump_operation, fields, parse_operation
from planner.files.cell_origins import right_for
from planner.files.columns import ALL_TABLES
from planner.files.fault_texts import NEAR, RIGHT, RULE, SEVERAL, TEXTS, right_text
from planner.files.references import UNKNOWN
from planner.i18n import gettext, translations
from planner.importing import empty_document, preview, read_upload
from planner.merging import ImportOptions
from tests.spoiled import spoiled_document, spoiled_workbook
from tests.two_doors import ten_minutes

ROOT = Path(__file__).parents[1]
MAKERS = {"Fault": 1, "Remark": 3, "refused": 0, "Unfit": 0, "wrong": 0, "count": 0}
FOLDERS = [*(ROOT / "planner").rglob("*.py"), *(ROOT / "models").glob("*.py"), *(ROOT / "web").glob("*.py")]


def codes_made() -> dict[str, set[str]]:
    """Code -> the keys of values that are spelled beside it where it is made."""
    found: dict[str, set[str]] = {}
    for path in FOLDERS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in MAKERS and isinstance(node, ast.Call) and len(node.args) > MAKERS[name]:
                code = node.args[MAKERS[name]]
                is_said = name != "count" or len(node.args) > 1  # not what sequences count
                if is_said and isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.setdefault(code.value, set()).update(k.arg for k in node.keywords if k.arg)
    return found


def test_every_code_has_its_sentence_in_both_languages() -> None:
    """Each code that is made somewhere says something, with the same values in Chinese."""
    made = {code for code in codes_made() if re.fullmatch("[a-z0-9-]+", code)}
    assert len(made) > 100
    assert not made - TEXTS.keys() - {RULE}
    for sentence in (*TEXTS.values(), NEAR, SEVERAL, *RIGHT.values()):
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", gettext(sentence, "zh"))), sentence


def test_no_sentence_is_dead() -> None:
    """Each sentence of a code is said somewhere: its code stands in the sources."""
    sources = "".join(path.read_text("utf-8") for path in FOLDERS if path.name != "fault_texts.py")
    assert not [code for code in TEXTS if f'"{code}"' not in sources]
    assert set(UNKNOWN.values()) | set(fields.OF_MARSHMALLOW.values()) <= TEXTS.keys()


def test_no_value_is_forgotten() -> None:
    """A code that is made with its values as keywords is made with those that its sentence names."""
    for code, values in codes_made().items():
        if values and code in TEXTS:
            assert set(re.findall(r"{(\w+)}", TEXTS[code])) == values, code


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_column_says_what_would_be_right(lang: str) -> None:
    """A fault in any column can say what would be right there, in both languages."""
    assert all(right_text(right_for(column), lang) for table in ALL_TABLES for column in table.current
               if column.kind != "note")  # fmt: skip


def test_values_and_hint_are_told() -> None:
    """A fault in Chinese holds the values of the English one, its hint translated too."""
    fault = Fault("sites[0].risk", "none-of", {"value": '"hgih"', "words": "low, medium, high", "near": '"high"'})
    assert str(fault) == 'sites[0].risk: "hgih" is none of low, medium, high; did you mean "high"?'
    assert fault.text("zh") == gettext(TEXTS["none-of"], "zh").format(**fault.values) + '；是否应为 "high"？'


def test_values_are_no_sentence() -> None:
    """Braces, hints and sentences within a value are letters of the value: nothing is read out of it."""
    value = '"{words} is missing; did you mean {near}?"'
    assert Fault("", "not-id", {"value": value}).text() == f"{value} is no id"


def test_a_changed_comma_loses_no_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence that is worded anew in English and in the catalogue is told anew everywhere, in both languages."""
    anew = "{value}: none of {words}"
    monkeypatch.setitem(TEXTS, "none-of", anew)
    monkeypatch.setitem(vars(translations("zh"))["_catalog"], anew, "{value}：须为 {words} 之一")
    data = dump_operation(ten_minutes())
    data["sites"][0]["risk"] = "hgih"
    with pytest.raises(Unreadable) as caught:
        parse_operation(data)
    told = [(fault.text(), fault.text("zh")) for fault in caught.value.faults]
    assert told == [
        (
            '"hgih": none of low, medium, high; did you mean "high"?',
            '"hgih"：须为 low, medium, high 之一；是否应为 "high"？',
        )
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_spoiled_files_are_told_word_for_word(lang: str) -> None:
    """What is said of a spoiled workbook and of a spoiled document is what `tests/golden` has, in both languages."""
    found = preview(empty_document(), read_upload(spoiled_workbook(), "x.xlsx", ImportOptions()), ImportOptions())
    told: dict[str, list[list[str]]] = {
        name: [
            [one.spot.sheet, one.spot.a1, one.heading, one.found, one.text(lang), right_text(one.right, lang)]
            for one in getattr(found, name)
        ]
        for name in ("faults", "warnings", "notices")
    }
    with pytest.raises(Unreadable) as caught:
        parse_operation(spoiled_document())
    told["document"] = [[fault.place, fault.text(lang)] for fault in caught.value.faults]
    golden = json.loads((ROOT / "tests" / "golden" / f"faults-{lang}.json").read_text("utf-8"))
    assert told == golden
    assert sum(map(len, told.values())) > 100
