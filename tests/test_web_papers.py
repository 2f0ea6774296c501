"""Costly work: in a process of its own that has an end, few at a time, and whoever asks for more is told to wait."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from planner.i18n import gettext
from tests.costly_work import Refused, RefusedToo, endless, environment, hungry, length, noisy, refusing
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document, stored
from web import limited_process as room
from web import plan_cache
from web.limited_process import Cancelled, Limits, TooMuch, run_limited
from web.papers import KEY, Later, Papers
from web.plan_view import view_of


@pytest.fixture
def made_here() -> None:
    """What is costly is made in a process of its own in all tests of this file."""


def wanted() -> bool:
    """Somebody waits for it."""
    return True


def test_what_is_made_beside_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process has nothing of our environment but what names no secret."""
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:password@nowhere/h")
    assert set(json.loads(run_limited(wanted, environment))) <= {*room.KNOWN, "LC_CTYPE"}


def test_much_is_sent_although_the_process_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """All values arrive, however often is looked meanwhile."""
    monkeypatch.setattr(room, "LOOK_SECONDS", 0.001)
    assert run_limited(wanted, length, b"x" * 5_000_000) == b"5000000"


def test_work_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much memory, or too much time, ends the process and is told."""
    with pytest.raises(TooMuch):
        run_limited(wanted, hungry)
    with pytest.raises(TooMuch):
        run_limited(wanted, endless, limits=Limits(seconds=1))
    monkeypatch.setattr(room, "WALL_PER_CPU", 0.0)
    with pytest.raises(TooMuch):
        run_limited(wanted, endless)


def test_a_refusal_comes_back_as_it_was() -> None:
    """Of the kinds that are expected each is raised here with its own words; any other is a failure without them."""
    kinds = (RefusedToo, Refused)
    for kind in kinds:
        with pytest.raises(Refused) as found:
            run_limited(wanted, refusing, kind("嫌疑人 1 has no sheet"), raises=kinds)
        assert (type(found.value), str(found.value)) == (kind, "嫌疑人 1 has no sheet")
    with pytest.raises(RuntimeError, match=r"refusing failed in its process: Refused at .*costly_work"):
        run_limited(wanted, refusing, Refused("Suspect 1"))


def test_a_failure_tells_no_name(capfd: pytest.CaptureFixture[str]) -> None:
    """What the process itself says goes nowhere, and the error says where it was, not what."""
    with pytest.raises(RuntimeError) as found:
        run_limited(wanted, noisy, "Suspect 1")
    assert "KeyError" in str(found.value)
    assert "Suspect" not in str(found.value) + "".join(capfd.readouterr())


def test_work_that_nobody_wants_ends() -> None:
    """As soon as nobody wants it the process is ended."""
    with pytest.raises(Cancelled):
        run_limited(lambda: False, endless)


def test_a_person_has_few_papers_at_a_time() -> None:
    """One too many of a person, or of all, is refused; whoever got one makes room again."""
    papers = Papers()
    with papers.reserve(1), papers.reserve(1):
        with pytest.raises(Later), papers.reserve(1):
            pass
        with papers.reserve(2):
            pass
    with ExitStack() as many:
        for person in (1, 2, 3, 4) * 2:
            many.enter_context(papers.reserve(person))
        with pytest.raises(Later), papers.reserve(5):
            pass
    with papers.reserve(1):
        pass


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "Other documents are being generated"), ("zh", "正在生成其他文书")]
)
def test_who_asks_for_too_many_is_told_to_wait(house: House, lang: str, sentence: str) -> None:
    """429 with a page that says so and when to ask again; afterwards the paper comes, and is kept."""
    client, operation = house.client(), loaded(house, document("tiny"))
    address = f"/operations/{operation}/export/xlsx?lang={lang}"
    papers = house.app.extensions[KEY]
    with papers.reserve(house.person.id), papers.reserve(house.person.id):
        answer = client.get(address)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert sentence in answer.text
    first, second = client.get(address), client.get(address)
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert first.data.startswith(b"PK")


PLAN_PAPERS = ("", "map", "sheets.pdf")


@pytest.mark.parametrize("paper", PLAN_PAPERS)
def test_papers_of_a_large_plan_are_few_at_a_time(paper: str, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for two is refused the third, page and map of a large plan too; what is kept comes nevertheless."""
    monkeypatch.setattr(plan_cache, "LARGE", 0)
    client = house.client()
    address = stored(house, document("one-city"), plan_document("one-city")) + paper
    held = house.app.extensions[KEY]
    with held.reserve(house.person.id), held.reserve(house.person.id):
        assert client.get(address).status_code == 429
    assert client.get(address).status_code == 200
    if paper != "sheets.pdf":
        with held.reserve(house.person.id), held.reserve(house.person.id):
            assert client.get(address).status_code == 200


