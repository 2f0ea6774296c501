"""Which law pack an operation goes by: changed or removed by who may approve, with a reason on record."""

from collections.abc import Iterable, Mapping

from models import register
from models import right_tables as r
from models.approvals import NotNow
from models.database import Session, now
from models.law_packs import reference_of
from models.log import LogEntry, put_entry
from models.validation import Place
from planner.edits import Edit

CHANGED = "law pack changed"


def name_packs(
    session: Session, operation: int, edits: Iterable[Edit], user: int | None, reason: str, seen: Mapping[Place, int]
) -> None:
    """The edits, which name packs, are made. Where packs were named before, that is a step of the operation's life.

    Raises NotNow for such a step without a reason, and what `register.change` does.
    """
    before = reference_of(session, operation)
    revision = register.change(session, operation, edits, user, seen, told=register.Told("changed", is_of_law=True))
    after = reference_of(session, operation)
    if before is None or before == after:
        return
    if not reason:
        raise NotNow("reason")
    row = {"operation": operation, "step": "law", "reason": reason, "law": after, "revision": revision}
    session.execute(r.decisions.insert().values(row | {"made_by": user, "made_at": now(session)}))
    put_entry(session, LogEntry(CHANGED, operation, details={"before": before, "after": after or ""}), account=user)
