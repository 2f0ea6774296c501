"""The table of exercises that are played: whose clock runs faster than the one on the wall."""

from sqlalchemy import Column, Float, ForeignKey, Integer, Table

from models.tables import DEFERRED, UtcDateTime, metadata

exercises = Table(
    "exercises",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("seed", Integer, nullable=False),
    Column("speed", Float, nullable=False),  # so many seconds of the exercise in one second
    Column("from_moment", UtcDateTime, nullable=False),  # the exercise's clock when it was begun
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("played_until", UtcDateTime),  # so far the program that plays it has promised to go on
)
