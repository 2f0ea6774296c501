"""Reports from a running operation, each with an id of whoever reports; only added to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
TEXTS = ("id", "unit", "code", "site", "suspect", "officer", "vehicle", "place", "condition", "note", "means")


def upgrade() -> None:
    """Nothing was reported yet."""
    op.create_table(
        "reports",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("corrects", sa.Text(), nullable=True),
        sa.Column("said", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_reports_operation", **LATER),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_reports_made_by", **LATER),
        sa.PrimaryKeyConstraint("key", name="pk_reports"),
        sa.UniqueConstraint("operation", "id", name="uq_reports_operation_id"),
    )
    op.create_index("ix_reports_operation_key", "reports", ["operation", "key"])
    _guard()


def downgrade() -> None:
    """Nothing is known of reports."""
    op.drop_table("reports")


def _guard() -> None:
    """Nothing is updated; nothing is deleted but by a transaction in which an operation is being erased."""
    if op.get_bind().dialect.name == "sqlite":
        erasing = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "
        for deed, condition in (("UPDATE", ""), ("DELETE", erasing)):
            op.execute(
                f"CREATE TRIGGER reports_never_{deed.lower()} BEFORE {deed} ON reports {condition}"
                "BEGIN SELECT RAISE(ABORT, 'reports is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER reports_never_changes BEFORE UPDATE OR DELETE ON reports "
        "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
    )
    op.execute(
        "CREATE TRIGGER reports_never_empties BEFORE TRUNCATE ON reports "
        "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
    )
