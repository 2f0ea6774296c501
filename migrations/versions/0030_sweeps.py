"""Stress tests: what was asked to be varied, and each variant with what came of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
STATUSES = ("waiting", "running", "done", "stopped", "failed")


def upgrade() -> None:
    """No plan was tested yet."""
    op.create_table(
        "sweeps",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("work", sa.Float(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stop_by", sa.Integer(), nullable=True),
        sa.Column("stop_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_sweeps_operation", **LATER),
        sa.ForeignKeyConstraint(["parent"], ["scenarios.key"], "fk_sweeps_parent", **LATER),
        sa.ForeignKeyConstraint(["asked_by"], ["users.key"], "fk_sweeps_asked_by", **LATER),
        sa.ForeignKeyConstraint(["stop_by"], ["users.key"], "fk_sweeps_stop_by", **LATER),
        sa.PrimaryKeyConstraint("key", name="pk_sweeps"),
    )
    op.create_index("ix_sweeps_operation", "sweeps", ["operation"])
    op.create_index("ix_sweeps_parent", "sweeps", ["parent"])
    op.create_table(
        "variants",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("edits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(level, sa.BigInteger(), nullable=True) for level in ("missed", "exposure", "changes", "cost")),
        sa.Column("uncovered", sa.Integer(), nullable=True),
        sa.Column("all_set", sa.Float(), nullable=True),
        sa.Column("was_cut", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("document_hash", sa.Text(), nullable=True),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sweep"], ["sweeps.key"], "fk_variants_sweep", **LATER),
        sa.ForeignKeyConstraint(["scenario"], ["scenarios.key"], "fk_variants_scenario", **LATER),
        sa.PrimaryKeyConstraint("key", name="pk_variants"),
        sa.UniqueConstraint("sweep", "number", name="uq_variants_sweep_number"),
        sa.CheckConstraint(
            "(status = 'running') = (owner IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_variants_running_has_a_lease"),
        ),
        sa.CheckConstraint(f"status IN ({', '.join(map(repr, STATUSES))})", name=op.f("ck_variants_status_word")),
    )
    op.create_index("ix_variants_status", "variants", ["status"])


def downgrade() -> None:
    """Nothing is known of stress tests."""
    op.drop_table("variants")
    op.drop_table("sweeps")
