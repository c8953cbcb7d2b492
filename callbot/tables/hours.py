"""When people are there, and what is said on every line."""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Text

from callbot.tables.columns import UtcDateTime, metadata

closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", Text, nullable=False),  # its number as in commune.toml; empty: all lines
    Column("service", Text, nullable=False),  # its id; empty: all services
    Column("begins_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),  # moved ahead when it is lifted
    Column("reason", Text, nullable=False),  # for staff
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
Index(None, closures.c.ends_at)

opening_weeks = Table(
    "opening_weeks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", Text, nullable=False),  # as in closures; line and service empty: the town hall
    Column("service", Text, nullable=False),
    Column(
        "days", JSON, nullable=False
    ),  # seven from Monday on, each a list of [begin, end], minutes of the day
    Column("first_day", Date),  # NULL: from the beginning
    Column("last_day", Date),  # the last day, included; NULL: without end
    Column("closed_on_holidays", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_by", Text),  # who took it back or set another; NULL: nobody
    Column("ended_at", UtcDateTime),
)
Index(None, opening_weeks.c.ended_at)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),  # never changed: what was listened to is what is spoken
    Column("lines", JSON, nullable=False),  # numbers as in commune.toml; empty: all lines
    Column("begins_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),  # moved ahead when it is switched off
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("heard_by", Text),  # who listened to it; NULL: nobody yet
    Column("heard_at", UtcDateTime),
    Column("on_by", Text),  # who switched it on; NULL: nobody yet
    Column("on_at", UtcDateTime),
)
Index(None, announcements.c.ends_at)

listens = Table(
    "listens",
    metadata,
    Column("what", Text, primary_key=True),  # listening.Heard
    Column(
        "number", Integer, primary_key=True, autoincrement=False
    ),  # of announcements or knowledge_versions
    Column("account", Text, primary_key=True),  # the name of who was sent the sound
    Column("text_hash", String(64), nullable=False),  # SHA-256 of the text that it says
    Column("sent_at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime),  # listened to, to its end; NULL: not yet
)
Index(None, listens.c.sent_at)
