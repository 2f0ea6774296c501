"""Scenarios are asked and solved in the background; snapshots, scenarios and plans never change."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
APPEND_ONLY = ("snapshots", "scenarios", "plans")


def upgrade() -> None:
    """What was asked of the planner, how far it is, and its answers; what must not change cannot."""
    _questions()
    _answers()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """The registers are as they were; scenarios and plans are gone."""
    for table in ("plans", "runs", "scenarios", "snapshots"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION h_hour_append_only()")


def key_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", **LATER)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _questions() -> None:
    op.create_table(
        "snapshots",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_snapshots"),
    )
    op.create_table(
        "scenarios",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("work", sa.Float(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        key_to("scenarios", "operation", "operations.key"),
        key_to("scenarios", "snapshot", "snapshots.hash"),
        key_to("scenarios", "asked_by", "users.key"),
        check("scenarios", "seconds_positive", "seconds > 0"),
        check("scenarios", "work_positive", "work > 0"),
        sa.PrimaryKeyConstraint("key", name="pk_scenarios"),
    )
    op.create_index("ix_scenarios_operation", "scenarios", ["operation"])


def _answers() -> None:
    op.create_table(
        "runs",
        sa.Column("scenario", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_by", sa.Integer(), nullable=True),
        sa.Column("stop_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        key_to("runs", "scenario", "scenarios.key"),
        key_to("runs", "stop_by", "users.key"),
        check("runs", "status_word", "status IN ('waiting', 'running', 'done', 'stopped', 'failed')"),
        check("runs", "running_has_a_lease", "(status = 'running') = (owner IS NOT NULL AND lease_until IS NOT NULL)"),
        sa.PrimaryKeyConstraint("scenario", name="pk_runs"),
    )
    op.create_index("ix_runs_status", "runs", ["status"])
    op.create_table(
        "plans",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.Text(), nullable=False),
        *(sa.Column(level, sa.BigInteger(), nullable=False) for level in ("missed", "exposure", "cost")),
        sa.Column("bound", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        key_to("plans", "scenario", "scenarios.key"),
        check("plans", "score_counts", "missed >= 0 AND exposure >= 0 AND cost >= 0"),
        sa.PrimaryKeyConstraint("key", name="pk_plans"),
        sa.UniqueConstraint("scenario", name="uq_plans_scenario"),
    )


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_never_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION h_hour_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_empties BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
        )
