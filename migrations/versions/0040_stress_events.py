"""Events tell of stress tests that were started and stopped."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
BEFORE = (
    *("created", "copied", "status", "archived", "unarchived"),
    *("changed", "pins", "doctrine", "imported", "undone", "restored", "taken"),
    *("asked", "kept", "planned", "failed", "stopped", "chosen", "unchosen", "named"),
    *("begun", "shaped", "dropped"),
    *("noted", "reworded", "withdrawn"),
    *("printed", "exported", "seen", "recalled"),
    *("asked_approval", "approved", "returned", "released", "voided", "waived"),
)
MORE = ("stress_begun", "stress_stopped")
COLUMNS = "key, operation, kind, made_by, made_at, change, scenario, draft, remark, subject, subject_key, details"
OTHERS = {
    "operation": "operations",
    "made_by": "users",
    "change": "changes",
    "scenario": "scenarios",
    "draft": "drafts",
    "remark": "remarks",
}
INDEXES = {
    "ix_events_operation_key": ["operation", "key"],
    "ix_events_made_by_key": ["made_by", "key"],
    "ix_events_made_by_operation_key": ["made_by", "operation", "key"],
    "ix_events_kinds": ["made_by", "kind", "made_at", "operation"],
}
CHECK = "ck_events_kind_word"


def upgrade() -> None:
    """The table takes the new kinds; every event stays as it was."""
    _let((*BEFORE, *MORE))


def downgrade() -> None:
    """Events of the new kinds are gone."""
    _let(BEFORE)


def _let(kinds: tuple[str, ...]) -> None:
    """The table of events holds these kinds alone, and those of its rows that are of them."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(kinds)
        return
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the table from being changed
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.drop_constraint(op.f(CHECK), "events", type_="check")
    op.execute("ALTER TABLE events DISABLE TRIGGER events_never_changes")
    op.execute(f"DELETE FROM events WHERE NOT ({_among(kinds)})")
    op.execute("ALTER TABLE events ENABLE TRIGGER events_never_changes")
    op.create_check_constraint(op.f(CHECK), "events", _among(kinds))


def _among(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(map(repr, kinds))})"


def _make_anew(kinds: tuple[str, ...]) -> None:
    """SQLite changes no check of a table that is there."""
    for name in INDEXES:
        op.drop_index(name, "events")
    for deed in ("update", "delete"):
        op.execute(f"DROP TRIGGER events_never_{deed}")
    op.execute("ALTER TABLE events RENAME TO events_before")
    op.create_table(
        "events",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(about, sa.Integer(), nullable=True) for about in ("change", "scenario", "draft", "remark")),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_key", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.key"], f"fk_events_{column}", **LATER)
            for column, other in OTHERS.items()
        ),
        sa.PrimaryKeyConstraint("key", name="pk_events"),
        sa.CheckConstraint(_among(kinds), name=op.f(CHECK)),
    )
    op.execute(f"INSERT INTO events ({COLUMNS}) SELECT {COLUMNS} FROM events_before WHERE {_among(kinds)}")
    op.drop_table("events_before")
    for name, columns in INDEXES.items():
        op.create_index(name, "events", columns)
    for deed, condition in (
        ("UPDATE", ""),
        ("DELETE", "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "),
    ):
        op.execute(
            f"CREATE TRIGGER events_never_{deed.lower()} BEFORE {deed} ON events {condition}"
            "BEGIN SELECT RAISE(ABORT, 'events is append-only'); END"
        )
