"""Photos and sketches of suspects and sites, kept with their operation by their SHA-256."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """No operation has any yet."""
    foreign = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "pictures",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_pictures_operation", **foreign),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_pictures_made_by", **foreign),
        sa.PrimaryKeyConstraint("operation", "hash", name="pk_pictures"),
    )


def downgrade() -> None:
    """The pictures are gone; rows keep their names."""
    op.drop_table("pictures")
