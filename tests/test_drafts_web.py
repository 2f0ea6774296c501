"""A draft by hand over the web: its moves, what they break, undo and redo, two people, and what becomes of it."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import plan_tables
from models import plans as plan_store
from models.erasing import erase
from tests.house import House, token
from tests.stored_plans import document, plan_document, stored
from web import database

PLAN = plan_document("one-city")
SQUAD, OTHER = (team["units"][0] for team in PLAN["teams"][:2])


class Board:
    """A draft as a client sees it."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        self.headers = {"X-CSRFToken": token(client), "Accept": "application/json"}

    def state(self, query: str = "") -> dict[str, Any]:
        """The draft as it stands."""
        return self.get(f"state{query}")

    def get(self, what: str) -> dict[str, Any]:
        """What the server tells."""
        answer = self.client.get(self.address + what)
        assert answer.status_code == 200
        told: dict[str, Any] = json.loads(answer.text)
        return told

    def post(self, what: str, version: int, **more: Any) -> Any:
        """The answer to a change."""
        return self.client.post(f"{self.address}{what}", json={"version": version, **more}, headers=self.headers)

    def move(self, **move: Any) -> dict[str, Any]:
        """The state after a move that can be made."""
        answer = self.post("moves", self.state()["version"], move=move)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json
        return told


@pytest.fixture
def board(house: House) -> Board:
    """A new draft of the plan of one-city."""
    plan = stored(house, document("one-city"), PLAN)
    client = house.client()
    operation, scenario = plan.split("/")[2], plan.split("/")[4]
    form = {"csrf_token": token(client), "plan": scenario}
    return Board(client, client.post(f"/operations/{operation}/drafts/", data=form).headers["Location"])


def sites(told: dict[str, Any], squad: str) -> list[str]:
    """The doors of a squad."""
    squads = (one for team in told["teams"] for one in team["squads"])
    return [site["id"] for one in squads if one["id"] == squad for site in one["sites"]]


def test_a_swap_breaks_rules_where_they_break_and_is_undone(board: Board) -> None:
    """Each violation has a sentence and places on the board; undo and redo lead back and forth, in the score too."""
    before = board.state()
    assert before["is_sound"] and not before["can_undo"] and before["score"]["before"] == before["score"]["after"]
    told = board.move(kind="swap", squads=[SQUAD, OTHER])
    assert sites(told, SQUAD) == sites(before, OTHER) and sites(told, OTHER) == sites(before, SQUAD)
    assert len(told["violations"]) >= 2 and not told["is_sound"]
    assert all(one["text"] and one["places"] for one in told["violations"])
    assert told["score"]["after"]["changes"] > 0 == told["score"]["before"]["changes"]
    undone = board.post("undo", told["version"]).json
    assert undone["is_sound"] and undone["can_redo"] and undone["teams"] == before["teams"]
    redone = board.post("redo", undone["version"]).json
    assert redone["teams"] == told["teams"] and redone["violations"] == told["violations"]
    chinese = board.get("state?lang=zh")
    assert [one["rule"] for one in chinese["violations"]] == [one["rule"] for one in told["violations"]]
    assert all(one["text"] not in {two["text"] for two in told["violations"]} for one in chinese["violations"])


def test_every_kind_of_move_shows_on_the_board(board: Board) -> None:
    """People, cars, squads, doors, minutes and commanders stand where they were put."""
    told = board.state()
    officer, vehicle = told["reserve"]["officers"][0], told["reserve"]["vehicles"][0]
    door, team = sites(told, SQUAD)[0], told["teams"][1]["id"]
    told = board.move(kind="officer", officer=officer, unit=SQUAD)
    assert officer not in told["reserve"]["officers"]
    told = board.move(kind="vehicle", vehicle=vehicle, unit=SQUAD)
    assert vehicle not in told["reserve"]["vehicles"]
    told = board.move(kind="start", site=door, start=3)
    assert {"id": door, "start": 3} in [
        {k: site[k] for k in ("id", "start")} for t in told["teams"] for s in t["squads"] for site in s["sites"]
    ]
    told = board.move(kind="site", site=door, squad=None)
    assert door in told["skipped"]
    told = board.move(kind="squad", squad=SQUAD, team=team)
    assert SQUAD in [squad["id"] for squad in told["teams"][1]["squads"]]
    told = board.move(kind="commander", officer=told["reserve"]["officers"][-1], team=team)
    num = len(told["teams"][0]["squads"])
    told = board.move(kind="add", team=told["teams"][0]["id"])
    assert len(told["teams"][0]["squads"]) == num + 1 and told["violations"]
    chart = board.client.get(f"{board.address}chart")
    assert chart.status_code == 200 and chart.mimetype == "image/svg+xml" and SQUAD in chart.text


