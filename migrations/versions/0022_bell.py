"""What an account did is found by operation, and by kind and moment: every page counts what is unread."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Two indexes more."""
    op.create_index("ix_events_deeds", "events", ["made_by", "operation", "key"])
    op.create_index("ix_events_kinds", "events", ["made_by", "kind", "made_at", "operation"])


def downgrade() -> None:
    """Without them."""
    op.drop_index("ix_events_kinds", "events")
    op.drop_index("ix_events_deeds", "events")
