"""A form whose session has ended comes back with what was typed, for the same person alone, and is not sent."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete

from models import desks, register, users
from models import tables as t
from models.database import write_transaction
from tests.effort import slow_after
from tests.house import House
from tests.settling import settled
from tests.stored_plans import document, plan_document, stored
from web import database, passwords

PASSWORD = "a good long sentence for tests"
SENT = "Your entries are restored below"
KEPT = "Object.keys(sessionStorage).filter(key => key !== 'htmx-current-path-for-history')"  # htmx notes its address


@pytest.fixture
def plan(house: House, at_home: str) -> str:
    """The address of a plan of the tiny example; its people can log in."""
    with house.app.extensions[database.KEY].session() as s:
        for name in ("analyst", "second"):
            if users.by_name(s, name) is None:
                users.add(s, name, "", name.title())
            user = users.by_name(s, name)
            assert user is not None
            users.set_password(s, user.key, passwords.hash_password(PASSWORD))
    return at_home + stored(house, document("3-02-roads"), plan_document("3-02-roads"))


@pytest.fixture
def signed_in(house: House, context: BrowserContext, at_home: str, plan: str) -> None:
    """The person has a session, which begins after the password was set."""
    house.sign_in(context, at_home)


def ended(house: House) -> None:
    """Every session has ended."""
    with house.app.extensions[database.KEY].session() as s:
        write_transaction(s).execute(delete(t.sessions))


def log_in(page: Page, name: str = "analyst") -> None:
    """The person logs in on the page that is there now."""
    page.wait_for_url("**/login**")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("#login").get_by_role("button").click()


def state(house: House) -> object:
    """All that a form could have changed."""
    with house.app.extensions[database.KEY].session() as s:
        lines = register.operations(s)
        return lines, [register.document(s, line.key) for line in lines]


FORMS: dict[str, tuple[str, str, str, str]] = {
    "new operation": ("../../../new", "/operations/new", "name", "Operation typed"),
    "head": ("../../", "/head", "name", "Name typed"),
    "doctrine": ("../../registers/doctrine", "/doctrine", "duty_max", "601"),
    "plan request": ("../", "/plans/", "name", "Plan typed"),
    "note": ("", "/note", "note", "Note typed"),
    "import options": ("../../import", "/import", "offset", "+07:00"),
}


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("kind", slow_after(2, FORMS))
def test_what_was_typed_is_shown_again(page: Page, house: House, plan: str, kind: str) -> None:
    """Typed, the session lost, logged in: the form stands there with the text, and nothing was stored."""
    way, action, name, text = FORMS[kind]
    page.goto(f"{plan}{way}?lang=en")
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    form = page.locator(f"form[action$='{action}']").first
    form.locator(f"[name='{name}']").fill(text)
    before = state(house)
    ended(house)
    form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    log_in(page)
    expect(page.locator("#resumed")).to_contain_text(SENT)
    expect(page.locator(f"form[action$='{action}'] [name='{name}']").first).to_have_value(text)
    assert state(house) == before
    assert page.evaluate(KEPT) == []


DESK = {
    "edit": ("form.edit:has(input[name=edit][value=site])", "address", "Typed street 7"),
    "now": ("form[action*='/now']", "now", "H+5"),
    "replan": ("form.replan", "name", "Plan typed"),
}


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("kind", slow_after(1, DESK))
def test_a_form_of_the_desk_comes_back(page: Page, house: House, plan: str, kind: str) -> None:
    """Of many forms, some of them to one address, the one that was sent has its text again."""
    selector, name, text = DESK[kind]
    operation, scenario = (int(part) for part in (plan.split("/")[-4], plan.split("/")[-2]))
    with house.app.extensions[database.KEY].session() as s:
        desk = desks.open_desk(s, operation, scenario, house.person.id)
        site = register.document(s, operation)["sites"][0]["id"]
    page.goto(f"{plan}../../whatif/{desk}/?lang=en&at=sites:{site}")
    form = page.locator(selector)
    form.locator(f"[name={name}]").fill(text)
    ended(house)
    form.get_by_role("button").click()
    log_in(page)
    expect(form.locator(f"[name={name}]")).to_have_value(text)
    expect(form.locator("#resumed")).to_contain_text(SENT)


KNOWN = document("3-02-roads")["officers"][0]
ROWS = {
    "officers": {"id": "P-new", "name": "Officer typed", "rank": "2", "agency": KNOWN["agency"], "base": KNOWN["base"]},
    "pins": {"officer": KNOWN["id"], "team": "T-typed"},
}


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("table", slow_after(1, ROWS))
def test_a_row_waits_until_somebody_has_logged_in(
    page: Page, context: BrowserContext, house: House, plan: str, at_home: str, table: str
) -> None:
    """The form of a row tells that the session has ended and keeps what was typed; saved again it is stored."""
    page.goto(f"{plan}../../registers/{table}?lang=en")
    page.wait_for_selector("#table[data-ready=yes]", timeout=60_000)
    page.locator("#add").click()  # an empty grid offers the same once more
    for name, text in ROWS[table].items():
        page.locator(f"#dialog [name={name}]").fill(text)
    if table == "officers":
        page.locator("#dialog [name=sex]").select_option("F")
    before = state(house)
    ended(house)
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#dialog-wrong")).to_contain_text("Your session has expired.")
    assert state(house) == before
    other = context.new_page()
    other.goto(f"{at_home}/operations/?lang=en")
    log_in(other)
    expect(other.get_by_role("heading", name="Operations")).to_be_visible()
    first, text = next(iter(ROWS[table].items()))
    expect(page.locator(f"#dialog [name={first}]")).to_have_value(text)
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#note")).to_contain_text("Saved.")
    assert state(house) != before


def sent_file(page: Page, plan: str, folder: Path, rank: object) -> None:
    """The preview of a file stands there, in which the first officer has another rank."""
    data = document("3-02-roads")
    (folder / "roster.csv").write_text(f"id,name,rank\n{data['officers'][0]['id']},Officer typed,{rank}\n", "utf-8")
    page.goto(f"{plan}../../import?lang=en")
    page.get_by_label("File", exact=True).set_input_files(folder / "roster.csv")
    page.get_by_label("A single CSV contains").select_option("officers")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Changes" if rank == 5 else "The file cannot")).to_be_visible()


@pytest.mark.usefixtures("signed_in")
def test_a_confirmation_of_an_import_comes_back(page: Page, house: House, plan: str, tmp_path: Path) -> None:
    """Nothing is imported without a session; the preview is there again, and confirms the same file."""
    sent_file(page, plan, tmp_path, 5)
    before = state(house)
    ended(house)
    page.get_by_role("button", name="Import all").click()
    log_in(page)
    expect(page.locator("#resumed")).to_contain_text(SENT)
    assert state(house) == before
    page.get_by_role("button", name="Import all").click()
    expect(page.get_by_role("status").filter(has_text="Import completed.")).to_be_visible()


@pytest.mark.usefixtures("signed_in")
def test_a_mended_cell_of_an_import_comes_back(page: Page, house: House, plan: str, tmp_path: Path) -> None:
    """What was typed into a faulty cell of the preview stands there again."""
    sent_file(page, plan, tmp_path, "high")
    page.locator("[name=cell-0]").fill("4")
    ended(house)
    page.locator("form:has([name=cell-0])").get_by_role("button").first.click()
    log_in(page)
    expect(page.locator("#resumed")).to_contain_text(SENT)
    expect(page.locator("[name=cell-0]")).to_have_value("4")


@pytest.mark.usefixtures("signed_in")
def test_somebody_else_does_not_see_it(page: Page, house: House, plan: str) -> None:
    """Another person who logs in on the page finds the form as the operation has it."""
    page.goto(f"{plan}../../?lang=en")
    form = page.locator("form[action$='/head']")
    form.locator("[name=name]").evaluate("input => { input.value = 'Name typed'; }")
    ended(house)
    form.evaluate("form => form.requestSubmit()")
    log_in(page, "second")
    expect(page.locator("form[action$='/head'] [name=name]")).not_to_have_value("Name typed")
    settled(page)
    assert page.locator("#resumed").count() == 0
    assert page.evaluate(KEPT) == []


@pytest.mark.usefixtures("signed_in")
def test_no_password_is_kept(page: Page, house: House, plan: str) -> None:
    """A form with a password leaves nothing behind."""
    page.goto(f"{plan}../../../../account?lang=en")
    for name in ("password", "new", "again"):
        page.locator(f"[name={name}]").fill(PASSWORD)
    ended(house)
    page.locator("form[action$='/account']").evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/login**")
    assert page.evaluate(KEPT) == []


@pytest.mark.usefixtures("signed_in")
def test_a_form_that_arrives_is_not_kept(page: Page, plan: str) -> None:
    """With a session the next page forgets what was typed."""
    page.goto(f"{plan}../../?lang=en")
    with page.expect_navigation():
        page.locator("form[action$='/head']").evaluate("form => form.requestSubmit()")
    assert page.evaluate(KEPT) == []
    assert page.locator("#resumed").count() == 0


def test_a_script_is_answered_as_before(house: House, plan: str) -> None:
    """Who does not wait for a page gets 401, whatever was sent."""
    client = house.app.test_client()
    assert client.post("/operations/new", data={"name": "x"}).status_code == 401
    answer = client.post("/operations/new", data={"name": "x"}, headers={"Accept": "text/html"})
    assert answer.status_code == 303 and "/login" in answer.headers["Location"]
