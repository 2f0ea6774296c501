"""The tables of working together: what was done to an operation, what people say of it, and who looks at it.

The first two are append-only.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from models.tables import DEFERRED, STAYS, VALUE, UtcDateTime, among, metadata, text, user

EVENT_KINDS = (
    *("created", "copied", "status", "archived", "unarchived"),
    *("changed", "pins", "doctrine", "imported", "undone", "restored", "taken"),
    *("asked", "kept", "planned", "failed", "stopped", "chosen", "unchosen", "named"),
    *("begun", "shaped", "dropped"),
    *("noted", "reworded", "withdrawn"),
    *("printed", "exported", "seen", "recalled"),
    *("asked_approval", "approved", "returned", "released", "voided", "waived"),
)
remarks = Table(
    "remarks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    Column("first", ForeignKey("remarks.key", **DEFERRED), index=True),  # none: it is the first wording itself
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),  # the plan that it stands on
    Column("subject", Text),  # the table of the thing that it stands on
    Column("subject_key", Text),  # without either it stands on the operation
    Column("text", Text),  # none: it is withdrawn
    Column("mentions", VALUE, nullable=False),  # keys of the people who are mentioned
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
events = Table(
    "events",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False),
    text("kind"),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("change", ForeignKey("changes.key", **DEFERRED)),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),
    Column("draft", ForeignKey("drafts.key", **DEFERRED)),
    Column("remark", ForeignKey("remarks.key", **DEFERRED)),
    Column("subject", Text),
    Column("subject_key", Text),
    Column("details", VALUE, nullable=False, server_default="{}"),  # figures and words of ours, nothing about people
    Index("ix_events_operation_key", "operation", "key"),
    Index("ix_events_made_by_key", "made_by", "key"),
    Index("ix_events_deeds", "made_by", "operation", "key"),
    Index("ix_events_kinds", "made_by", "kind", "made_at", "operation"),
    among("kind", EVENT_KINDS),
)
visits = Table(
    "visits",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("person", ForeignKey("users.key", **DEFERRED), primary_key=True, autoincrement=False),
    text("tab"),  # the part of the operation's pages
    Column("seen_at", UtcDateTime, nullable=False),
    info={STAYS: True},
)
