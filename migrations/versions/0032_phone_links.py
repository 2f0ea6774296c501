"""Links with which units report from a phone."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """No unit has a link yet."""
    foreign = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "phone_links",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("unit", "hash", "secret", "pin")),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_phone_links_operation", **foreign),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_phone_links_made_by", **foreign),
        sa.ForeignKeyConstraint(["ended_by"], ["users.key"], "fk_phone_links_ended_by", **foreign),
        sa.PrimaryKeyConstraint("key", name="pk_phone_links"),
        sa.UniqueConstraint("hash", name="uq_phone_links_hash"),
    )
    op.create_index("ix_phone_links_operation_unit", "phone_links", ["operation", "unit"])


def downgrade() -> None:
    """The links are gone."""
    op.drop_table("phone_links")
