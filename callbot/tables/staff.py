"""Who may see and change what, and who did."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from callbot.tables.columns import UtcDateTime, Words, metadata

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
