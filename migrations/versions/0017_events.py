"""One table of what was done to operations, filled with what other tables tell so far; and one for notes on things."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
TABLES = ("remarks", "events")
KINDS = (
    *("created", "copied", "status", "archived", "unarchived"),
    *("changed", "pins", "doctrine", "imported", "undone", "restored", "taken"),
    *("asked", "kept", "planned", "failed", "stopped", "chosen", "unchosen", "named"),
    *("begun", "shaped", "dropped"),
    *("noted", "reworded", "withdrawn"),
)
ABOUT = ("change", "scenario", "draft")
OTHER_ROWS = "EXISTS (SELECT 1 FROM changed_rows WHERE changed_rows.change = changes.key AND register <> '{}')"
CHANGE_KIND = (
    "CASE WHEN undoes IS NOT NULL THEN 'undone' "
    f"WHEN NOT {OTHER_ROWS.format('')} THEN 'changed' "
    f"WHEN NOT {OTHER_ROWS.format('pins')} THEN 'pins' "
    f"WHEN NOT {OTHER_ROWS.format('doctrine')} THEN 'doctrine' ELSE 'changed' END"
)
RUNS = "scenarios JOIN runs ON runs.scenario = scenarios.key"
PLANS = f"{RUNS} JOIN plans ON plans.scenario = scenarios.key"
NAMES = "notes JOIN scenarios ON scenarios.key = notes.scenario"
ASKED = "CASE WHEN runs.status = 'done' AND runs.attempt = 0 THEN 'kept' ELSE 'asked' END"
CHOSEN = "CASE WHEN scenario IS NULL THEN 'unchosen' ELSE 'chosen' END"
OPENER = "CASE WHEN version = 1 THEN changed_by END"
SCENARIO, DRAFT = {"scenario": "scenarios.key"}, {"draft": "drafts.key"}
BEFORE: tuple[tuple[str, str, str, dict[str, str], str], ...] = (
    ("'created'", "made_by", "made_at", {}, "operations"),
    (CHANGE_KIND, "made_by", "made_at", {"change": "changes.key"}, "changes"),
    (ASKED, "asked_by", "asked_at", SCENARIO, RUNS),
    ("'planned'", "NULL", "made_at", SCENARIO, f"{PLANS} WHERE runs.attempt > 0"),
    ("'failed'", "NULL", "changed_at", SCENARIO, f"{RUNS} WHERE runs.status = 'failed'"),
    ("'stopped'", "stop_by", "stop_at", SCENARIO, f"{RUNS} WHERE stop_at IS NOT NULL"),
    (CHOSEN, "made_by", "made_at", {"scenario": "scenario"}, "choices"),
    ("'named'", "made_by", "made_at", SCENARIO, NAMES),
    ("'begun'", OPENER, "opened_at", DRAFT, "drafts"),
    ("'dropped'", "changed_by", "closed_at", DRAFT, "drafts WHERE closed_at IS NOT NULL"),
)
"""Kind, who, when, what it is about, and where from."""


def upgrade() -> None:
    """Every event that the database can tell of stands in the table, in the order of time; nothing is said yet."""
    op.create_table(
        "remarks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("scenario", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_key", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("mentions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_named("remarks", operation="operations", first="remarks", scenario="scenarios", made_by="users"),
        sa.PrimaryKeyConstraint("key", name="pk_remarks"),
    )
    op.create_index("ix_remarks_operation", "remarks", ["operation"])
    op.create_index("ix_remarks_first", "remarks", ["first"])
    op.create_table(
        "events",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(about, sa.Integer(), nullable=True) for about in (*ABOUT, "remark")),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_key", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
        *_named("events", operation="operations", made_by="users", remark="remarks"),
        *_named("events", **{about: f"{about}s" for about in ABOUT}),
        sa.PrimaryKeyConstraint("key", name="pk_events"),
        sa.CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name=op.f("ck_events_kind_word")),
    )
    op.create_index("ix_events_operation_key", "events", ["operation", "key"])
    op.create_index("ix_changed_rows_register_row", "changed_rows", ["register", "row"])
    parts = " UNION ALL ".join(_part(rank, *told) for rank, told in enumerate(BEFORE))
    columns = f"operation, kind, made_by, made_at, {', '.join(ABOUT)}"
    op.execute(f"INSERT INTO events ({columns}) SELECT {columns} FROM ({parts}) AS told ORDER BY made_at, rank, row")
    _guard()


def downgrade() -> None:
    """What other tables do not tell is gone."""
    op.drop_index("ix_changed_rows_register_row", "changed_rows")
    for table in TABLES[::-1]:
        op.drop_table(table)


def _named(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.key"], f"fk_{table}_{column}", **LATER)
        for column, other in columns.items()
    ]


def _part(rank: int, kind: str, by: str, at: str, about: dict[str, str], source: str) -> str:
    """The events of one source; `rank` and `row` keep their order where the moment is the same."""
    named = ", ".join(f"CAST({about.get(name, 'NULL')} AS INTEGER) AS {name}" for name in ABOUT)
    operation = "operations.key" if source == "operations" else "operation"
    row = next(iter(about.values()), operation)
    told = f"{operation} AS operation, {kind} AS kind, CAST({by} AS INTEGER) AS made_by, {at} AS made_at"
    return f"SELECT {rank} AS rank, {row} AS row, {told}, {named} FROM {source}"


def _guard() -> None:
    """Nothing of them is updated; nothing is deleted but by a transaction in which an operation is being erased."""
    if op.get_bind().dialect.name == "sqlite":
        erasing = "WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE under_way) "
        for table in TABLES:
            for deed, condition in (("UPDATE", ""), ("DELETE", erasing)):
                op.execute(
                    f"CREATE TRIGGER {table}_never_{deed.lower()} BEFORE {deed} ON {table} {condition}"
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would keep the table from being changed
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION h_hour_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_empties BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION h_hour_append_only()"
        )
