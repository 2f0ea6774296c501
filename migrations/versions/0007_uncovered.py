"""Plans tell how many people they do not cover, and how many doors the clock left unlooked at."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

PLANS = sa.table("plans", sa.column("key"), sa.column("document"), sa.column("uncovered"), sa.column("untried"))


def upgrade() -> None:
    """Two counts beside each plan; those of the plans that are there are read from their documents."""
    op.add_column("plans", sa.Column("uncovered", sa.Integer(), nullable=True))
    op.add_column("plans", sa.Column("untried", sa.Integer(), nullable=True))
    _unguard()
    connection = op.get_bind()
    for key in connection.scalars(sa.select(PLANS.c.key)).all():
        document = json.loads(connection.scalars(sa.select(PLANS.c.document).where(PLANS.c.key == key)).one())
        values = {"uncovered": len(document.get("missed", ())), "untried": _untried(document)}
        connection.execute(PLANS.update().where(PLANS.c.key == key).values(values))
    _guard()


def downgrade() -> None:
    """The counts stand in the documents alone."""
    op.drop_column("plans", "untried")
    op.drop_column("plans", "uncovered")


def _untried(document: dict[str, Any]) -> int:
    told = (document.get("made") or {}).get("cut_short")
    number = told.get("untried") if isinstance(told, dict) else 0
    return number if type(number) is int and 0 <= number < 10**9 else 0


def _unguard() -> None:
    """Plans may be changed: only now, and only by this."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER plans_never_update")
    else:
        op.execute("ALTER TABLE plans DISABLE TRIGGER plans_never_changes")


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER plans_never_update BEFORE UPDATE ON plans "
            "BEGIN SELECT RAISE(ABORT, 'plans is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE plans ENABLE TRIGGER plans_never_changes")
