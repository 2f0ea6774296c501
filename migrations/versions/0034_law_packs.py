"""Law packs are kept as they were read; that an operation goes by another pack is a step of its life, with a reason."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
BEFORE = ("requested", "approved", "returned", "withdrawn", "released", "recalled", "begun", "closed")
CHECK = "ck_decisions_step_word"
FIRST = "key, operation, step, reason, scenario, plan_hash, operation_hash, revision, law, sites"
COLUMNS = f"{FIRST}, release_at, made_by, made_at"


def upgrade() -> None:
    """No text of a pack is kept yet; every decision stays as it was."""
    op.create_table(
        "law_packs",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("toml", sa.Text(), nullable=True),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_law_packs"),
    )
    op.create_index("ix_law_packs_id_key", "law_packs", ["id", "key"])
    _guard("law_packs")
    _let((*BEFORE, "law"))


def downgrade() -> None:
    """Texts of packs, and the steps that named another one, are gone."""
    _let(BEFORE)
    op.drop_table("law_packs")


def _let(steps: tuple[str, ...]) -> None:
    """The table of decisions holds these steps alone, and those of its rows that are of them."""
    among = f"step IN ({', '.join(map(repr, steps))})"
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(among)
        return
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the table from being changed
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.drop_constraint(op.f(CHECK), "decisions", type_="check")
    op.execute("ALTER TABLE decisions DISABLE TRIGGER decisions_never_changes")
    op.execute(f"DELETE FROM decisions WHERE NOT ({among})")
    op.execute("ALTER TABLE decisions ENABLE TRIGGER decisions_never_changes")
    op.create_check_constraint(op.f(CHECK), "decisions", among)


def _make_anew(among: str) -> None:
    """SQLite changes no check of a table that is there."""
    op.drop_index("ix_decisions_operation_key", "decisions")
    for change in ("update", "delete"):
        op.execute(f"DROP TRIGGER decisions_never_{change}")
    op.execute("ALTER TABLE decisions RENAME TO decisions_before")
    op.create_table(
        "decisions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.Column("plan_hash", sa.Text(), nullable=True),
        sa.Column("operation_hash", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("law", sa.Text(), nullable=True),
        sa.Column("sites", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_decisions_operation", **LATER),
        sa.ForeignKeyConstraint(["scenario"], ["scenarios.key"], "fk_decisions_scenario", **LATER),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_decisions_made_by", **LATER),
        sa.PrimaryKeyConstraint("key", name="pk_decisions"),
        sa.CheckConstraint(among, name=op.f(CHECK)),
    )
    op.execute(f"INSERT INTO decisions ({COLUMNS}) SELECT {COLUMNS} FROM decisions_before WHERE {among}")
    op.drop_table("decisions_before")
    op.create_index("ix_decisions_operation_key", "decisions", ["operation", "key"])
    _guard("decisions")


def _guard(table: str) -> None:
    """Nothing is updated; nothing is deleted but by a transaction in which an operation is being erased."""
    if op.get_bind().dialect.name == "sqlite":
        erasing = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "
        for change, condition in (("UPDATE", ""), ("DELETE", erasing)):
            op.execute(
                f"CREATE TRIGGER {table}_never_{change.lower()} BEFORE {change} ON {table} {condition}"
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_never_empties BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
    )
