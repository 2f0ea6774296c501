"""Numbered copies of change orders: from which earlier plan they lead."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Copies of before are of one plan alone."""
    op.add_column("copies", sa.Column("before", sa.Integer()))


def downgrade() -> None:
    """Nothing is known of earlier plans."""
    op.drop_column("copies", "before")
