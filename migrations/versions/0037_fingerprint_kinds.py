"""Digests in fingerprints tell their kind: those of before are made anew."""

from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """None is kept."""
    op.execute("DELETE FROM fingerprints")


def downgrade() -> None:
    """The same."""
    op.execute("DELETE FROM fingerprints")
