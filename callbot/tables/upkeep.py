"""What the service keeps for its own work."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from callbot.tables.columns import UtcDateTime, metadata

purges = Table(
    "purges",
    metadata,
    Column("kind", String(64), primary_key=True),  # kept.Kind.id
    Column("at", UtcDateTime, nullable=False),
    Column("purged", Integer, nullable=False),  # rows, at the last purge that purged any
    Column("purged_at", UtcDateTime),  # when that was; NULL: never
    Column("left", Integer, nullable=False),  # rows that there were after it
    Column("oldest", UtcDateTime),  # of those; NULL: none
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", String(64), primary_key=True),  # the message's own; the receiver knows a repetition by it
    Column("made_at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),  # JSON, without anything personal
    Column("tries", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # of the next try
    Column("state", String(16), nullable=False),  # webhooks.WAITING, DELIVERED, FAILED
    Column("problem", Text, nullable=False),  # of the last try; empty: none
    Column("call_id", String(64), nullable=False),
)
Index(None, webhook_messages.c.state, webhook_messages.c.due_at)
Index(None, webhook_messages.c.call_id)
