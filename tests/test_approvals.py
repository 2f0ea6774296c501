"""Approval: by another person than the author, bound to plan and registers, void after a change, with reasons."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from models import approvals, memberships, notes, register
from models import plans as store
from models.approvals import NotNow, approval_of, decide, decisions
from models.database import Session
from models.errors import InvalidTransition, RegistersLocked
from models.events import EventFilter, latest_events
from models.register import Told
from planner.edits import Edit
from tests.house import House, build, token
from tests.lives import step
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened
from tests.test_web_operations import NEW
from web.access import Person

pytestmark = pytest.mark.usefixtures("strict")
RENAMED = Edit("operation", "name", {"value": "Another"})


@dataclass(frozen=True)
class Staff:
    """An operation with a plan that is the working plan, its planner and its commander."""

    house: House
    operation: int
    scenario: int
    commander: Person
    planner_page: FlaskClient
    commander_page: FlaskClient

    @property
    def page(self) -> str:
        """The page of the approval."""
        return f"/operations/{self.operation}/approval"

    def status(self) -> str:
        """How far the operation is."""
        with opened(self.house) as s:
            return register.operation_line(s, self.operation).status

    def risky(self) -> list[str]:
        """The sites of high risk in the plan."""
        with opened(self.house) as s:
            return approvals.sites_of_high_risk(s, self.scenario)

    def approved(self) -> None:
        """The planner has asked, the commander has approved."""
        assert step(self.planner_page, self.operation, "requested") == 302
        assert step(self.commander_page, self.operation, "approved", site=self.risky()) == 302


@pytest.fixture
def staff(house: House) -> Staff:
    """One city with its plan."""
    with opened(house) as s:
        key = register.create_operation(s, document("one-city"), house.person.id)
        scenario = store.keep(s, key, plan_document("one-city"), house.person.id)
        notes.choose(s, key, scenario, house.person.id)
    boss = account(house, "boss", (), "commander", key)
    return Staff(house, key, scenario, boss, house.client(), house.client(boss))


def changed(s: Session, staff: Staff) -> None:
    """The registers are other ones."""
    register.change(s, staff.operation, [RENAMED], staff.house.person.id)


def test_copies_of_a_database_have_approvals_of_their_own(tmp_path: Path, sqlite_template: Path) -> None:
    """Two copies in one process, with other registers at the same key and revision: each binds what it holds."""
    bound = set()
    for name in ("tiny", "one-city"):
        (tmp_path / name).mkdir()
        house = build(tmp_path / name, sqlite_template)
        with opened(house) as s:
            key = register.create_operation(s, document(name), house.person.id)
            notes.choose(s, key, store.keep(s, key, plan_document(name), house.person.id), house.person.id)
            decide(s, key, "requested", house.person.id, "because")
            bound.add((key, decisions(s, key)[0].revision, decisions(s, key)[0].operation_hash))
    assert len({(key, revision) for key, revision, _ in bound}) == 1 and len(bound) == 2


def test_a_planner_asks_and_a_commander_approves_and_releases(staff: Staff) -> None:
    """The planner cannot decide; each step has its reason on record, and its event."""
    assert step(staff.planner_page, staff.operation, "requested", reason=" ") == 422
    assert step(staff.planner_page, staff.operation, "requested", reason="ready for tonight") == 302
    assert step(staff.planner_page, staff.operation, "approved") == 403
    assert step(staff.commander_page, staff.operation, "approved", site=staff.risky(), reason="agreed") == 302
    assert step(staff.commander_page, staff.operation, "released", release_at="tomorrow-ish") == 422
    assert step(staff.commander_page, staff.operation, "released", release_at="2000-01-01 06:00") == 302
    assert step(staff.commander_page, staff.operation, "begun") == 302
    page = staff.planner_page.get(f"{staff.page}?lang=en").text
    assert "ready for tonight" in page and "agreed" in page
    after = page[page.index("Next steps") :]
    assert all(f'href="/operations/{staff.operation}/{there}"' in after for there in ("board", "phones", "decisions"))
    with opened(staff.house) as s:
        told = decisions(s, staff.operation)
        assert [one.step for one in told] == ["requested", "approved", "released", "begun"]
        assert told[2].release_at == told[2].at
        assert told[0].operation_hash == told[1].operation_hash


def test_whoever_asked_or_planned_does_not_approve(staff: Staff) -> None:
    """Also a commander who asked, or whose plan it is."""
    with opened(staff.house) as s:
        memberships.put_member(s, staff.operation, staff.house.person.id, "commander")
    assert step(staff.planner_page, staff.operation, "requested") == 302
    assert step(staff.planner_page, staff.operation, "approved", site=staff.risky()) == 409
    assert "cannot approve it" in staff.planner_page.get(f"{staff.page}?lang=en").text
    assert step(staff.planner_page, staff.operation, "withdrawn") == 302
    assert step(staff.commander_page, staff.operation, "requested") == 302
    assert step(staff.commander_page, staff.operation, "approved", site=staff.risky()) == 409
    assert step(staff.planner_page, staff.operation, "approved", site=staff.risky()) == 409
    assert staff.status() == "ready"


def test_every_address_of_high_risk_is_approved_by_itself(staff: Staff) -> None:
    """One that is not ticked keeps the plan from being approved."""
    risky = staff.risky()
    assert risky
    step(staff.planner_page, staff.operation, "requested")
    assert step(staff.commander_page, staff.operation, "approved", site=risky[1:]) == 409
    assert step(staff.commander_page, staff.operation, "approved", site=risky) == 302
    with opened(staff.house) as s:
        assert set(decisions(s, staff.operation)[-1].sites) == set(risky)


def test_the_law_keeps_a_plan_from_being_approved(staff: Staff) -> None:
    """Where items of the pack block, the page says so and the approval is refused; another pack makes it void."""
    with opened(staff.house) as s:
        details = {**document("one-city").get("details", {}), "law": {"pack": "no-such-pack"}}
        register.change(s, staff.operation, [Edit("operation", "details", {"value": details})], staff.house.person.id)
        scenario = store.keep(s, staff.operation, plan_document("one-city"), staff.house.person.id)
        notes.choose(s, staff.operation, scenario, staff.house.person.id)
    step(staff.planner_page, staff.operation, "requested")
    assert "Items of the law pack that block are open" in staff.commander_page.get(f"{staff.page}?lang=en").text
    assert step(staff.commander_page, staff.operation, "approved", site=staff.risky()) == 409
    assert staff.status() == "ready"
    with opened(staff.house) as s:
        held = approval_of(s, staff.operation)
        assert held is not None and held.request.law == "no-such-pack" and not held.is_void


def test_without_a_plan_nothing_is_asked(staff: Staff) -> None:
    """An operation without a working plan cannot be approved, released or run."""
    with opened(staff.house) as s:
        notes.choose(s, staff.operation, None, staff.house.person.id)
    assert step(staff.planner_page, staff.operation, "requested") == 409
    for name in ("approved", "released", "begun"):
        assert step(staff.commander_page, staff.operation, name) == 409
    assert staff.status() == "draft"


def test_a_change_makes_the_approval_void(staff: Staff) -> None:
    """Pages say so and what has changed; nothing is released; what is undone makes it hold again."""
    staff.approved()
    with opened(staff.house) as s:
        changed(s, staff)
        held = approval_of(s, staff.operation)
        assert held is not None and held.changes == (("operation", "name"),)
    page = staff.commander_page.get(f"/operations/{staff.operation}/?lang=en").text
    assert 'id="void"' in page and "The approval of this plan holds no longer." in page
    assert step(staff.commander_page, staff.operation, "released") == 409
    with opened(staff.house) as s:
        back = Edit("operation", "name", {"value": document("one-city")["name"]})
        register.change(s, staff.operation, [back], staff.house.person.id)
    assert step(staff.commander_page, staff.operation, "released") == 302


def test_an_approval_that_becomes_void_is_an_event_once(staff: Staff) -> None:
    """With the account whose change it was; before the approval, and while it holds, there is none."""

    def told() -> list[tuple[int | None, int | None]]:
        with opened(staff.house) as s:
            found = latest_events(s, staff.operation, 100, EventFilter(kinds=("voided",)))
        return [(one.user, one.scenario) for one in found]

    def renamed(name: str, user: int) -> None:
        with opened(staff.house) as s:
            register.change(s, staff.operation, [Edit("operation", "name", {"value": name})], user)

    staff.approved()
    assert told() == []
    renamed("Another", staff.house.person.id)
    renamed("A third", staff.commander.id)
    with opened(staff.house) as s:
        notes.choose(s, staff.operation, None, staff.commander.id)
    assert told() == [(staff.house.person.id, staff.scenario)]
    assert "Approval became void" in staff.planner_page.get(f"/operations/{staff.operation}/activity?lang=en").text
    step(staff.planner_page, staff.operation, "withdrawn")
    renamed(document("one-city")["name"], staff.house.person.id)
    with opened(staff.house) as s:
        notes.choose(s, staff.operation, staff.scenario, staff.house.person.id)
    staff.approved()
    with opened(staff.house) as s:
        notes.choose(s, staff.operation, None, staff.commander.id)
    assert told()[0] == (staff.commander.id, staff.scenario) and len(told()) == 2


def test_another_working_plan_makes_it_void(staff: Staff) -> None:
    """The approval is of one plan; back to draft, the other one can be asked for."""
    staff.approved()
    with opened(staff.house) as s:
        other = store.keep(s, staff.operation, plan_document("one-city"), staff.house.person.id, "Other")
        notes.choose(s, staff.operation, other, staff.house.person.id)
    assert "Another plan is the working plan now." in staff.planner_page.get(f"{staff.page}?lang=en").text
    assert step(staff.commander_page, staff.operation, "released") == 409
    assert step(staff.planner_page, staff.operation, "withdrawn") == 302
    staff.approved()
    with opened(staff.house) as s:
        held = approval_of(s, staff.operation)
        assert held is not None and held.scenario == other and not held.is_void


def test_registers_are_locked_while_it_runs(staff: Staff) -> None:
    """Nobody edits them; what a plan changed may be taken over; a page says why."""
    staff.approved()
    for name in ("released", "begun"):
        assert step(staff.commander_page, staff.operation, name) == 302
    with pytest.raises(RegistersLocked), opened(staff.house) as s:
        changed(s, staff)
    form = {"csrf_token": token(staff.planner_page), **NEW}
    answer = staff.planner_page.post(f"/operations/{staff.operation}/head?lang=en", data=form)
    assert answer.status_code == 409 and "its registers are locked" in answer.text
    suspect, form = document("one-city")["suspects"][0]["id"], {"csrf_token": token(staff.planner_page), "picture": "-"}
    address = f"/operations/{staff.operation}/pictures/of/suspects/remove?id={suspect}"
    answer = staff.planner_page.post(address, data=form, follow_redirects=True)
    assert "registers are locked" in answer.text or "登记表已锁定" in answer.text
    assert "read-only" not in answer.text
    with opened(staff.house) as s:
        register.change(s, staff.operation, [RENAMED], staff.house.person.id, told=Told("taken", staff.scenario))


def test_another_plan_is_approved_while_it_runs(staff: Staff) -> None:
    """The operation goes on running; what was approved stands on record until the other plan is approved."""
    staff.approved()
    for name in ("released", "begun"):
        assert step(staff.commander_page, staff.operation, name) == 302
    assert step(staff.commander_page, staff.operation, "approved", site=staff.risky()) == 409
    with opened(staff.house) as s:
        other = store.keep(s, staff.operation, plan_document("one-city"), staff.house.person.id, "Other")
        notes.choose(s, staff.operation, other, staff.house.person.id)
    assert step(staff.planner_page, staff.operation, "requested") == 302
    assert "Other" in staff.commander_page.get(staff.page).text
    assert step(staff.commander_page, staff.operation, "approved", site=staff.risky()) == 302
    with opened(staff.house) as s:
        held = approval_of(s, staff.operation)
        assert held is not None and held.scenario == other and held.release_at is not None and not held.is_void
    assert staff.status() == "running"


def test_steps_come_in_their_order(staff: Staff) -> None:
    """What the status does not allow is refused, and so is a step without a reason."""
    with opened(staff.house) as s, pytest.raises(InvalidTransition):
        decide(s, staff.operation, "released", staff.commander.id, "x")
    with opened(staff.house) as s, pytest.raises(NotNow):
        decide(s, staff.operation, "requested", staff.house.person.id, "")
    step(staff.planner_page, staff.operation, "requested")
    assert step(staff.commander_page, staff.operation, "returned", reason="more officers at S001") == 302
    assert staff.status() == "draft"
    assert "more officers at S001" in staff.planner_page.get(staff.page).text
    with opened(staff.house) as s:
        assert approval_of(s, staff.operation) is None