def test_two_people_at_one_draft(board: Board, house: House) -> None:
    """Who moves on an older version is told by whom it was changed, and has the newer state; nothing was made."""
    version = board.state()["version"]
    deputy = Board(house.client(house.another("deputy")), board.address)
    assert deputy.post("moves", version, move={"kind": "swap", "squads": [SQUAD, OTHER]}).status_code == 200
    refused = board.post("undo", version)
    assert refused.status_code == 409 and refused.json["by"] == "Deputy" and "Deputy" in refused.json["text"]
    assert refused.json["state"]["version"] == version + 1 == board.state()["version"]
    assert board.client.get(f"{board.address}state?version={version + 1}").status_code == 204


@pytest.mark.parametrize(
    ("move", "code"),
    [
        ({"kind": "officer", "officer": "nobody", "unit": None}, "unknown-officer"),
        ({"kind": "officer", "officer": PLAN["teams"][0]["commander"], "unit": None}, "commander-leaves"),
        ({"kind": "fly"}, "none-of"),
        ({"kind": "swap", "squads": [SQUAD, SQUAD]}, "not-two-squads"),
        ({"kind": "start", "site": "nowhere", "start": 0}, "unknown-site"),
        ("nothing", "value-not-object"),
    ],
)
def test_what_cannot_be_moved_is_told(board: Board, move: Any, code: str) -> None:
    """A move that names what is not there changes nothing, and says so in a sentence."""
    version = board.state()["version"]
    answer = board.post("moves", version, move=move)
    assert answer.status_code == 400 and answer.json["faults"][0]["code"] == code and answer.json["faults"][0]["text"]
    assert board.state()["version"] == version


def test_a_sound_draft_becomes_a_plan_and_a_broken_one_does_not(board: Board, house: House) -> None:
    """What breaks a rule stays a draft; a sound one is a plan beside its parent, and a repair waits for the planner."""
    form = {"csrf_token": board.headers["X-CSRFToken"]}
    told = board.move(kind="swap", squads=[SQUAD, OTHER])
    refused = board.client.post(f"{board.address}keep", data=form)
    assert refused.headers["Location"].endswith(board.address) or refused.headers["Location"] == board.address
    repair = board.client.post(f"{board.address}repair", data=form).headers["Location"]
    with house.app.extensions[database.KEY].session() as s:
        claim = plan_store.claim(s, "a dispatcher", 60.0)
        assert claim is not None
        assert f"/plans/{claim.scenario}/" in repair
        operation = int(board.address.split("/")[2])
        assert [line.is_repair for line in plan_store.lines(s, operation)] == [True, False]
        scenario = claim.question.scenario()
    assert scenario.parent is not None
    assert sorted(site.place for site in scenario.parent.plan.units_by_id[SQUAD].stops if site.task == "raid") == sites(
        told, SQUAD
    )
    board.post("undo", board.state()["version"])
    kept = board.client.post(f"{board.address}keep", data=form).headers["Location"]
    page = board.client.get(kept)
    assert page.status_code == 200 and "Compare with" in page.text and "shaped by hand." in page.text
    plans = board.client.get(f"{board.address.partition('drafts/')[0]}plans/").text
    assert "Drafts by hand: not plans</a>" in plans and board.address not in plans, "drafts are listed in one place"
    assert board.address in board.client.get(f"{board.address.partition('drafts/')[0]}drafts/").text


def test_the_best_places_are_sound_where_there_are_any(board: Board) -> None:
    """Five places at most, the fewest violations first, each with a move that can be made."""
    officer = board.state()["reserve"]["officers"][0]
    told = board.get(f"fits?officer={officer}")
    assert 0 < len(told["fits"]) <= 5 and told["looked_at"] <= told["of"]
    broken = [fit["num_violations"] for fit in told["fits"]]
    assert broken == sorted(broken)
    after = board.move(**told["fits"][0]["move"])
    assert len(after["violations"]) == broken[0]
    assert after["score"]["after"]["cost"] - after["score"]["before"]["cost"] == told["fits"][0]["difference"]["cost"]
    assert board.get("fits?site=nowhere")["fits"] == []
    assert board.client.get(f"{board.address}fits").status_code == 400


def files_sent(board: Board, plan: dict[str, Any] | bytes) -> Any:
    """The answer to an upload of a plan file, changed from the draft's own plan."""
    content = plan if isinstance(plan, bytes) else json.dumps(plan).encode()
    operation = board.address.split("/")[2]
    parent = board.client.get(f"/operations/{operation}/drafts/").text
    scenario = re.findall(r'<option value="(\d+)"', parent)[0]
    form = {"csrf_token": board.headers["X-CSRFToken"], "plan": scenario, "file": (BytesIO(content), "plan.json")}
    return board.client.post(f"/operations/{operation}/drafts/upload", data=form)


