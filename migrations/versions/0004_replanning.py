"""Plans of plans: what was replanned from what, names and notes, the plan that is worked with, and desks of edits."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
APPEND_ONLY = ("replans", "notes", "choices")


def upgrade() -> None:
    """Scenarios may have a parent, plans a name and a note, an operation a plan that is worked with."""
    op.add_column("plans", sa.Column("changes", sa.BigInteger(), nullable=True))
    _scenarios()
    _desks()
    (_guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgresql)()


def downgrade() -> None:
    """Plans stand alone; names, notes and desks are gone."""
    for table in ("desks", "choices", "notes", "replans"):
        op.drop_table(table)
    op.drop_column("plans", "changes")


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", **LATER)


def _scenarios() -> None:
    op.create_table(
        "replans",
        sa.Column("scenario", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("now", sa.Integer(), nullable=True),
        sa.Column("edits", sa.JSON(none_as_null=True), nullable=False),
        key_to("replans", "scenario", "scenarios.key"),
        key_to("replans", "parent", "scenarios.key"),
        sa.PrimaryKeyConstraint("scenario", name="pk_replans"),
    )
    op.create_index("ix_replans_parent", "replans", ["parent"])
    op.create_table(
        "notes",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        moment("made_at"),
        key_to("notes", "scenario", "scenarios.key"),
        key_to("notes", "made_by", "users.key"),
        sa.PrimaryKeyConstraint("key", name="pk_notes"),
    )
    op.create_index("ix_notes_scenario", "notes", ["scenario"])
    op.create_table(
        "choices",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        moment("made_at"),
        key_to("choices", "operation", "operations.key"),
        key_to("choices", "scenario", "scenarios.key"),
        key_to("choices", "made_by", "users.key"),
        sa.PrimaryKeyConstraint("key", name="pk_choices"),
    )
    op.create_index("ix_choices_operation", "choices", ["operation"])


def _desks() -> None:
    op.create_table(
        "desks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.Column("now", sa.Integer(), nullable=True),
        sa.Column("deeds", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        moment("opened_at"),
        moment("changed_at"),
        moment("closed_at", nullable=True),
        key_to("desks", "operation", "operations.key"),
        key_to("desks", "parent", "scenarios.key"),
        key_to("desks", "scenario", "scenarios.key"),
        key_to("desks", "opened_by", "users.key"),
        sa.PrimaryKeyConstraint("key", name="pk_desks"),
    )
    op.create_index("ix_desks_operation", "desks", ["operation"])


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
