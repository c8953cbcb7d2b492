"""The first tables: calls with their turns and events, accounts with their sessions, the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def _of_call() -> sa.Column:
    return sa.Column(
        "call_id", sa.String(64), sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("dialect", sa.Text, nullable=False),
        sa.Column("caller_hash", sa.String(64)),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("recorder", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("service", sa.Text),
        sa.Column("handover_reason", sa.Text),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("turns", sa.Integer, nullable=False),
    )
    for column in ("day", "started_at", "caller_hash"):
        op.create_index(f"ix_calls_{column}", "calls", [column])
    op.create_table(
        "turns",
        _of_call(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("transcript", sa.Text),
        sa.Column("transcript_confidence", sa.Float),
        sa.Column("decode_ms", sa.Integer),
        sa.Column("decision", sa.Text),
        sa.Column("confidence", sa.Float),
        sa.Column("motive", sa.Text),
        sa.Column("aspect", sa.Text),
        sa.Column("act", sa.Text),
        sa.Column("emergency", sa.Text),
        sa.Column("answer_id", sa.Text),
        sa.Column("response_ms", sa.Integer),
    )
    op.create_table(
        "events",
        _of_call(),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
