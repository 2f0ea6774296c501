"""Who looks at which operation at this moment: one row for each person and operation, soon swept away."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}


def upgrade() -> None:
    """Nobody has been seen yet."""
    op.create_table(
        "visits",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_visits_operation", **LATER),
        sa.ForeignKeyConstraint(["person"], ["users.key"], "fk_visits_person", **LATER),
        sa.PrimaryKeyConstraint("operation", "person", name="pk_visits"),
    )


def downgrade() -> None:
    """Nobody knows who looks."""
    op.drop_table("visits")
