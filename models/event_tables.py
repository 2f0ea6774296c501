"""The tables of working together: what is done to an operation, said of it and printed of it, and who looks at it.

All but the last are append-only.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from models.tables import DEFERRED, STAYS, VALUE, UtcDateTime, among, metadata, text, user

EVENT_KINDS = (
    *("created", "copied", "status", "archived", "unarchived"),
    *("changed", "pins", "doctrine", "imported", "undone", "restored", "taken"),
    *("asked", "kept", "planned", "failed", "stopped", "chosen", "unchosen", "named"),
    *("begun", "shaped", "dropped"),
    *("noted", "reworded", "withdrawn"),
    *("printed", "exported", "seen", "recalled"),
    *("asked_approval", "approved", "returned", "released", "voided", "waived"),
    *("stress_begun", "stress_stopped"),
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
    Index("ix_events_made_by_operation_key", "made_by", "operation", "key"),
    Index("ix_events_kinds", "made_by", "kind", "made_at", "operation"),
    among("kind", EVENT_KINDS),
)
COPY_STAMPS = ("draft", "approved", "void")
copies = Table(
    "copies",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED), nullable=False),
    Column("number", Integer, nullable=False),  # within its operation: 1, 2, 3
    Column("id", Text, nullable=False, unique=True),  # random: what the printed code says
    text("holder"),  # a role or a name, as it was typed
    user("person"),  # the account that the holder has, if one
    Column("documents", VALUE, nullable=False),  # names of papers
    Column("readers", VALUE),  # whose sheets; none: all
    Column("before", Integer),  # scenario of the plan from which change orders lead: one of the same operation
    text("lang"),
    text("stamp"),  # what the pages say of the plan
    text("plan_hash"),
    text("operation_hash"),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_copies_operation_number", "operation", "number", unique=True),
    among("stamp", COPY_STAMPS),
)
recalls = Table(
    "recalls",
    metadata,
    Column("copy", ForeignKey("copies.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),  # of the operation, when it was made
    Column("changed_at", UtcDateTime, nullable=False),  # the operation's: it tells revisions of before a restore apart
    Column("metres", Integer, nullable=False),  # how close doors may lie
    Column("has", LargeBinary, nullable=False),  # what the operation is compared by, as digests
    Column("around", LargeBinary, nullable=False),
    info={STAYS: True},
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
