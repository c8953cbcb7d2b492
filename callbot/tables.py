"""The tables, as SQLAlchemy Core sees them; `migrations/versions` makes them, and a test compares the two.

Times are UTC and come back aware. `calls.day` is the day in Europe/Paris on which the call began: what reports group by.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite, which knows no zones, gets it naive and gives it back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. A naive datetime is a fault of the caller's: ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: say its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC."""
        return None if value is None else _aware(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """The same for a value as the driver gives it, in one step: pages read thousands of them."""
        return _written_in_utc if dialect.name == "sqlite" else _given


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _written_in_utc(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _given(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else _aware(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """Words without spaces in them, kept with a space between: many times quicker to read than JSON, and SQL may group by it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As text. A word that is empty or has a space in it is a fault of the caller's: ValueError."""
        if value is None:
            return None
        written = " ".join(value)
        if tuple(written.split()) != tuple(value):
            raise ValueError("a word that is empty or has a space in it cannot be stored")
        return written

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """The words."""
        return _split(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], tuple[str, ...] | None]:  # noqa: ARG002
        """The same, in one step."""
        return _split


def _split(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value.split())


def _of_call(*, primary_key: bool) -> Column[str]:
    return Column("call_id", String(64), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=primary_key)


calls = Table(
    "calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("line", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("caller_hash", String(64)),  # HMAC-SHA256 of the number; NULL: it was hidden
    Column("engine", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("recorder", Text, nullable=False),  # host:pid of the process that takes the call
    Column("outcome", Text),  # events.Outcome; NULL: the call goes on
    Column("service", Text),
    Column("handover_reason", Text),
    Column("duration_ms", Integer),  # of sound heard: time on hold is not in it
    Column("turns", Integer, nullable=False),
)
Index(None, calls.c.day)
Index(None, calls.c.started_at)
Index(None, calls.c.caller_hash)
_hashed = calls.c.caller_hash.is_not(None)
Index("ix_calls_hashed", calls.c.started_at, sqlite_where=_hashed, postgresql_where=_hashed)  # for the purge

turns = Table(
    "turns",
    metadata,
    _of_call(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("at_ms", Integer, nullable=False),
    Column("transcript", Text),  # NULL once purged
    Column("transcript_confidence", Float),  # what the recogniser thought of its text
    Column("decode_ms", Integer),
    Column("decision", Text),  # events.Decision
    Column("confidence", Float),  # what the router thought of its choice
    Column("motive", Text),
    Column("aspect", Text),
    Column("act", Text),
    Column("emergency", Text),
    Column("answer_id", Text),
    Column("response_ms", Integer),
    Column("endpoint_ms", Integer),  # with decode_ms, route_ms and first_audio_ms: where response_ms went
    Column("route_ms", Integer),
    Column("first_audio_ms", Integer),
)

_words = turns.c.transcript.is_not(None)
Index("ix_turns_words", turns.c.call_id, sqlite_where=_words, postgresql_where=_words)  # for the purge

events = Table(
    "events",
    metadata,
    _of_call(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("fields", JSON, nullable=False),
)

satisfaction = Table(
    "satisfaction",
    metadata,
    _of_call(primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("score", Integer),  # 1–5; NULL: asked, not answered
    Column("by", Text),  # voice or key
    Column("comment", Text),  # with the caller's consent; NULL once purged
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", String(64), ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),  # from 1 in each call
    Column("asked_at", UtcDateTime, nullable=False),
    Column("number", Text, nullable=False),  # +33612345678: a person must dial it; purged after callback_days
    Column("wish", Text, nullable=False),  # French, with dates; empty: any time
    Column("motive", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),  # whom to ask for; empty: not told
    Column("place", Text, nullable=False, server_default=""),  # where it is; empty: not told, or not asked
    Column("state", Text, nullable=False),  # callbacks.CallbackState
    Column("state_at", UtcDateTime),
    Column("state_by", Text),
    Column("retry_at", UtcDateTime),  # when to try again; NULL: as wished
    Column("resolved", Boolean),  # NULL: not done
    Column("note", Text, nullable=False, server_default=""),
    Column("claimed_by", Text),  # who is at it, until claimed_at + callback_states.CLAIM_LASTS
    Column("claimed_at", UtcDateTime),
)
Index(None, callbacks.c.call_id, callbacks.c.seq, unique=True)
Index(None, callbacks.c.asked_at)
Index(None, callbacks.c.number)
Index(None, callbacks.c.state)

callback_tries = Table(
    "callback_tries",
    metadata,
    Column("callback_id", Integer, ForeignKey("callbacks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column(
        "temporary", Boolean, nullable=False, server_default=false()
    ),  # the password must be changed first
    Column("subject", Text),  # who it is at the identity provider; NULL: nobody there
)
Index(None, accounts.c.subject, unique=True)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256 of the token; the token itself is nowhere
    Column("account_id", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),  # of the last request, to the minute; NULL: none since it was opened
)
Index(None, sessions.c.account_id)
Index(None, sessions.c.expires_at)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
Index(None, audit.c.at)

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

queue_entries = Table(
    "queue_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", String(64), nullable=False),  # of no table: the call's row may come later
    Column("machine", Text, nullable=False),  # which holds the line; empty: there is none
    Column("service", Text, nullable=False),
    Column("overflow", Words, nullable=False),  # services that may help out
    Column("language", Text, nullable=False),
    Column("priority", Integer, nullable=False),  # humans.queue_types.Priority
    Column("reason", Text, nullable=False),
    Column("caller_hash", String(64)),  # as calls.caller_hash; NULL once no place is kept
    Column("entered_at", UtcDateTime, nullable=False),
    Column("ranked_at", UtcDateTime, nullable=False),  # the order of the queue, with id
    Column("place", Text, nullable=False),  # humans.queue_types.Place
    Column("since", UtcDateTime, nullable=False),
    Column("agent", Text, nullable=False),  # an agent's name; empty: none
    Column("tried", Words, nullable=False),  # an agent, when (ISO 8601), the next agent, …
    Column("connected_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    Column(
        "care", Text, nullable=False, server_default=""
    ),  # humans.care.Care: how to serve a vulnerable caller; empty: as all
    Column(
        "passed_by", Text, nullable=False, server_default=""
    ),  # the agent who passed them on; empty: nobody
    Column("came_at", UtcDateTime),  # then: when they first came
    Column(
        "passed_back_to", Words, nullable=False, server_default=""
    ),  # a service and its overflow; empty: they are back
    Column("passed_to_agent", Text, nullable=False, server_default=""),  # who alone is offered them
    Column(
        "passed_to_number", Text, nullable=False, server_default=""
    ),  # what is rung; emptied when that is over
    Column(
        "passed_to", Text, nullable=False, server_default=""
    ),  # whom the agent passed them on to, in words
    Column("promised_at", UtcDateTime),  # when they chose to be called back; NULL: they have not
    Column("call_after", UtcDateTime),  # not to be called back before; NULL: at once
    Column("unanswered", Integer, nullable=False, server_default="0"),  # calls back that nobody answered
    sqlite_autoincrement=True,  # an id is never used again
)
Index(None, queue_entries.c.place, queue_entries.c.ranked_at)
Index(None, queue_entries.c.caller_hash)
Index(None, queue_entries.c.call_id)
Index(None, queue_entries.c.released_at)

queue_agents = Table(
    "queue_agents",
    metadata,
    Column("name", String(64), primary_key=True),  # of an account
    Column("state", Text, nullable=False),  # humans.queue_types.AgentState
    Column("since", UtcDateTime, nullable=False),
    Column("idle_since", UtcDateTime, nullable=False),
    Column("services", Words, nullable=False),
    Column("languages", Words, nullable=False),
    Column("telephone", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entry_id", Integer),
)

queue_machines = Table(
    "queue_machines",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)


desk_cards = Table(
    "desk_cards",
    metadata,
    Column("call_id", String(64), primary_key=True),  # of no table: the call's row may come later
    Column("at", UtcDateTime, nullable=False),
    Column("number", Text, nullable=False),  # emptied as soon as nobody is on the line or to be called back
    Column("name", Text, nullable=False),  # likewise
    Column("answer_id", Text, nullable=False),  # what was spoken of last; empty: not known
    Column("language", Text, nullable=False),
    Column("said", JSON, nullable=False),  # [who, text] in order; emptied once the call is followed up
    Column(
        "notes", JSON, nullable=False, server_default="[]"
    ),  # [agent, text] in order: for who is passed the call on
    Column("referred_at", UtcDateTime),  # when the PBX was asked to ring somebody; NULL: the queue does
    Column("service", Text, nullable=False, server_default=""),  # then: whom, and why
    Column("reason", Text, nullable=False, server_default=""),
    Column("care", Text, nullable=False, server_default=""),  # as queue_entries.care
)
Index(None, desk_cards.c.at)

desk_follow_ups = Table(
    "desk_follow_ups",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),  # a place's, which is kept for a day
    Column("call_id", String(64), nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("service", Text, nullable=False),
    Column("answer_id", Text, nullable=False),  # what it really was about; empty: not told
    Column("resolved", Boolean),  # NULL: not told
    Column("note", Text, nullable=False),  # emptied after transcript_days
)
Index(None, desk_follow_ups.c.at)
Index(None, desk_follow_ups.c.call_id)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("said", Text, nullable=False),  # the caller's words, numbers masked; emptied after transcript_days
    Column("understood", Text, nullable=False),  # the answer's id that the bot chose; empty: none
    Column("right", Text, nullable=False),  # the one that it should have chosen; empty: there is none yet
    Column("state", Text, nullable=False),  # humans.desk_follow_ups.CorrectionState
)
Index(None, corrections.c.at)
Index(None, corrections.c.call_id)

call_facts = Table(
    "call_facts",
    metadata,
    _of_call(
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

accesses = Table(
    "accesses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("looked", Text, nullable=False),  # access_log.Looked
    Column(
        "call_id", String(64), nullable=False
    ),  # of no table: the line outlives the call; empty: of no one call
    Column("detail", Text, nullable=False),  # never a number, a name, or what was said
)
Index(None, accesses.c.at)
Index(None, accesses.c.call_id)

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

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column(
        "token_hash", String(64), nullable=False, unique=True
    ),  # SHA-256 of the token; the token itself is nowhere
    Column("scopes", Words, nullable=False),  # api.tokens.Scope
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", UtcDateTime),  # NULL: never
    Column("used_at", UtcDateTime),  # to the minute; NULL: not yet
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

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(64), nullable=False, unique=True),  # the recording's name beneath data_dir
    Column("call_id", String(64), nullable=False),  # of no table: the call's row may come later
    Column("caller_hash", String(64)),  # as calls.caller_hash
    Column("number", Text, nullable=False),  # +33612345678, as it was presented; empty: hidden
    Column("line", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("motive", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("audio", Boolean, nullable=False),  # false: handled, the recording is erased
    Column("transcript", Text),  # numbers masked; NULL: not there yet, or purged after transcript_days
    Column("transcribed_at", UtcDateTime),
    Column("tries", Integer, nullable=False),  # of writing it down
    Column("state", Text, nullable=False),  # messages.MessageState
    Column("state_at", UtcDateTime),
    Column("state_by", Text),
    Column("callback_id", Integer),  # the request that was made of it; that one is purged by itself
    sqlite_autoincrement=True,  # an id is never used again
)
Index(None, messages.c.state)
Index(None, messages.c.recorded_at)
Index(None, messages.c.caller_hash)

knowledge_editions = Table(
    "knowledge_editions",
    metadata,
    Column(
        "number", Integer, primary_key=True, autoincrement=False
    ),  # of approvals, in the order of coming into force
    Column("at", UtcDateTime, nullable=False),
)

knowledge_versions = Table(
    "knowledge_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("language", Text, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("number", Integer, nullable=False),  # from 1 of each entry; 0 is the TOML file's
    Column("state", Text, nullable=False),  # editing.versions.VersionState
    Column("content", JSON, nullable=False),  # knowledge.entries.Entry
    Column("authors", Words, nullable=False),  # names of accounts: who may not approve it
    Column("written_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("heard_by", Words, nullable=False),  # who has listened to the answer
    Column("remark", Text, nullable=False),  # why it was given back
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("edition", Integer, ForeignKey("knowledge_editions.number")),  # NULL: never in force
    Column("restores", Integer),  # the number of the version that it brings back
    Column("group_id", Integer),  # learning_groups.id; NULL: written without one
    Column("drafted_with", Text),  # a language model; NULL: people alone wrote it
)
Index(
    None,
    knowledge_versions.c.language,
    knowledge_versions.c.entry_id,
    knowledge_versions.c.number,
    unique=True,
)
Index(None, knowledge_versions.c.state)
Index(None, knowledge_versions.c.edition, unique=True)

knowledge_machines = Table(
    "knowledge_machines",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("edition", Integer, nullable=False),  # what it has in service
    Column("problem", Text, nullable=False),  # why not the next one; empty: nothing hinders it
    Column("seen_at", UtcDateTime, nullable=False),
)

learning_groups = Table(
    "learning_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("title", Text, nullable=False),  # that a person has given; empty: none yet
    Column("dismissed_by", Text),
    Column("dismissed_at", UtcDateTime),  # NULL: nobody has put it aside
    Column("reason", Text, nullable=False),  # why it was put aside
)

learning_questions = Table(  # the words stay where they are purged: turns.transcript, corrections.said
    "learning_questions",
    metadata,
    Column("source", String(16), primary_key=True),  # learning_loop.questions.Source
    Column("call_id", String(64), primary_key=True),  # of no table: the call's row may come later
    Column("number", Integer, primary_key=True, autoincrement=False),  # of the turn, or the correction's id
    Column("group_id", Integer, ForeignKey("learning_groups.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),  # learning_loop.questions.Kind
)
Index(None, learning_questions.c.group_id)
Index(None, learning_questions.c.call_id)

learning_effects = Table(
    "learning_effects",
    metadata,
    Column("group_id", Integer, ForeignKey("learning_groups.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("calls", Integer, nullable=False),  # that had the meaning of the group
    Column("answered", Integer, nullable=False),  # those of them that heard its answer
)

learning_runs = Table(
    "learning_runs",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False),  # when a machine last began it
)
