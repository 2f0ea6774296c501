"""The table of the log: who did, saw and took what, and when, in one chain.

It names nothing by a foreign key, because an entry outlives what it tells of, and holds keys and digests alone.
"""

from sqlalchemy import Column, Index, Integer, Table, Text

from models.tables import VALUE, UtcDateTime, metadata, text

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 without gaps
    Column("at", UtcDateTime, nullable=False),
    Column("account", Integer),  # none: the planner, the shell, or nobody of ours
    Column("session", Text),  # a digest of the session's word
    Column("address", Text),  # where the request came from
    text("action"),
    Column("operation", Integer),
    Column("plan", Integer),  # the scenario whose plan it is
    Column("page", Text),  # the page or document that was seen or taken
    Column("kind", Text),  # the table of the thing
    Column("thing", Text),  # a keyed digest of its id
    Column("event", Integer),
    Column("digest", Text),  # a keyed digest of the event as it is stored
    Column("details", VALUE),  # figures and words of ours
    text("previous"),  # the mac of the entry before
    text("mac"),
    Index("ix_log_operation_number", "operation", "number"),
    Index("ix_log_account_number", "account", "number"),
    Index("ix_log_action_number", "action", "number"),
    Index("ix_log_thing_number", "thing", "number"),
    Index("ix_log_event", "event"),
    Index("ix_log_at", "at"),
)
