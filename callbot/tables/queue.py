"""The waiting queue, its agents, and what is known at their desks."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, false

from callbot.tables.columns import UtcDateTime, Words, metadata

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
    Column("callback_id", Integer),  # whom they call back out of the list; that request may be gone
    Column("was_paused", Boolean, nullable=False, server_default=false()),  # then: paused before, and after
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
