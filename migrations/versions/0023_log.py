"""The log: one chain of entries, which nobody updates or deletes."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

WORDS = (
    *(("session", True), ("address", True), ("action", False)),
    *(("page", True), ("kind", True), ("thing", True), ("digest", True), ("previous", False), ("mac", False)),
)
INDEXES = ("operation", "account", "action", "thing")


def upgrade() -> None:
    """The log is there, and empty: what was done before stands in no chain."""
    op.create_table(
        "log",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("account", "operation", "plan", "event")),
        *(sa.Column(name, sa.Text(), nullable=nullable) for name, nullable in WORDS),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_log"),
    )
    for name in INDEXES:
        op.create_index(f"ix_log_{name}_number", "log", [name, "number"])
    op.create_index("ix_log_event", "log", ["event"])
    op.create_index("ix_log_at", "log", ["at"])
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER log_never_{deed.lower()} BEFORE {deed} ON log "
                "BEGIN SELECT RAISE(ABORT, 'log is append-only'); END"
            )
        return
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep tables from being changed
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.execute(
        "CREATE FUNCTION h_hour_log_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER log_never_changes BEFORE UPDATE OR DELETE ON log "
        "FOR EACH ROW EXECUTE FUNCTION h_hour_log_append_only()"
    )
    op.execute(
        "CREATE TRIGGER log_never_empties BEFORE TRUNCATE ON log "
        "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_log_append_only()"
    )


def downgrade() -> None:
    """There is no log."""
    op.drop_table("log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION h_hour_log_append_only()")
