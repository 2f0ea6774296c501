"""The tables. Live registers are rows of an operation; snapshots, scenarios and plans are documents that never change.

Every row of a register carries its place in the file (`position`), the operation's revision at which it was last
changed, and by whom. Foreign keys are looked at when a transaction ends, so that one change may move what hangs
together in any order. `changes` and `changed_rows` keep what each change did, so that it can be undone.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect

from planner.edits import DATUMS
from planner.files import limits
from planner.files.limits import Span
from planner.files.schemas import KINDS, LEVELS, SEXES
from planner.operation import RISKS

STATUSES = ("draft", "ready", "approved", "released", "running", "closed")
RUN_STATUSES = ("waiting", "running", "done", "stopped", "failed")
APPEND_ONLY = (
    *("snapshots", "scenarios", "replans", "plans", "notes", "choices", "changes", "changed_rows"),
    *("remarks", "events", "copies", "recalls", "log", "decisions", "reports", "law_packs"),
)
ROAD_STATES = ("waiting", "working", "ready", "failed")
TRACES = ("added", "changed", "removed")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC; it comes back with its zone, also from SQLite, which knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC. Raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value} lacks its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
DEFERRED: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
VALUE = JSON(none_as_null=True)


def among(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of the words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=f"{column}_word")


def within(column: str, span: Span) -> CheckConstraint:
    """The column's figure lies in the span."""
    return CheckConstraint(f"{column} BETWEEN {span.least} AND {span.most}", name=f"{column}_range")


def user(name: str) -> Column[Any]:
    """A column that names a user; none where no person was at work, as when an example is loaded."""
    return Column(name, ForeignKey("users.key", **DEFERRED))


def names(table: str, other: str, column: str) -> tuple[Any, ...]:
    """The column names a row of another register of the same operation."""
    key = ForeignKeyConstraint(["operation", column], [f"{other}.operation", f"{other}.key"], **DEFERRED)
    return key, Index(f"ix_{table}_{column}", "operation", column)


def register(name: str, *parts: Any) -> Table:
    """A register: the rows of one table of an operation."""
    return Table(
        name,
        metadata,
        Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
        Column("key", Text, primary_key=True),
        Column("position", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        user("changed_by"),
        Column("changed_at", UtcDateTime, nullable=False),
        CheckConstraint("length(key) > 0", name="key_length"),
        *parts,
    )


def text(name: str) -> Column[str]:
    """A column of text that must be there."""
    return Column(name, Text, nullable=False)


def whole(name: str) -> Column[int]:
    """A column of a whole number that must be there."""
    return Column(name, Integer, nullable=False)


def details() -> Column[Any]:
    """A column of descriptive facts."""
    return Column("details", VALUE, nullable=False, server_default="{}")


STAYS = "stays"
"""Of a table's `info`: its rows are of this installation, now; they are in no backup, and no restore keeps them."""
installation = Table(
    "installation",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    text("generation"),  # random, another one after each restore
    CheckConstraint("key = 1", name="one_row"),
    info={STAYS: True},
)
users = Table(
    "users",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    text("display_name"),
    text("password_hash"),
    whole("epoch"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("roles", VALUE, nullable=False, server_default="[]"),  # in the installation
    Column("disabled_at", UtcDateTime),
    Column("must_change", Boolean, nullable=False, server_default=false()),  # somebody else knows the password
)
sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256 of what the browser holds
    Column("person", ForeignKey("users.key", **DEFERRED), nullable=False, index=True),
    whole("epoch"),  # the person's when it began
    *(Column(name, UtcDateTime, nullable=False) for name in ("made_at", "used_at", "ends_at")),
    info={STAYS: True},
)
read_marks = Table(
    "read_marks",
    metadata,
    Column("person", ForeignKey("users.key", **DEFERRED), primary_key=True, autoincrement=False),
    whole("event"),  # the last that was read; not a foreign key, because an operation's events go with it
)
attempts = Table(
    "attempts",
    metadata,
    Column(
        "hash", Text, primary_key=True
    ),  # SHA-256 of whose tries are counted: a name that is typed may be a password
    whole("num"),
    *(Column(name, UtcDateTime, nullable=False) for name in ("since", "free_at")),
    info={STAYS: True},
)
operations = Table(
    "operations",
    metadata,
    Column("key", Integer, primary_key=True),
    text("id"),
    text("name"),
    text("h_hour"),  # ISO 8601 as it was written: it keeps its own offset
    whole("max_teams"),
    text("travel"),
    text("status"),
    details(),
    whole("revision"),
    *(part for what in ("head", "travel") for part in (whole(f"{what}_revision"), user(f"{what}_by"))),
    *(Column(f"{what}_at", UtcDateTime, nullable=False) for what in ("head", "travel")),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    user("changed_by"),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),  # none: it stands in the list
    among("status", STATUSES),
    among("travel", ("great_circle", "matrix")),
    within("max_teams", limits.MAX_TEAMS),
)
erasures = Table(
    "erasures",
    metadata,
    Column("operation", Integer, primary_key=True, autoincrement=False),  # whose key no other gets
    text("id"),
    whole("last_scenario"),  # the largest key of its scenarios
    Column("under_way", Boolean, nullable=False),  # so far only in the transaction that erases
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
doctrine = register("doctrine", Column("value", VALUE, nullable=False))
roads = register("roads", Column("value", VALUE, nullable=False))
road_minutes = Table(
    "road_minutes",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("hash", Text),  # of what the minutes were made from
    Column("minutes", VALUE),
    Column("summary", VALUE),
    Column("made_at", UtcDateTime),
    Column("asked", Text),  # the hash of what state, step and reason are about
    text("state"),
    whole("step"),
    text("reason"),
    text("area"),
    among("state", ROAD_STATES),
)
agencies = register("agencies", text("name"), text("level"), Column("cities", VALUE, nullable=False), details())
agencies.append_constraint(among("level", LEVELS))
points = Table(
    "points",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    text("holder"),
    Column("lat", Float),
    Column("lon", Float),
    Column("datum", Text),
    Column("given_lat", Float),
    Column("given_lon", Float),
    Column("point_for", Text),
    UniqueConstraint("operation", "key", "holder"),
    among("holder", ("places", "sites")),
    among("datum", DATUMS),
    within("lat", limits.LATITUDE),
    within("lon", limits.LONGITUDE),
    within("given_lat", limits.LATITUDE),
    within("given_lon", limits.LONGITUDE),
    CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="both_or_none"),
)


