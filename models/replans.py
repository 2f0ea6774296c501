"""Scenarios with their parents: a replan starts from a stored plan, with edits, near it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from models import plan_tables as p
from models import register
from models.database import Session, write_transaction
from models.errors import NotFound
from models.snapshots import snapshot, verify_document
from planner.edits import MINUTES, Document, Edit, apply_edits, differences, running_faults
from planner.files import Unreadable
from planner.files.text import canonical
from planner.stored_scenario import ScenarioDocument


@dataclass(frozen=True, slots=True)
class Replan:
    """The parent's key as a scenario, the edits made to its operation, and the moment (minutes from H) or none.

    `shaped`: the parent's plan as a hand has shaped it, which is repaired; it may break any rule.
    """

    parent: int
    edits: tuple[Edit, ...] = ()
    now: int | None = None
    shaped: dict[str, Any] | None = None


def put_replan(session: Session, scenario: int, replan: Replan) -> None:
    """The scenario replans its parent."""
    columns: dict[str, Any] = {
        "scenario": scenario,
        "parent": replan.parent,
        "now": replan.now,
        "edits": plain(replan.edits),
    }
    if replan.shaped is not None:
        columns |= {"shaped": replan.shaped, "shaped_hash": sha256(canonical(replan.shaped)).hexdigest()}
    session.execute(p.replans.insert().values(columns))


def plain(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """The edits as JSON values."""
    return [asdict(edit) for edit in edits]


def edits_in(stored: Iterable[dict[str, Any]]) -> tuple[Edit, ...]:
    """The edits that `plain` has written."""
    return tuple(Edit(one["table"], one["key"], one["row"]) for one in stored)


def replan_of(session: Session, scenario: int) -> Replan | None:
    """What the scenario replans; None where it has no parent."""
    line = session.execute(select(p.replans).where(p.replans.c.scenario == scenario)).one_or_none()
    return None if line is None else Replan(line.parent, edits_in(line.edits), line.now, line.shaped)


def question(session: Session, scenario: int, snapshot_hash: str) -> ScenarioDocument:
    """The scenario, whose operation's hash is told, as plain values. Raises Damaged."""
    value, replan = snapshot(session, snapshot_hash), replan_of(session, scenario)
    if replan is None:
        return ScenarioDocument(value)
    plan, operation = plan_documents(session, replan.parent)
    return ScenarioDocument(value, (replan.shaped or plan, operation), replan.now)


def plan_documents(session: Session, scenario: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The documents of a scenario's plan and of the operation that it is a plan of.

    Raises NotFound where there is no plan, Damaged.
    """
    scenarios, plans = p.scenarios.c, p.plans.c
    both = p.scenarios.join(p.plans, plans.scenario == scenarios.key)
    found = select(scenarios.snapshot, plans.document, plans.document_hash).select_from(both)
    line = session.execute(found.where(scenarios.key == scenario)).one_or_none()
    if line is None:
        raise NotFound("plans", scenario)
    return verify_document(line.document, line.document_hash), snapshot(session, line.snapshot)


def refuse_past_moves(replan: Replan) -> None:
    """Raises `Unreadable` where the operation runs and an edit moves its hour."""
    if replan.now is not None and (faults := running_faults(replan.edits)):
        raise Unreadable(faults)


def edits_since_the_registers(session: Session, scenario: int) -> tuple[Edit, ...]:
    """All edits between the registers, as the first plan of the line was asked for, and this scenario's operation."""
    edits: tuple[Edit, ...] = ()
    replan = replan_of(session, scenario)
    while replan is not None:
        edits = (*replan.edits, *edits)
        replan = replan_of(session, replan.parent)
    return edits


def take(session: Session, operation: int, scenario: int, user: int | None) -> int:
    """The edits of a replan, and of those before it, are made in the registers; returns how many rows differ.

    Minutes on roads are left out: the registers' own are computed from their points, and from the closures there.
    Raises `Unreadable` where an edit cannot be made (any more), InUse, ReadOnly, NotFound.
    """
    edits = edits_since_the_registers(session, scenario)
    write_transaction(session)
    live = register.document(session, operation)
    changes = differences(live, apply_edits(live, _without_minutes(live, edits)))
    if changes:
        register.change(session, operation, changes, user, told=register.Told("taken", scenario))
    return len(changes)


def closes_roads(edits: Iterable[Edit]) -> bool:
    """Whether some of the edits are minutes after roads were closed, and not only those of new points."""
    return any((e.table, e.key) == ("travel", MINUTES) and e.row is not None and not e.row["points"] for e in edits)


def _without_minutes(document: Document, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits but for minutes on roads, and for points that leave a matrix in which they are not."""
    known = set(document.get("travel", {}).get("ids", ()))
    for edit in edits:
        if edit.table == "travel" and (edit.key == MINUTES or (edit.row is None and edit.key not in known)):
            continue
        yield edit
