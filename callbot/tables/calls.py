"""Calls: what was said and heard of them, and what their callers asked for."""

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text

from callbot.tables.columns import UtcDateTime, metadata, of_call

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
    of_call(primary_key=True),
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
    of_call(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("fields", JSON, nullable=False),
)

satisfaction = Table(
    "satisfaction",
    metadata,
    of_call(primary_key=True),
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
