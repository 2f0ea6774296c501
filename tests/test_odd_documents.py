"""Documents of an operation as odd as they come: all stays on its page and in its cell, and rare signs are printed."""

import pytest
from pypdfium2 import PdfDocument, PdfTextPage  # type: ignore[import-untyped]  # it has none
from pypdfium2.raw import FPDFText_GetCharAngle  # type: ignore[import-untyped]

from planner.papers.copies import CopyMark, id_of
from planner.papers.edition import Edition, Press
from planner.papers.printing import sheets_of
from planner.papers.registry import DOCUMENT_KINDS, ORDERS, PAPERS
from planner.plan import Plan
from planner.render.glyphs import breakable
from planner.render.sheets import NothingToPrint
from planner.scenario import Scenario
from tests.odd_operation import NUM_SQUADS, RARE, UNBROKEN, odd_operation

OPERATION, PLAN = odd_operation()
MM = 72 / 25.4
MARK = CopyMark(7, UNBROKEN[:60], id_of(1), tuple(DOCUMENT_KINDS))

Box = tuple[float, float, float, float]


def boxes(page: PdfTextPage) -> list[Box]:
    """Left, bottom, right, top of every letter, in points; of a ligature once, and nothing of a watermark (aslant)."""
    shown = (i for i in range(page.count_chars()) if page.get_text_range(i, 1).strip(" \r\n\u200b"))
    found = dict.fromkeys(page.get_charbox(i) for i in shown if FPDFText_GetCharAngle(page, i) == 0)
    return [(x, y, r, t) for x, y, r, t in found if r > x and t > y]


def overlapping(found: list[Box]) -> list[tuple[Box, Box]]:
    """Letters of which one covers more than a third of another."""
    cells: dict[tuple[int, int], list[Box]] = {}
    wrong = []
    for box in found:
        x, y, r, t = box
        at = int((x + r) / 8), int((y + t) / 8)
        for near in (other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in cells.get((at[0] + i, at[1] + j), ())):
            wide, high = min(r, near[2]) - max(x, near[0]), min(t, near[3]) - max(y, near[1])
            least = min((r - x) * (t - y), (near[2] - near[0]) * (near[3] - near[1]))
            if wide > 0 and high > 0 and wide * high > least / 3:
                wrong.append((box, near))
        cells.setdefault(at, []).append(box)
    return wrong


@pytest.mark.parametrize("copy", [None, MARK], ids=["plain", "numbered"])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name in DOCUMENT_KINDS if name not in (ORDERS.name, "cooperation")])
def test_nothing_runs_out_of_its_cell_or_off_the_page(name: str, lang: str, copy: CopyMark | None) -> None:
    """No letter lies on another or nearer than 3 mm to an edge, whatever names are called; rare signs can be read."""
    press = Press(Edition(Scenario(OPERATION), PLAN, lang, log_head=(123456789, "0a1b2c3d4e5f")))
    keys = press.readers(name)
    pdf = PdfDocument(press.pdf([(copy, {name: keys[:8]})]))
    for page in pdf:
        found = boxes(page.get_textpage())
        (wide, high), edge = page.get_size(), 3 * MM
        assert all(x > edge and y > edge and r < wide - edge and t < high - edge for x, y, r, t in found)
        assert overlapping(found) == []
    read = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert all(char in read for char in RARE)


def test_letters_on_one_another_are_found() -> None:
    """Neighbours are none; what covers another is one."""
    assert overlapping([(0, 0, 5, 8), (5, 0, 10, 8)]) == []
    assert len(overlapping([(0, 0, 5, 8), (2, 1, 7, 9)])) == 1


def test_long_words_can_be_broken_and_nothing_else() -> None:
    """Without the places to break a text is what it was; short words, numbers and Chinese stay as they are."""
    assert breakable(UNBROKEN).replace("\u200b", "") == UNBROKEN and "\u200b" in breakable(UNBROKEN)
    for text in ("Team T01", "48R VU 12345 67890", "成都市高新技术产业开发区天府大道北段一千七百号环球中心", "a" * 23):
        assert breakable(text) == text


def test_four_behind_one_door_are_told_apart() -> None:
    """A man, a woman, a boy and a girl: each in a vehicle of the own group, counted, and named where it matters."""
    source = Press(Edition(Scenario(OPERATION), PLAN, "en")).source
    cards = {sheet.key: sheet for sheet in sheets_of(PAPERS["squad"], source)}
    assert len(cards) == NUM_SQUADS
    people = next(table for table in cards["Q1"].tables if table.title == "People to be arrested")
    assert [row[1] for row in people.rows] == ["M", "F", "M, under 18", "F, under 18"]
    (escort,) = sheets_of(PAPERS["escort"], source, ["E1"])
    collect, deliver = escort.tables[0].rows
    assert (collect[4], deliver[4]) == ("4", "0") and len(collect[5].split("\n")) == 4
    assert "Transport separately: men, women, boys and girls each in a separate vehicle." in escort.notes
    (custody,) = sheets_of(PAPERS["custody"], source)
    women, children = custody.notes
    assert "古丽" in women and UNBROKEN not in women and "古丽" in children and UNBROKEN not in children
    (board,) = sheets_of(PAPERS["interviews"], source)
    present = {row[2]: row[4] for table in board.tables for row in table.rows}
    assert sum("guardian" in told for told in present.values()) == 2
    assert any("interpreter: 维吾尔语" in told for told in present.values())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_plan_in_which_nothing_happens_prints_what_there_is(lang: str) -> None:
    """Everybody is in reserve; nobody else gets a sheet, and of an operation without anybody nothing is printed."""
    press = Press(Edition(Scenario(OPERATION), Plan(OPERATION.id), lang))
    sheaf = press.sheaf(list(DOCUMENT_KINDS))
    assert list(sheaf) == ["agency", "vehicles", "contacts"]
    assert len(PdfDocument(press.pdf([(None, sheaf)]))) >= len(sheaf)
    with pytest.raises(NothingToPrint):
        press.pdf([(None, {"squad": ["Q1"]})])
