"""Messages that callers leave while nobody is there."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("caller_hash", sa.String(64)),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("recorded_at", UTC, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("audio", sa.Boolean, nullable=False),
        sa.Column("transcript", sa.Text),
        sa.Column("transcribed_at", UTC),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("state_at", UTC),
        sa.Column("state_by", sa.Text),
        sa.Column("callback_id", sa.Integer),
        sa.UniqueConstraint("token", name="uq_messages_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_state", "messages", ["state"])
    op.create_index("ix_messages_recorded_at", "messages", ["recorded_at"])
    op.create_index("ix_messages_caller_hash", "messages", ["caller_hash"])