def test_pages_of_a_small_plan_wait_for_nobody(house: House) -> None:
    """Page and map of an ordinary plan come, however many papers are being made."""
    client = house.client()
    address = stored(house, document("one-city"), plan_document("one-city"))
    held = house.app.extensions[KEY]
    with held.reserve(house.person.id), held.reserve(house.person.id):
        assert [client.get(f"{address}{paper}").status_code for paper in ("", "map")] == [200, 200]


def test_one_large_plan_is_read_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made of large plans in this process is made one after the other, and a request counts once."""
    monkeypatch.setattr(plan_cache, "LARGE", 0)
    addresses = [stored(house, document("one-city") | {"id": f"{n}"}, plan_document("one-city")) for n in range(4)]
    inside, seen = [0], list[int]()

    def counted(*given: Any) -> Any:
        inside[0] += 1
        seen.append(inside[0])
        made = view_of(*given)
        inside[0] -= 1
        return made

    monkeypatch.setattr(plan_cache, "view_of", counted)
    people = [house.person, *(house.another(f"reader {n}") for n in range(3))]
    with ThreadPoolExecutor(4) as readers:
        answers = readers.map(lambda n: house.client(people[n]).get(addresses[n]).status_code, range(4))
        assert [*answers] == [200] * 4
    assert seen == [1] * 4


def test_a_marked_copy_is_read_beside_and_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The upload is never read in the server's own process, and who waits for two papers waits for this one too."""

    def never(*_: object) -> None:
        raise AssertionError("an upload was read in the server's own process")

    monkeypatch.setattr("web.uploads.read_upload", never)
    monkeypatch.setattr("web.imports.WAITED_SECONDS", 60.0)
    client, operation = house.client(), loaded(house, document("tiny"))
    file = BytesIO(b"id,name,agency\nO-1,Officer 1,nobody\n"), "officers.csv"
    sent = {"csrf_token": token(client), "file": file, "table": "officers"}
    address = client.post(f"/operations/{operation}/import", data=sent).location
    held = house.app.extensions[KEY]
    with held.reserve(house.person.id), held.reserve(house.person.id):
        assert client.get(f"{address}faults.xlsx").status_code == 429
    for lang, heading in (("en", "Problem"), ("zh", gettext("Problem", "zh"))):
        book = load_workbook(BytesIO(client.get(f"{address}faults.xlsx?lang={lang}").data))
        assert heading in [cell.value for cell in book.worksheets[0][1]]


def test_a_dropped_upload_is_no_longer_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever leaves everything as it is ends the reading."""
    began, ended = threading.Event(), list[type[BaseException]]()

    def reading(is_wanted: Callable[[], bool], *_: object) -> bytes:
        began.set()
        try:
            return run_limited(is_wanted, endless)
        except Cancelled as error:
            ended.append(type(error))
            raise

    monkeypatch.setattr("web.uploads.run_limited", reading)
    monkeypatch.setattr("web.imports.WAITED_SECONDS", 0.0)
    client = house.client()
    csrf = token(client)
    answer = client.post("/operations/import", data={"csrf_token": csrf, "file": (BytesIO(b"id,name\n1,a\n"), "a.csv")})
    assert began.wait(300)
    client.post(f"{answer.location}cancel", data={"csrf_token": csrf})
    readers = [thread for thread in threading.enumerate() if thread.name.startswith("upload-")]
    for thread in readers:
        thread.join(300)
    assert ended == [Cancelled]
