"""The tables of rights: who has which role in an operation."""

from typing import Literal, get_args

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from models.tables import DEFERRED, UtcDateTime, among, metadata, text, user

Role = Literal["commander", "planner", "liaison", "leader", "custody", "forensics", "interviews"]
ROLES: tuple[Role, ...] = get_args(Role)
memberships = Table(
    "memberships",
    metadata,
    Column("person", ForeignKey("users.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("role", Text, primary_key=True),
    text("tied_to"),  # of a liaison the agency, of a team leader the officer; of others nothing
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_memberships_operation", "operation"),
    among("role", ROLES),
)
