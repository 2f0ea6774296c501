"""What was decided about an operation and its plans: requested, approved, returned, released; only added to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
DEEDS = ("requested", "approved", "returned", "withdrawn", "released", "recalled", "begun", "closed")


def upgrade() -> None:
    """Nothing was decided yet that would be bound to a plan."""
    op.create_table(
        "decisions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
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
        sa.CheckConstraint(f"deed IN ({', '.join(map(repr, DEEDS))})", name=op.f("ck_decisions_deed_word")),
    )
    op.create_index("ix_decisions_operation_key", "decisions", ["operation", "key"])
    _guard()


def downgrade() -> None:
    """Nothing is known of decisions."""
    op.drop_table("decisions")


def _guard() -> None:
    """Nothing is updated; nothing is deleted but by a transaction in which an operation is being erased."""
    if op.get_bind().dialect.name == "sqlite":
        erasing = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "
        for deed, condition in (("UPDATE", ""), ("DELETE", erasing)):
            op.execute(
                f"CREATE TRIGGER decisions_never_{deed.lower()} BEFORE {deed} ON decisions {condition}"
                "BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER decisions_never_changes BEFORE UPDATE OR DELETE ON decisions "
        "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
    )
    op.execute(
        "CREATE TRIGGER decisions_never_empties BEFORE TRUNCATE ON decisions "
        "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
    )
