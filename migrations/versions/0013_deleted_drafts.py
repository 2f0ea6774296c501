"""A draft that is deleted keeps its key, so that no other gets it; nothing of its moves is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """No draft was deleted yet."""
    op.add_column("drafts", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Deleted drafts are gone as a whole."""
    op.execute("DELETE FROM drafts WHERE closed_at IS NOT NULL")
    op.drop_column("drafts", "closed_at")
