"""Sessions are kept by the server, and failed log-ins are counted where all servers see them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Two empty tables: whoever was signed in logs in again."""
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        *map(moment, ("made_at", "used_at", "ends_at")),
        sa.ForeignKeyConstraint(
            ["person"], ["users.key"], name="fk_sessions_person", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "attempts",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("num", sa.Integer(), nullable=False),
        *map(moment, ("since", "free_at")),
        sa.PrimaryKeyConstraint("hash", name="pk_attempts"),
    )


def downgrade() -> None:
    """Sessions are in the browser again."""
    op.drop_table("attempts")
    op.drop_table("sessions")


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
