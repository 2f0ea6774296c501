"""Stress tests look for roads and bridges that a plan's ways share: whether they still do, and why they cannot."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """No stress test has looked for roads yet."""
    op.add_column("sweeps", sa.Column("roads", sa.Text(), nullable=False, server_default="none"))
    op.add_column("sweeps", sa.Column("roads_reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Nothing is known of roads; variants in which one is closed are gone."""
    op.execute("DELETE FROM variants WHERE kind = 'roads'")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the tables from being changed
        op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.drop_column("sweeps", "roads_reason")
    op.drop_column("sweeps", "roads")
