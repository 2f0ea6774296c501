"""Users, operations, and the registers of an operation."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LATER: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
TABLES = (
    "users",
    "operations",
    "doctrine",
    "agencies",
    "points",
    "places",
    "officers",
    "vehicles",
    "sites",
    "suspects",
    "links",
    "legs",
    "pins",
    "travel",
)


def upgrade() -> None:
    """People who may log in, operations, and their registers."""
    _users_and_operations()
    _points()
    _forces()
    _targets()
    _orders()


def downgrade() -> None:
    """Nothing is left."""
    for table in reversed(TABLES):
        op.drop_table(table)


def text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def maybe(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def values(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False)


def key_to(table: str, columns: list[str], other: str, others: list[str]) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{'_'.join(columns)}"
    return sa.ForeignKeyConstraint(columns, [f"{other}.{c}" for c in others], name=name, **LATER)


def user(table: str, name: str) -> list[Any]:
    return [sa.Column(name, sa.Integer(), nullable=True), key_to(table, [name], "users", ["key"])]


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def within(table: str, column: str, least: int, most: int) -> sa.CheckConstraint:
    return check(table, f"{column}_range", f"{column} BETWEEN {least} AND {most}")


def among(table: str, column: str, *words: str) -> sa.CheckConstraint:
    return check(table, f"{column}_word", f"{column} IN ({', '.join(map(repr, words))})")


def of_operation(table: str) -> list[Any]:
    column = sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False)
    return [column, key_to(table, ["operation"], "operations", ["key"])]


def register(table: str, *parts: Any) -> None:
    """A register with what every row of a register has."""
    op.create_table(
        table,
        *of_operation(table),
        *text("key"),
        *whole("position", "revision"),
        *user(table, "changed_by"),
        moment("changed_at"),
        *parts,
        check(table, "key_length", "length(key) > 0"),
        sa.PrimaryKeyConstraint("operation", "key", name=f"pk_{table}"),
    )


def names(table: str, other: str, *columns: str) -> list[Any]:
    """Keys to rows of another register of the same operation."""
    return [key_to(table, ["operation", column], other, ["operation", "key"]) for column in columns]


def index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, ["operation", column])


def _users_and_operations() -> None:
    op.create_table(
        "users",
        sa.Column("key", sa.Integer(), nullable=False),
        *text("name", "display_name", "password_hash"),
        *whole("epoch"),
        moment("made_at"),
        sa.PrimaryKeyConstraint("key", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_table(
        "operations",
        sa.Column("key", sa.Integer(), nullable=False),
        *text("id", "name", "h_hour", "travel", "status"),
        *whole("max_teams", "revision", "head_revision", "travel_revision"),
        *(part for name in ("head_by", "travel_by", "made_by", "changed_by") for part in user("operations", name)),
        *map(moment, ("head_at", "travel_at", "made_at", "changed_at")),
        among("operations", "status", "draft", "ready", "approved", "released", "running", "closed"),
        among("operations", "travel", "great_circle", "matrix"),
        within("operations", "max_teams", 0, 10_000),
        sa.PrimaryKeyConstraint("key", name="pk_operations"),
    )
    register("doctrine", values("value"))


def _points() -> None:
    """Places and sites share one space of ids, which is that of their points."""
    op.create_table(
        "points",
        *of_operation("points"),
        *text("key", "holder"),
        *maybe(sa.Float(), "lat", "lon"),
        *maybe(sa.Text(), "datum"),
        *maybe(sa.Float(), "given_lat", "given_lon"),
        among("points", "holder", "places", "sites"),
        among("points", "datum", "WGS-84", "GCJ-02", "BD-09", "CGCS2000"),
        *(within("points", name, -90, 90) for name in ("lat", "given_lat")),
        *(within("points", name, -180, 180) for name in ("lon", "given_lon")),
        check("points", "both_or_none", "(lat IS NULL) = (lon IS NULL)"),
        sa.PrimaryKeyConstraint("operation", "key", name="pk_points"),
        sa.UniqueConstraint("operation", "key", "holder", name="uq_points_operation_key_holder"),
    )
    op.create_table(
        "travel",
        *of_operation("travel"),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *text("point"),
        values("minutes"),
        key_to("travel", ["operation", "point"], "points", ["operation", "key"]),
        sa.PrimaryKeyConstraint("operation", "position", name="pk_travel"),
        sa.UniqueConstraint("operation", "point", name="uq_travel_operation_point"),
    )
    register(
        "places",
        *text("holder", "name", "kind", "city"),
        *whole("cells", "rooms"),
        key_to("places", ["operation", "key", "holder"], "points", ["operation", "key", "holder"]),
        among("places", "holder", "places"),
        among("places", "kind", "base", "assembly", "custody"),
        within("places", "cells", 0, 100_000),
        within("places", "rooms", 0, 100_000),
    )


def _forces() -> None:
    register(
        "agencies", *text("name", "level"), values("cities"), among("agencies", "level", "province", "city", "district")
    )
    register(
        "officers",
        *text("name", "agency", "base", "sex"),
        *whole("rank"),
        values("skills"),
        *maybe(sa.Text(), "team"),
        *whole("available_from", "available_to"),
        *names("officers", "agencies", "agency"),
        *names("officers", "places", "base"),
        among("officers", "sex", "F", "M"),
        within("officers", "rank", 1, 5),
        within("officers", "available_from", -100_000, 100_000),
        within("officers", "available_to", -100_000, 100_000),
    )
    register(
        "vehicles",
        *text("label", "base"),
        *whole("seats", "cells"),
        *names("vehicles", "places", "base"),
        within("vehicles", "seats", 1, 200),
        within("vehicles", "cells", 0, 200),
    )
    index("officers", "agency", "base")
    index("vehicles", "base")


def _targets() -> None:
    register(
        "sites",
        *text("holder", "address", "city", "risk"),
        sa.Column("exam", sa.Boolean(), nullable=False),
        values("needs"),
        *maybe(sa.Integer(), "officers", "raid_minutes"),
        key_to("sites", ["operation", "key", "holder"], "points", ["operation", "key", "holder"]),
        among("sites", "holder", "sites"),
        among("sites", "risk", "low", "medium", "high"),
        within("sites", "officers", 1, 1_000),
        within("sites", "raid_minutes", 1, 100_000),
    )
    register(
        "suspects",
        *text("name", "sex", "site"),
        sa.Column("born", sa.Date(), nullable=False),
        *whole("priority"),
        *maybe(sa.Text(), "warrant_number", "warrant_expires"),
        *names("suspects", "sites", "site"),
        among("suspects", "sex", "F", "M"),
        within("suspects", "priority", 1, 5),
        check("suspects", "whole_warrant", "(warrant_number IS NULL) = (warrant_expires IS NULL)"),
    )
    register(
        "links",
        *text("a", "b"),
        *whole("weight"),
        *names("links", "suspects", "a", "b"),
        within("links", "weight", 0, 100_000),
    )
    index("suspects", "site")
    index("links", "a", "b")


def _orders() -> None:
    register(
        "legs",
        *text("source", "target"),
        *maybe(sa.Integer(), "minutes"),
        *names("legs", "points", "source", "target"),
        within("legs", "minutes", 0, 1_000_000),
    )
    register(
        "pins",
        *maybe(sa.Text(), "officer", "site", "not_site", "team", "together_a", "together_b"),
        *maybe(sa.Integer(), "start"),
        *maybe(sa.Boolean(), "reserve", "skip"),
        *names("pins", "officers", "officer"),
        *names("pins", "sites", "site", "not_site", "together_a", "together_b"),
        within("pins", "start", -100_000, 100_000),
        check("pins", "two_together", "(together_a IS NULL) = (together_b IS NULL)"),
    )
    index("legs", "source", "target")
    index("pins", "officer", "site", "not_site", "together_a", "together_b")
