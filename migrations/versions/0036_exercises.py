"""Exercises that are played, with the clock of each."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """No exercise is played yet."""
    op.create_table(
        "exercises",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Float(), nullable=False),
        sa.Column("from_moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation"], ["operations.key"], "fk_exercises_operation", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("operation", name="pk_exercises"),
    )


def downgrade() -> None:
    """Nothing is known of exercises that are played."""
    op.drop_table("exercises")
