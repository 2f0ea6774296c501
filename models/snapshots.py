"""Operations as they stood when a plan was asked for: documents that never change, each stored once."""

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from models import plan_tables as p
from models.database import Session, now, unless_there
from models.errors import Damaged
from planner.edits import Document, plannable
from planner.files import dump_operation, operation_hash, parse_operation
from planner.files.text import canonical
from planner.operation import Operation


def sound(document: Document) -> Operation:
    """The operation that the live document describes. Raises `Unreadable` where it cannot be planned yet."""
    return parse_operation(plannable(document))


def keep_snapshot(session: Session, operation: Operation) -> str:
    """The hash under which the operation is stored; one that is there already is not stored again."""
    name = operation_hash(operation)
    if session.scalar(select(p.snapshots.c.hash).where(p.snapshots.c.hash == name)) is None:
        text = canonical(dump_operation(operation)).decode()
        columns = {"hash": name, "document": text, "made_at": now(session)}
        session.execute(unless_there(session, p.snapshots).values(columns))
    return name


def snapshot(session: Session, name: str) -> Document:
    """The operation's document of this hash. Raises Damaged where the hash is no longer its own."""
    text = session.scalars(select(p.snapshots.c.document).where(p.snapshots.c.hash == name)).one()
    return verify_document(text, name)


def size(session: Session, scenario: int) -> int:
    """How many characters the document has that the scenario is asked of; 0 where there is no such scenario."""
    found = select(func.length(p.snapshots.c.document)).join(p.scenarios, p.scenarios.c.snapshot == p.snapshots.c.hash)
    return session.scalar(found.where(p.scenarios.c.key == scenario)) or 0


def verify_document(text: str, name: str) -> Document:
    """The document that the text spells. Raises Damaged where its SHA-256 is another."""
    if sha256(text.encode()).hexdigest() != name:
        raise Damaged(name)
    document: dict[str, Any] = json.loads(text)
    return document
