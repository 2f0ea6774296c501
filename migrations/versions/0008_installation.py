"""The database says which generation it is: a restore gives it another one, by which servers know of it."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """There is a generation, and it is random."""
    table = op.create_table(
        "installation",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.CheckConstraint("key = 1", name="one_row"),
        sa.PrimaryKeyConstraint("key", name="pk_installation"),
    )
    op.bulk_insert(table, [{"key": 1, "generation": secrets.token_hex(16)}])


def downgrade() -> None:
    """There is no generation."""
    op.drop_table("installation")
