"""The tables of stress tests: what was asked to be varied, and each variant with what came of it.

A variant is work for the planner like a scenario, and its ledger stands in its own row: nothing else has to outlive it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from models.tables import DEFERRED, RUN_STATUSES, VALUE, UtcDateTime, among, metadata, text, user, whole

sweeps = Table(
    "sweeps",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    Column("parent", ForeignKey("scenarios.key", **DEFERRED), nullable=False, index=True),  # whose plan is varied
    Column("wanted", VALUE, nullable=False),  # what was ticked and typed
    Column("seconds", Float),  # for each replan
    Column("work", Float),
    Column("seed", BigInteger, nullable=False),
    user("asked_by"),
    Column("asked_at", UtcDateTime, nullable=False),
    user("stop_by"),
    Column("stop_at", UtcDateTime),
    Column("roads", Text, nullable=False, server_default="none"),  # waiting: they are looked for; done, failed, stopped
    Column("roads_reason", Text, nullable=False, server_default=""),  # why they cannot be tried
)
variants = Table(
    "variants",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("sweep", ForeignKey("sweeps.key", **DEFERRED), nullable=False),
    whole("number"),  # within its sweep: 1, 2, 3
    text("kind"),
    text("subject"),
    Column("edits", VALUE, nullable=False),
    text("status"),
    whole("attempt"),
    Column("owner", Text),
    Column("lease_until", UtcDateTime),
    text("reason"),
    Column("changed_at", UtcDateTime, nullable=False),
    *(Column(level, BigInteger) for level in ("missed", "exposure", "changes", "cost")),
    Column("uncovered", Integer),
    Column("all_set", Float),  # probability that all squads are in position in time
    Column("was_cut", Boolean),  # the limit or a stop has ended its search
    Column("seconds", Float),
    Column("document", Text),  # its plan
    Column("document_hash", Text),  # SHA-256 of the document as it stands here
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),  # what it was opened as
    UniqueConstraint("sweep", "number"),
    Index("ix_variants_status", "status"),
    among("status", RUN_STATUSES),
    CheckConstraint(
        "(status = 'running') = (owner IS NOT NULL AND lease_until IS NOT NULL)", name="running_has_a_lease"
    ),
)
