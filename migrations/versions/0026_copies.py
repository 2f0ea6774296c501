"""Numbered copies of documents: for whom each was printed, and which were withdrawn."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
TABLES = ("copies", "recalls")


def upgrade() -> None:
    """Two tables, to which rows are only added."""
    op.create_table(
        "copies",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("documents", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("readers", sa.JSON(none_as_null=True), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("lang", "stamp", "plan_hash", "operation_hash")),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_named("copies", operation="operations", scenario="scenarios", person="users", made_by="users"),
        sa.PrimaryKeyConstraint("key", name="pk_copies"),
        sa.UniqueConstraint("id", name="uq_copies_id"),
        sa.CheckConstraint("stamp IN ('draft', 'approved', 'void')", name=op.f("ck_copies_stamp_word")),
    )
    op.create_index("ix_copies_operation_number", "copies", ["operation", "number"], unique=True)
    op.create_table(
        "recalls",
        sa.Column("copy", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_named("recalls", copy="copies", operation="operations", made_by="users"),
        sa.PrimaryKeyConstraint("copy", name="pk_recalls"),
    )
    op.create_index("ix_recalls_operation", "recalls", ["operation"])
    _guard()


def downgrade() -> None:
    """Nothing is known of printed copies."""
    for table in TABLES[::-1]:
        op.drop_table(table)


def _named(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.key"], f"fk_{table}_{column}", **LATER)
        for column, other in columns.items()
    ]


def _guard() -> None:
    """Nothing of them is updated; nothing is deleted but by a transaction in which an operation is being erased."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    erasing = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "
    for table in TABLES:
        if is_sqlite:
            for deed, condition in (("UPDATE", ""), ("DELETE", erasing)):
                op.execute(
                    f"CREATE TRIGGER {table}_never_{deed.lower()} BEFORE {deed} ON {table} {condition}"
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            continue
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_empties BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
        )
