"""Import in a real browser: a faulty file, mended, previewed and confirmed, by keyboard alone, in both languages."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from planner.files.exporting import export_xlsx
from tests.conftest import Watched
from tests.house import House
from tests.sheets import document, workbook
from tests.test_imports_web import ONE_MORE, live, loaded


def test_a_faulty_file_is_mended_and_imported(
    page: Page, no_outside: Watched, at_home: str, house: House, tmp_path: Path
) -> None:
    """The faulty cell is shown, the marked copy downloaded, mended there, sent again, previewed and confirmed."""
    operation = loaded(house)
    data = document()
    data["officers"][0]["rank"] = 5
    data["officers"][1]["sex"] = "woman?"
    sheet = tmp_path / "roster.xlsx"
    sheet.write_bytes(export_xlsx(data))
    page.goto(f"{at_home}/operations/{operation}/import")
    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="The file cannot be imported yet")).to_be_visible()
    expect(page.get_by_role("group", name="Errors", exact=True)).to_contain_text("E3")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Marked copy of the file").click()
    mended = tmp_path / "mended.xlsx"
    waiting.value.save_as(mended)
    book = load_workbook(mended)
    book["officers 警力"]["E3"].value = "女"
    book.save(mended)
    page.goto(f"{at_home}/operations/{operation}/import")
    page.get_by_label("File", exact=True).set_input_files(mended)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Changes")).to_be_visible()
    page.get_by_role("button", name="Import all").click()
    expect(page.get_by_role("status").filter(has_text="Import completed.")).to_be_visible()
    assert live(house, operation)["officers"][0]["rank"] == 5


def test_the_keyboard_suffices(page: Page, no_outside: Watched, at_home: str, house: House, tmp_path: Path) -> None:
    """From the form to the done import every step can be taken with Tab and Enter."""
    operation = loaded(house)
    sheet = tmp_path / "one.xlsx"
    sheet.write_bytes(ONE_MORE)
    page.goto(f"{at_home}/operations/{operation}/import?lang=zh")
    page.get_by_label("文件", exact=True).set_input_files(sheet)
    page.get_by_label("文件", exact=True).focus()
    _press_until(page, "预览")
    expect(page.get_by_role("heading", name="将有的变动")).to_be_visible()
    _press_until(page, "全部导入")
    expect(page.get_by_role("status").filter(has_text="导入完成。")).to_be_visible()
    assert live(house, operation)["officers"][-1]["id"] == "P99"


def _press_until(page: Page, name: str) -> None:
    """Tab goes on to the button of this name, and Enter presses it."""
    for _ in range(40):
        if page.evaluate("document.activeElement.textContent").strip() == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {name} with the keyboard")


def test_the_page_of_a_file_that_is_read_goes_on_by_itself(
    page: Page, no_outside: Watched, at_home: str, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a file is read its progress is shown, and the page goes on to the preview by itself."""
    monkeypatch.setattr("web.imports.WAITED_SECONDS", 0)
    operation = loaded(house)
    base, agency = document()["officers"][0]["base"], document()["agencies"][0]["id"]
    heads = ("编号", "姓名", "单位编号", "驻地编号", "性别", "级别")
    rows = [heads, *((f"N{i:05}", f"民警 {i}", agency, base, "女", 2) for i in range(5000))]
    sheet = tmp_path / "many.xlsx"
    sheet.write_bytes(workbook({"警力": rows}))
    page.goto(f"{at_home}/operations/{operation}/import")
    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="Changes")).to_be_visible()
    expect(page.get_by_text("Page 1 of 100")).to_be_visible()
    page.get_by_role("link", name="Further rows").click()
    expect(page.get_by_role("rowheader", name="N00050")).to_be_visible()
