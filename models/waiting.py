"""Those who wait for plans: how many of one person, for how long, and which of them waited for nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from models import plan_tables as p
from models import tables as t
from models.database import Session, write_transaction
from models.memberships import is_seen_whole
from models.reading import display_names

OPEN = ("waiting", "running")
MOST_TOLD = 200


class TooManyWaiting(Exception):
    """A person has `most` plans waiting or being made, and no more are taken."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} plans wait or are being made")


@dataclass(frozen=True, slots=True)
class Failure:
    """A scenario of which no plan came: whose, of what, when, after how many attempts, and why."""

    scenario: int
    number: int
    operation: int
    operation_name: str
    name: str
    by: str
    asked_at: datetime
    failed_at: datetime
    attempts: int
    reason: str


def num_open(session: Session) -> dict[str, int]:
    """How many scenarios wait and how many are being made, by status."""
    status = p.runs.c.status
    found = select(status, func.count().label("number")).where(status.in_(OPEN)).group_by(status)
    return dict.fromkeys(OPEN, 0) | {line.status: line.number for line in session.execute(found)}


def refuse_too_many(session: Session, user: int | None, most: int) -> None:
    """The person has room for another plan; nobody asks in this person's name meanwhile. Raises TooManyWaiting."""
    write_transaction(session).execute(select(t.users.c.key).where(t.users.c.key == user).with_for_update())
    mine = select(func.count()).select_from(p.scenarios.join(p.runs))
    mine = mine.where(p.scenarios.c.asked_by == user, p.runs.c.status.in_(OPEN))
    if (session.scalar(mine) or 0) >= most:
        raise TooManyWaiting(most)


def most_wait(session: Session, before: Collection[int]) -> float | None:
    """Seconds until these, and those that are being made, have ended at the latest; None where one has no such limit.

    Where several are made at a time it takes less.
    """
    runs = p.runs.c
    found = select(p.scenarios.c.seconds, runs.status, runs.progress).select_from(p.scenarios.join(p.runs))
    total = 0.0
    for line in session.execute(found.where(or_(runs.status == "running", runs.scenario.in_(list(before))))):
        if line.seconds is None:
            return None
        done = (line.progress or {}).get("seconds") or 0 if line.status == "running" else 0
        total += max(0.0, line.seconds - done)
    return total


def failures(session: Session, person: int) -> list[Failure]:
    """The scenarios that failed of operations that the person sees, the latest first; of very many only the latest."""
    operations, scenarios, runs = t.operations.c, p.scenarios.c, p.runs.c
    both = p.scenarios.join(p.runs).join(t.operations, operations.key == scenarios.operation)
    found = select(p.scenarios, p.runs, operations.name.label("operation_name")).select_from(both)
    found = found.where(runs.status == "failed", is_seen_whole(scenarios.operation, person))
    people = display_names(session)
    return [
        Failure(
            scenario=line.key,
            number=line.number,
            operation=line.operation,
            operation_name=line.operation_name,
            name=line.name,
            by=people.get(line.asked_by, ""),
            asked_at=line.asked_at,
            failed_at=line.changed_at,
            attempts=line.attempt,
            reason=line.reason,
        )
        for line in session.execute(found.order_by(runs.changed_at.desc(), scenarios.key.desc()).limit(MOST_TOLD))
    ]
