"""What calls count as, added up; and what was told of it."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from callbot.tables.columns import UtcDateTime, Words, metadata, of_call

call_facts = Table(
    "call_facts",
    metadata,
    of_call(
        primary_key=True
    ),  # what each call counts as (stats.facts.CallFact): made of the other tables, and again at will
    Column("day", Date, nullable=False),
    Column("hour", Integer, nullable=False),  # of Paris, 0–23
    Column("fold", Integer, nullable=False),  # 1: the second of two hours of the same name
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("line", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("ending", Text, nullable=False),  # stats.facts.Ending
    Column("pick_up_ms", Integer),
    Column("duration_s", Integer),
    Column("needed_agent", Boolean, nullable=False),
    Column("needed_when_closed", Boolean, nullable=False),
    Column("arrived_closed", Boolean),  # NULL: not known
    Column("handled_by_agent", Boolean, nullable=False),
    Column("wait_s", Integer),
    Column("talk_s", Integer),
    Column("reason", Text, nullable=False),
    Column("callback_asked", Boolean, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("no_match", Integer, nullable=False),
    Column("clarified", Integer, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("interrupted", Integer, nullable=False),
    Column("response_ms", Words, nullable=False),
    Column("motives", Words, nullable=False),
    Column("aspects", Words, nullable=False),
    Column("answers", Words, nullable=False),
    Column("unanswered", Words, nullable=False),
    Column("asked_satisfaction", Boolean, nullable=False),
    Column("satisfaction", Integer),
    Column("repeat", Boolean),  # with called_again and nth_of_day: NULL where the caller is not known
    Column("called_again", Boolean),
    Column("nth_of_day", Integer),
)
Index(None, call_facts.c.day)

stats_cells = Table(
    "stats_cells",
    metadata,
    Column("kind", String(16), primary_key=True),  # stats.cells.Kind
    Column("day", Date, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),  # -1: the whole day
    Column("fold", Integer, primary_key=True, autoincrement=False),
    Column("line", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("packed", LargeBinary, nullable=False),  # stats.tally
)

stats_months = Table(
    "stats_months",
    metadata,  # a row goes when a tally of one of the month's days changes (migrations.month_triggers): then its days are read again
    Column("month", Date, primary_key=True),  # its first day
    Column("token", String(32), nullable=False),  # of who adds it up
    Column("layout", Integer, nullable=False),  # stats.months.LAYOUT; 0: it is being added up
)

stats_month_cells = Table(
    "stats_month_cells",
    metadata,
    Column("month", Date, ForeignKey("stats_months.month", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),  # stats.cells.Kind, of the cells that were added up
    Column("detail", String(8), primary_key=True),  # stats.months.Detail
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("line", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("packed", LargeBinary, nullable=False),  # stats.months
)

stats_words = Table(
    "stats_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("word", Text, nullable=False, unique=True),
)

stats_due = Table(
    "stats_due",
    metadata,
    Column("day", Date, primary_key=True),  # whose calls are to be counted anew
)

stats_version = Table(
    "stats_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # stats.counting.VERSION; one row
    Column("level_s", Integer, nullable=False),  # service_level_seconds, for the SQL views
)

report_sends = Table(
    "report_sends",
    metadata,
    Column("key", String(32), primary_key=True),  # reports.calendar.Due.key
    Column("state", Text, nullable=False),  # reports.sending.SendState
    Column("at", UtcDateTime, nullable=False),  # of the state
    Column("tries", Integer, nullable=False),
    Column("sent_to", Integer, nullable=False, server_default="0"),  # how many addresses took it
    Column("problem", Text, nullable=False, server_default=""),  # why it was not sent: a setting, no address
)
