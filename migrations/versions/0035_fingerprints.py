"""What operations are compared by, kept as digests for each: made anew from the registers whenever it is missing."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Nothing is kept yet."""
    foreign = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "fingerprints",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("has", sa.LargeBinary(), nullable=False),
        sa.Column("around", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_fingerprints_operation", **foreign),
        sa.PrimaryKeyConstraint("operation", name="pk_fingerprints"),
    )


def downgrade() -> None:
    """Nothing is kept."""
    op.drop_table("fingerprints")
