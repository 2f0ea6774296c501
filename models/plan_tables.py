"""The tables of planning: what was asked of the planner, how far it is, and its answers.

Snapshots, scenarios, what they replan, plans, their names and notes, and which of them is worked with are append-only:
triggers refuse every update, and every delete but that of a whole operation (`models.erasing`). What changes while a
scenario is solved stands beside it, in `runs`; edits that somebody is still collecting are a desk.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)

from models.tables import DEFERRED, RUN_STATUSES, VALUE, UtcDateTime, among, metadata, text, user, whole

snapshots = Table(
    "snapshots",
    metadata,
    Column("hash", Text, primary_key=True),
    text("document"),  # canonical JSON: its SHA-256 is the hash
    Column("made_at", UtcDateTime, nullable=False),
)
scenarios = Table(
    "scenarios",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    Column("snapshot", ForeignKey("snapshots.hash", **DEFERRED), nullable=False),
    Column("number", Integer, nullable=False, server_default="0"),  # within its operation: 1, 2, 3
    whole("revision"),  # the operation's when it was asked
    text("name"),
    user("asked_by"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("seconds", Float),
    Column("work", Float),
    Column("seed", BigInteger, nullable=False),
    Column("token", Text),  # of the page that asked: sent twice, it asks once
    Index("ix_scenarios_operation_token", "operation", "token", unique=True),
    Index("ix_scenarios_operation_number", "operation", "number", unique=True),
    CheckConstraint("seconds > 0", name="seconds_positive"),
    CheckConstraint("work > 0", name="work_positive"),
)
runs = Table(
    "runs",
    metadata,
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED), primary_key=True, autoincrement=False),
    text("status"),
    whole("attempt"),
    whole("sequence"),  # grows with every change: what a page has seen
    Column("owner", Text),
    Column("lease_until", UtcDateTime),
    Column("claimed_at", UtcDateTime),
    user("stop_by"),
    Column("stop_at", UtcDateTime),
    Column("progress", VALUE),
    text("reason"),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_runs_status", "status"),
    among("status", RUN_STATUSES),
    CheckConstraint(
        "(status = 'running') = (owner IS NOT NULL AND lease_until IS NOT NULL)", name="running_has_a_lease"
    ),
)
replans = Table(
    "replans",
    metadata,
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("parent", ForeignKey("scenarios.key", **DEFERRED), nullable=False, index=True),
    Column("now", Integer),  # minutes from H
    Column("edits", VALUE, nullable=False),
    Column("shaped", VALUE),  # the parent's plan as a hand has shaped it, which the replan repairs; none: as it is
    Column("shaped_hash", Text),  # of the plan that a hand has shaped
)
plans = Table(
    "plans",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED), nullable=False, unique=True),
    text("hash"),  # of the plan without its report
    text("document"),
    text("document_hash"),  # SHA-256 of the document as it stands here
    *(Column(level, BigInteger, nullable=False) for level in ("missed", "exposure", "cost")),
    Column("bound", VALUE),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changes", BigInteger),  # of a replan
    Column("uncovered", Integer),  # suspects who are not arrested: people, where `missed` is their weight
    Column("untried", Integer),  # doors that were not looked at in time
    CheckConstraint("missed >= 0 AND exposure >= 0 AND cost >= 0", name="score_counts"),
)
notes = Table(
    "notes",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED), nullable=False, index=True),
    text("name"),
    text("note"),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
choices = Table(
    "choices",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),  # none: no plan is worked with
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
desks = Table(
    "desks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    Column("parent", ForeignKey("scenarios.key", **DEFERRED), nullable=False),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),  # what was asked from here last
    Column("now", Integer),  # minutes from H
    Column("edit_groups", VALUE, nullable=False),  # each: number, edits
    whole("next_number"),
    user("opened_by"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)
drafts = Table(
    "drafts",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    whole("number"),  # within its operation: 1, 2, 3
    Column("parent", ForeignKey("scenarios.key", **DEFERRED), nullable=False),  # whose plan is shaped by hand
    Column("moves", VALUE, nullable=False),
    whole("position"),  # so many moves stand; those after it were undone
    whole("version"),  # grows with every change: what a page has seen
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),  # the repair that was asked last
    user("changed_by"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),  # it was deleted: nothing of its moves is kept
)
