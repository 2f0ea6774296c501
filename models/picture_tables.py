"""The table of photos and sketches."""

from sqlalchemy import Column, ForeignKey, Table, Text

from models.tables import DEFERRED, UtcDateTime, metadata, text, user, whole

pictures = Table(
    "pictures",
    metadata,
    Column("operation", ForeignKey("operations.key", **DEFERRED), primary_key=True, autoincrement=False),
    Column("hash", Text, primary_key=True),  # SHA-256 of the JPEG file
    whole("size"),  # its bytes
    text("content"),  # the file in base64: a backup is lines of text
    user("made_by"),
    Column("made_at", UtcDateTime, nullable=False),
)
