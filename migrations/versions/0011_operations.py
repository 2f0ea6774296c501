"""Plans are numbered within their operation; an operation may be archived, or erased as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

APPEND_ONLY = ("snapshots", "scenarios", "replans", "plans", "notes", "choices", "changes", "changed_rows")
NUMBERED = (
    "UPDATE scenarios SET number = (SELECT COUNT(*) FROM scenarios AS before "
    "WHERE before.operation = scenarios.operation AND before.key <= scenarios.key)"
)


def upgrade() -> None:
    """The plans that are there get their numbers by age; what is append-only goes with its operation alone."""
    op.add_column("operations", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("scenarios", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    deferred = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "erasures",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("last_scenario", sa.Integer(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_erasures_made_by", **deferred),
        sa.PrimaryKeyConstraint("operation", name="pk_erasures"),
    )
    _unguard_scenarios()
    op.execute(NUMBERED)
    _guard_scenarios()
    op.create_index("ix_scenarios_operation_number", "scenarios", ["operation", "number"], unique=True)
    _guard(erasable=True)


def downgrade() -> None:
    """Plans have their keys alone; nothing of an operation ever goes."""
    _guard(erasable=False)
    op.drop_index("ix_scenarios_operation_number", "scenarios")
    op.drop_table("erasures")
    op.drop_column("scenarios", "number")
    op.drop_column("operations", "archived_at")


def _unguard_scenarios() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER scenarios_never_update")
    else:
        op.execute("ALTER TABLE scenarios DISABLE TRIGGER scenarios_never_changes")


def _guard_scenarios() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER scenarios_never_update BEFORE UPDATE ON scenarios "
            "BEGIN SELECT RAISE(ABORT, 'scenarios is append-only'); END"
        )
    else:
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the table from being changed
        op.execute("SET CONSTRAINTS ALL DEFERRED")
        op.execute("ALTER TABLE scenarios ENABLE TRIGGER scenarios_never_changes")


def _guard(*, erasable: bool) -> None:
    """Nothing append-only is deleted; or only by a transaction in which an operation is being erased."""
    if op.get_bind().dialect.name == "sqlite":
        condition = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) " if erasable else ""
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_never_delete")
            op.execute(
                f"CREATE TRIGGER {table}_never_delete BEFORE DELETE ON {table} {condition}"
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        way = (
            "IF TG_OP = 'DELETE' THEN IF EXISTS (SELECT 1 FROM erasures WHERE under_way) "
            "THEN RETURN OLD; END IF; END IF; "
        )
        op.execute(
            "CREATE OR REPLACE FUNCTION h_hour_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {way if erasable else ''}RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
