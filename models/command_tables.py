"""The table of decisions of command while an operation runs: go, hold, abort, H later."""

from typing import Literal, get_args

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from models.tables import DEFERRED, UtcDateTime, among, metadata, text, user

CommandKind = Literal["go", "hold", "abort", "later"]
KINDS: tuple[CommandKind, ...] = get_args(CommandKind)
GROUNDS = ("information", "risk", "powers", "options", "review")
"""What the national decision model asks beside the decision and its reason (College of Policing, APP, six elements)."""

command_decisions = Table(
    "command_decisions",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False),
    text("kind"),
    Column("minutes", Integer),  # by which H comes later
    text("reason"),
    *(text(name) for name in GROUNDS),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    user("confirmed_by"),
    Column("confirmed_at", UtcDateTime),
    user("withdrawn_by"),
    Column("withdrawn_at", UtcDateTime),
    Index("ix_command_decisions_operation_key", "operation", "key"),
    among("kind", KINDS),
)
