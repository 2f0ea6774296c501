"""A released operation with a phone link, as tests of phones need it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from models import approvals, phone_links, register
from models import plans as store
from models import reports as report_store
from models.database import now
from models.phone_links import NewLink
from planner.reports import Report
from tests.house import House
from tests.lives import live
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened


@dataclass(frozen=True)
class PhoneCase:
    """An operation whose plan is approved, its commander, and the link of a squad."""

    house: House
    operation: int
    commander: int
    link: NewLink
    other: NewLink
    plan: dict[str, Any]

    @property
    def base(self) -> str:
        """The address of the link."""
        return f"/phone/{self.link.word}/"

    def release(self, in_minutes: int = 0) -> None:
        """The plan is released to teams."""
        with opened(self.house) as s:
            at = now(s) + timedelta(minutes=in_minutes)
            approvals.decide(s, self.operation, "released", self.commander, "because", release_at=at)

    def client(self) -> FlaskClient:
        """A phone on which the number was typed."""
        phone = self.house.app.test_client()
        assert phone.post(self.base, data={"number": self.link.pin}).status_code == 303
        return phone

    def reports(self) -> list[Report]:
        """What was stored."""
        with opened(self.house) as s:
            return report_store.reports_of(s, self.operation)

    def revoke(self) -> None:
        """The link holds no longer."""
        with opened(self.house) as s:
            phone_links.end_links(s, self.operation, [self.link.unit], self.commander)

    @property
    def doors(self) -> list[str]:
        """The sites of the squad."""
        unit = next(one for one in self.plan["units"] if one["id"] == self.link.unit)
        return [stop["place"] for stop in unit["stops"] if stop["task"] == "raid"]


def soon(data: dict[str, Any], moment: datetime) -> dict[str, Any]:
    """The operation with H half an hour after the moment, and every warrant as long after H as it was."""
    old = datetime.fromisoformat(data["h_hour"])
    new = (moment + timedelta(minutes=30)).replace(microsecond=0).astimezone(old.tzinfo)
    for suspect in data["suspects"]:
        if warrant := suspect.get("warrant"):
            warrant["expires"] = (datetime.fromisoformat(warrant["expires"]) + (new - old)).isoformat()
    return data | {"h_hour": new.isoformat()}


def phone_case(house: House, name: str = "one-city") -> PhoneCase:
    """The operation, approved and not released H half an hour from now; links of its first two squads."""
    plan = plan_document(name)
    squads = [unit["id"] for unit in plan["units"] if unit["kind"] == "squad"]
    with opened(house) as s:
        operation = register.create_operation(s, soon(document(name), now(s)), house.person.id)
        scenario = store.keep(s, operation, plan, house.person.id)
    boss = account(house, "boss", (), "commander", operation)
    with opened(house) as s:
        live(s, operation, scenario, house.person.id, boss.id, "requested", "approved")
        one, two = phone_links.make_links(s, operation, squads[:2], house.person.id)
    return PhoneCase(house, operation, boss.id, one, two, plan)


def row(code: str, **more: Any) -> dict[str, Any]:
    """A report as a phone sends it."""
    return {"id": str(uuid4()), "code": code, "at": datetime.now(UTC).isoformat(), **more}
