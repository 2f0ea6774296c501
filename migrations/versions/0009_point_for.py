"""A site tells the address that its point was set for, where the address was changed and the point was not."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Points may belong to another address than their site's; of those that are there none is said to."""
    op.add_column("points", sa.Column("point_for", sa.Text(), nullable=True))


def downgrade() -> None:
    """Points belong to the address of their site."""
    op.drop_column("points", "point_for")
