"""An exercise's clock runs only as long as somebody plays it."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Nobody plays those that are there: a program that does says so from now on."""
    op.add_column("exercises", sa.Column("played_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE exercises SET ended_at = CURRENT_TIMESTAMP WHERE ended_at IS NULL")


def downgrade() -> None:
    """A clock runs until somebody ends it, whether or not anybody plays."""
    op.drop_column("exercises", "played_until")
