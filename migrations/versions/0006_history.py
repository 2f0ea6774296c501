"""The history of an operation: what each change of its registers did, so that it can be undone."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
APPEND_ONLY = ("changes", "changed_rows")
TRACES = "'added', 'changed', 'removed'"


def upgrade() -> None:
    """Changes are kept from here on, and never change themselves."""
    op.create_table(
        "changes",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=f"fk_changes_{column}", **LATER)
            for column, target in (("operation", "operations.key"), ("undoes", "changes.key"), ("made_by", "users.key"))
        ),
        sa.PrimaryKeyConstraint("key", name="pk_changes"),
    )
    op.create_index("ix_changes_operation", "changes", ["operation"])
    op.create_index("ix_changes_undoes", "changes", ["undoes"])
    op.create_table(
        "changed_rows",
        sa.Column("change", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("was", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("now", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["change"], ["changes.key"], name="fk_changed_rows_change", **LATER),
        sa.PrimaryKeyConstraint("change", "register", "row", name="pk_changed_rows"),
        sa.CheckConstraint(f"trace IN ({TRACES})", name=op.f("ck_changed_rows_trace_word")),
    )
    (_guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgresql)()


def downgrade() -> None:
    """No change can be undone any more."""
    for table in APPEND_ONLY[::-1]:
        op.drop_table(table)


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_never_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_empties BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
        )
