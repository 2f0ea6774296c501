"""The table of reports from a running operation; append-only: a correction is a row of its own."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from models.tables import DEFERRED, UtcDateTime, metadata, text, user

reports = Table(
    "reports",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.key", **DEFERRED), nullable=False),
    text("id"),  # a UUID, given by whoever reports: sent twice, it is one report
    text("unit"),
    text("code"),  # a word of planner.reports.codes
    text("site"),
    text("suspect"),
    text("officer"),
    text("vehicle"),
    text("place"),
    text("condition"),
    text("note"),
    Column("owner", Text, nullable=False, server_default=""),  # who answers for a lesson, or granted an extension
    Column("due", Text, nullable=False, server_default=""),  # the date of a lesson
    text("means"),
    Column("corrects", Text),  # the id of the report in whose place it stands
    Column("said", UtcDateTime, nullable=False),
    Column("received", UtcDateTime, nullable=False),
    user("made_by"),
    UniqueConstraint("operation", "id"),
    Index("ix_reports_operation_key", "operation", "key"),
)
