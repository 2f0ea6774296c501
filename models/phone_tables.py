"""The table of the links with which units report from a phone."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from models.tables import DEFERRED, UtcDateTime, metadata, text, user

phone_links = Table(
    "phone_links",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False),
    text("unit"),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 of the word in the link
    text("secret"),  # that word, sealed by a key outside the database: documents print it
    text("pin"),  # a keyed hash of the number that is told at the briefing
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),  # when a phone last asked with it
    Column("ended_at", UtcDateTime),
    user("ended_by"),  # nobody: the unit stood down
    Index("ix_phone_links_operation_unit", "operation", "unit"),
)
