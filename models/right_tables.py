"""The tables of rights: who has which role, what was decided about plans, and whose log-in asks for a one-time code."""

from typing import Literal, get_args

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from models.tables import DEFERRED, STAYS, VALUE, UtcDateTime, among, metadata, text, user, whole

Role = Literal["commander", "planner", "liaison", "leader", "custody", "forensics", "interviews", "legal"]
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

DecisionStep = Literal[
    "requested", "approved", "returned", "withdrawn", "released", "recalled", "begun", "closed", "law"
]
DECISION_STEPS: tuple[DecisionStep, ...] = get_args(DecisionStep)
decisions = Table(
    "decisions",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False),
    text("step"),
    text("reason"),
    Column("scenario", ForeignKey("scenarios.key", **DEFERRED)),  # the plan that it is about
    Column("plan_hash", Text),
    Column("operation_hash", Text),  # of the registers as they stood
    Column("revision", Integer),  # the operation's then
    Column("law", Text),  # its law packs: id, version and digest of each
    Column("sites", VALUE, nullable=False, server_default="[]"),  # those of high risk that are approved one by one
    Column("release_at", UtcDateTime),
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_decisions_operation_key", "operation", "key"),
    among("step", DECISION_STEPS),
)
law_packs = Table(
    "law_packs",
    metadata,
    Column("key", Integer, primary_key=True),
    text("id"),
    Column("digest", Text),  # of the text; none: from then on there is no own pack of this id
    Column("toml", Text),  # as the file was read
    Column("is_own", Boolean, nullable=False),  # it lay in the installation's folder; else it came with the program
    Column("kept_at", UtcDateTime, nullable=False),
    Index("ix_law_packs_id_key", "id", "key"),
)
one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("person", ForeignKey("users.key", **DEFERRED), primary_key=True, autoincrement=False),
    text("secret"),  # sealed by a key outside the database; nothing once it was switched off
    Column("confirmed_at", UtcDateTime),  # from then on the log-in asks for a code
    whole("last_step"),  # the 30 seconds (since 1970) of the last code that was taken
    Column("recovery", VALUE, nullable=False),  # keyed hashes of the recovery codes that are left
    Column("off_at", UtcDateTime),  # an administrator switched it off, and the owner has not seen that yet
)
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 of what the owner was shown once
    text("prefix"),  # its first signs, by which it is known again
    Column("person", ForeignKey("users.key", **DEFERRED), nullable=False, index=True),
    whole("epoch"),  # the person's when it was made
    text("name"),
    Column("is_read_only", Boolean, nullable=False),
    Column("operations", VALUE),  # keys of those that it opens; none: whatever its owner may see
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    info={STAYS: True},
)
