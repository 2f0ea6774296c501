"""Legal officers: the role that grants the waivers which a law pack leaves to it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
BEFORE = ("commander", "planner", "liaison", "leader", "custody", "forensics", "interviews")
CHECK = "ck_memberships_role_word"
COLUMNS = "person, operation, role, tied_to, made_by, made_at"


def upgrade() -> None:
    """Nobody is one yet."""
    _let((*BEFORE, "legal"))


def downgrade() -> None:
    """Nobody is one any more."""
    _let(BEFORE)


def _let(roles: tuple[str, ...]) -> None:
    """The table of memberships holds these roles alone."""
    among = f"role IN ({', '.join(map(repr, roles))})"
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(among)
        return
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the table from being changed
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.drop_constraint(op.f(CHECK), "memberships", type_="check")
    op.execute(f"DELETE FROM memberships WHERE NOT ({among})")
    op.create_check_constraint(op.f(CHECK), "memberships", among)


def _make_anew(among: str) -> None:
    """SQLite changes no check of a table that is there."""
    op.drop_index("ix_memberships_operation", "memberships")
    op.execute("ALTER TABLE memberships RENAME TO memberships_before")
    op.create_table(
        "memberships",
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("tied_to", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["users.key"], "fk_memberships_person", **LATER),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_memberships_operation", **LATER),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_memberships_made_by", **LATER),
        sa.PrimaryKeyConstraint("person", "operation", "role", name="pk_memberships"),
        sa.CheckConstraint(among, name=op.f(CHECK)),
    )
    op.execute(f"INSERT INTO memberships ({COLUMNS}) SELECT {COLUMNS} FROM memberships_before WHERE {among}")
    op.drop_table("memberships_before")
    op.create_index("ix_memberships_operation", "memberships", ["operation"])
