"""Decisions of command while an operation runs."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
TEXTS = ("kind", "reason", "information", "risk", "powers", "options", "review")
PEOPLE = ("made_by", "confirmed_by", "withdrawn_by")


def upgrade() -> None:
    """Nothing was decided yet."""
    foreign = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "command_decisions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("minutes", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in PEOPLE),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('go', 'hold', 'abort', 'later')", name=op.f("ck_command_decisions_kind_word")),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_command_decisions_operation", **foreign),
        *(sa.ForeignKeyConstraint([name], ["users.key"], f"fk_command_decisions_{name}", **foreign) for name in PEOPLE),
        sa.PrimaryKeyConstraint("key", name="pk_command_decisions"),
    )
    op.create_index("ix_command_decisions_operation_key", "command_decisions", ["operation", "key"])


def downgrade() -> None:
    """The decisions are gone."""
    op.drop_table("command_decisions")