def test_a_sound_plan_file_becomes_a_plan_made_by_hand(board: Board, house: House) -> None:
    """It stands below the plan that it was changed from, under whose snapshot it was checked."""
    answer = files_sent(board, PLAN)
    assert answer.status_code == 302 and "/plans/" in answer.headers["Location"]
    with house.app.extensions[database.KEY].session() as s:
        lines = plan_store.lines(s, int(board.address.split("/")[2]))
        stored_plan = plan_store.load_plan(s, lines[0].scenario)
    assert lines[0].parent == lines[1].scenario and stored_plan.plan_document["made"]["by"] == "hand"


def test_a_broken_plan_file_becomes_a_draft_with_what_it_breaks(board: Board) -> None:
    """The raid an hour late and the crew that lost somebody are shown; undone, the plan is as it was."""
    units = [dict(unit) for unit in PLAN["units"]]
    squad = next(unit for unit in units if unit["id"] == SQUAD)
    squad["officers"] = squad["officers"][1:]
    answer = files_sent(board, PLAN | {"units": units})
    assert answer.status_code == 302 and "/drafts/" in answer.headers["Location"]
    board.address = answer.headers["Location"]
    told = board.state()
    assert not told["is_sound"] and {"kind": "squad", "id": SQUAD} in told["violations"][0]["places"]
    assert board.post("undo", told["version"]).json["is_sound"]


def test_every_fault_of_a_plan_file_is_told(board: Board) -> None:
    """What is no plan, or names what is not there, is refused on the page with its places; nothing is stored."""
    units = [dict(unit) for unit in PLAN["units"]]
    units[0]["officers"], units[1]["vehicles"] = ["X-1"], ["Y-1"]
    for content, words in (
        (PLAN | {"units": units}, ("X-1", "Y-1")),
        (PLAN | {"units": [{"id": 1}], "teams": 3}, ("units[0].id", "units[0].stops", "teams")),
        (b"{", ("JSON",)),
        (b"\xff\xfe", ("UTF-8",)),
    ):
        answer = files_sent(board, content)
        assert answer.status_code == 422 and all(word in answer.text for word in words)
    assert (
        len(
            re.findall(
                r"/drafts/\d+/delete", board.client.get(board.address.rpartition("/drafts/")[0] + "/drafts/").text
            )
        )
        == 1
    )


def test_a_draft_is_deleted_after_a_question(board: Board) -> None:
    """It is gone from the list and from its address, and no later draft is found there."""
    assert "permanently" in board.client.get(f"{board.address}delete").text
    answer = board.client.post(f"{board.address}delete", data={"csrf_token": board.headers["X-CSRFToken"]})
    assert answer.status_code == 302 and board.client.get(board.address).status_code == 404
    form = {"csrf_token": board.headers["X-CSRFToken"], "plan": "1"}
    operation = board.address.split("/")[2]
    again = board.client.post(f"/operations/{operation}/drafts/", data=form).headers["Location"]
    assert again != board.address and board.address not in board.client.get(f"/operations/{operation}/drafts/").text


def test_an_operation_is_erased_with_its_drafts(board: Board, house: House) -> None:
    """Nothing of a draft outlives its operation."""
    board.move(kind="officer", officer=PLAN["units"][0]["officers"][0])
    with house.app.extensions[database.KEY].session() as s:
        erase(s, int(board.address.split("/")[2]), house.person.id)
    with house.app.extensions[database.KEY].session() as s:
        assert not s.execute(select(plan_tables.drafts)).all()


def test_the_board_opens_at_the_city_of_a_name(house: House) -> None:
    """The city of a squad is chosen by the squad's id; a name that is nowhere in the plan is said to be so."""
    plan = plan_document("3-02-roads")
    address, client = stored(house, document("3-02-roads"), plan), house.client()
    form = {"csrf_token": token(client), "plan": address.split("/")[4]}
    board = client.post(f"/operations/{address.split('/')[2]}/drafts/", data=form).headers["Location"]
    for team in (plan["teams"][0], plan["teams"][-1]):
        told = client.get(f"{board}?city=&find={team['units'][0]}")
        chosen = re.findall(r'<option selected value="([^"]*)"', told.text)
        cities = {one["id"]: one["city"] for one in json.loads(client.get(f"{board}state").text)["teams"]}
        assert chosen == [cities[team["id"]]] and "not-found" not in told.text
    assert 'aria-describedby="not-found"' in client.get(f"{board}?find=nobody").text
