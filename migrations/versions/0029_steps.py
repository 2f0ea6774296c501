"""Columns have the words of the pages: `step` of a decision, and `edit_groups` of a what-if scenario."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
WORDS = ("requested", "approved", "returned", "withdrawn", "released", "recalled", "begun", "closed")
OTHERS = (
    *("key", "operation", "reason", "scenario", "plan_hash", "operation_hash", "revision", "law", "sites"),
    *("release_at", "made_by", "made_at"),
)


def upgrade() -> None:
    """What was decided and collected stays; columns, a check and an index have other names."""
    _rename("deed", "step")
    op.execute("ALTER TABLE desks RENAME COLUMN deeds TO edit_groups")
    _rename_index("ix_events_deeds", "ix_events_made_by_operation_key")


def downgrade() -> None:
    """The names before; nothing is lost."""
    _rename("step", "deed")
    op.execute("ALTER TABLE desks RENAME COLUMN edit_groups TO deeds")
    _rename_index("ix_events_made_by_operation_key", "ix_events_deeds")


def _rename_index(old: str, new: str) -> None:
    op.drop_index(old, "events")
    op.create_index(new, "events", ["made_by", "operation", "key"])


def _rename(old: str, new: str) -> None:
    """A column of decisions, with the check of its words."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(old, new)
        return
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the tables from being changed
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.execute(f"ALTER TABLE decisions RENAME COLUMN {old} TO {new}")
    op.execute(f"ALTER TABLE decisions RENAME CONSTRAINT ck_decisions_{old}_word TO ck_decisions_{new}_word")


def _make_anew(old: str, new: str) -> None:
    """SQLite renames no check of a table that is there."""
    op.drop_index("ix_decisions_operation_key", "decisions")
    for change in ("update", "delete"):
        op.execute(f"DROP TRIGGER decisions_never_{change}")
    op.execute("ALTER TABLE decisions RENAME TO decisions_before")
    op.create_table(
        "decisions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column(new, sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.Column("plan_hash", sa.Text(), nullable=True),
        sa.Column("operation_hash", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("law", sa.Text(), nullable=True),
        sa.Column("sites", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_decisions_operation", **LATER),
        sa.ForeignKeyConstraint(["scenario"], ["scenarios.key"], "fk_decisions_scenario", **LATER),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_decisions_made_by", **LATER),
        sa.PrimaryKeyConstraint("key", name="pk_decisions"),
        sa.CheckConstraint(f"{new} IN ({', '.join(map(repr, WORDS))})", name=op.f(f"ck_decisions_{new}_word")),
    )
    others = ", ".join(OTHERS)
    op.execute(f"INSERT INTO decisions ({new}, {others}) SELECT {old}, {others} FROM decisions_before")
    op.drop_table("decisions_before")
    op.create_index("ix_decisions_operation_key", "decisions", ["operation", "key"])
    erasing = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "
    for change, condition in (("UPDATE", ""), ("DELETE", erasing)):
        op.execute(
            f"CREATE TRIGGER decisions_never_{change.lower()} BEFORE {change} ON decisions {condition}"
            "BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END"
        )
