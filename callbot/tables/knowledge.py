"""Versions of the answers, and the questions that they are learnt from."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from callbot.tables.columns import UtcDateTime, Words, metadata

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
Index(
    None,
    learning_questions.c.group_id,
    learning_questions.c.call_id,
    learning_questions.c.at,
    learning_questions.c.kind,
)  # all that lists of groups are made of
Index(None, learning_questions.c.group_id, learning_questions.c.at)
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
