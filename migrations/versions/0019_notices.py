"""How far each account has read what concerns it; and events are found by who made them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Whoever has an account by now has read what happened so far."""
    op.create_index("ix_events_made_by_key", "events", ["made_by", "key"])
    op.create_table(
        "read_marks",
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["users.key"], "fk_read_marks_person", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("person", name="pk_read_marks"),
    )
    last = "(SELECT COALESCE(MAX(events.key), 0) FROM events)"
    op.execute(f"INSERT INTO read_marks (person, event) SELECT users.key, {last} FROM users")
    if op.get_bind().dialect.name == "postgresql":  # what is deferred would keep tables from being changed
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.execute("SET CONSTRAINTS ALL DEFERRED")


def downgrade() -> None:
    """Nobody has read anything."""
    op.drop_table("read_marks")
    op.drop_index("ix_events_made_by_key", "events")
