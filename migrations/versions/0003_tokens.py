"""A scenario may carry the token of the page that asked for it: a page sent twice asks once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Scenarios have a token; those that are there have none."""
    op.add_column("scenarios", sa.Column("token", sa.Text(), nullable=True))
    op.create_index("ix_scenarios_operation_token", "scenarios", ["operation", "token"], unique=True)


def downgrade() -> None:
    """Scenarios have no token."""
    op.drop_index("ix_scenarios_operation_token", "scenarios")
    op.drop_column("scenarios", "token")
