"""Reports may say who answers for something, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
COLUMNS = ("owner", "due")


def upgrade() -> None:
    """Nobody has said so yet."""
    for name in COLUMNS:
        op.add_column("reports", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """What was said of it is gone."""
    for name in COLUMNS:
        op.drop_column("reports", name)
