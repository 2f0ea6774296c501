"""One-time codes at the log-in: the sealed secret of an account, its last step, and hashes of its recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """No account has any yet."""
    op.create_table(
        "one_time_codes",
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.Column("off_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["person"], ["users.key"], "fk_one_time_codes_person", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("person", name="pk_one_time_codes"),
    )


def downgrade() -> None:
    """Accounts open with their passwords alone."""
    op.drop_table("one_time_codes")