def point_of(holder: str) -> tuple[Any, ...]:
    """The row has its point, and no row of another table has the same: places and sites share their ids."""
    mine = ["operation", "key", "holder"]
    return (
        text("holder"),
        among("holder", (holder,)),
        ForeignKeyConstraint(mine, [f"points.{c}" for c in mine], **DEFERRED),
    )


places = register(
    "places",
    *point_of("places"),
    *map(text, ("name", "kind", "city")),
    *map(whole, ("cells", "rooms")),
    details(),
    among("kind", KINDS),
    within("cells", limits.CELLS),
    within("rooms", limits.CELLS),
)
officers = register(
    "officers",
    *map(text, ("name", "agency", "base", "sex")),
    whole("rank"),
    Column("skills", VALUE, nullable=False),
    Column("team", Text),
    *map(whole, ("available_from", "available_to")),
    details(),
    *names("officers", "agencies", "agency"),
    *names("officers", "places", "base"),
    among("sex", SEXES),
    within("rank", limits.RANK),
    within("available_from", limits.MOMENT),
    within("available_to", limits.MOMENT),
)
vehicles = register(
    "vehicles",
    *map(text, ("label", "base")),
    *map(whole, ("seats", "cells")),
    details(),
    *names("vehicles", "places", "base"),
    within("seats", limits.SEATS),
    within("cells", limits.VEHICLE_CELLS),
)
sites = register(
    "sites",
    *point_of("sites"),
    *map(text, ("address", "city", "risk")),
    Column("exam", Boolean, nullable=False),
    Column("needs", VALUE, nullable=False),
    Column("officers", Integer),
    Column("raid_minutes", Integer),
    Column("set_minutes", Integer),
    details(),
    among("risk", RISKS),
    within("officers", limits.SQUAD),
    within("raid_minutes", limits.RAID_MINUTES),
    within("set_minutes", limits.MINUTES),
)
suspects = register(
    "suspects",
    *map(text, ("name", "sex", "site")),
    Column("born", Date, nullable=False),
    whole("priority"),
    Column("warrant_number", Text),
    Column("warrant_expires", Text),  # ISO 8601 as it was written, with its own offset
    details(),
    *names("suspects", "sites", "site"),
    among("sex", SEXES),
    within("priority", limits.PRIORITY),
    CheckConstraint("(warrant_number IS NULL) = (warrant_expires IS NULL)", name="whole_warrant"),
)
links = register(
    "links",
    *map(text, ("a", "b")),
    whole("weight"),
    *names("links", "suspects", "a"),
    *names("links", "suspects", "b"),
    within("weight", limits.WEIGHT),
)
addresses = register(
    "addresses",
    *map(text, ("suspect", "site")),
    Column("chance", Float, nullable=False),
    *names("addresses", "suspects", "suspect"),
    *names("addresses", "sites", "site"),
    within("chance", limits.CHANCE),
)
legs = register(
    "legs",
    *map(text, ("source", "target")),
    Column("minutes", Integer),
    *names("legs", "points", "source"),
    *names("legs", "points", "target"),
    within("minutes", limits.LEG_MINUTES),
)
pins = register(
    "pins",
    *(Column(name, Text) for name in ("officer", "site", "not_site", "team", "together_a", "together_b")),
    Column("start", Integer),
    *(Column(name, Boolean) for name in ("reserve", "skip")),
    *names("pins", "officers", "officer"),
    *(part for name in ("site", "not_site", "together_a", "together_b") for part in names("pins", "sites", name)),
    within("start", limits.MOMENT),
    CheckConstraint("(together_a IS NULL) = (together_b IS NULL)", name="two_together"),
)
travel = Table(
    "travel",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("point"),
    Column("minutes", VALUE, nullable=False),
    UniqueConstraint("operation", "point"),
    ForeignKeyConstraint(["operation", "point"], ["points.operation", "points.key"], **DEFERRED),
)
changes = Table(
    "changes",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False, index=True),
    whole("revision"),  # the operation's once it was made
    Column("undoes", ForeignKey("changes.key", **DEFERRED), index=True),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
changed_rows = Table(
    "changed_rows",
    metadata,
    Column("change", ForeignKey("changes.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("register", Text, primary_key=True),
    Column("row", Text, primary_key=True),
    text("trace"),
    Column("position", Integer),  # where a row stood that was removed
    Column("was", VALUE),
    Column("now", VALUE),
    Index("ix_changed_rows_register_row", "register", "row"),
    among("trace", TRACES),
)
