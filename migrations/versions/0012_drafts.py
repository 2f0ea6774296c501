"""Plans shaped by hand: the moves made on a stored plan, and what a repair of them starts from."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NAMED = {
    "operation": "operations.key",
    "parent": "scenarios.key",
    "scenario": "scenarios.key",
    "changed_by": "users.key",
}


def upgrade() -> None:
    """Nobody has shaped a plan by hand yet."""
    deferred = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "drafts",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.ForeignKeyConstraint([c], [to], f"fk_drafts_{c}", **deferred) for c, to in NAMED.items()),
        sa.PrimaryKeyConstraint("key", name="pk_drafts"),
    )
    op.create_index("ix_drafts_operation", "drafts", ["operation"])
    op.add_column("replans", sa.Column("shaped", sa.JSON(), nullable=True))
    op.add_column("replans", sa.Column("shaped_hash", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drafts are gone."""
    op.drop_column("replans", "shaped_hash")
    op.drop_column("replans", "shaped")
    op.drop_table("drafts")
