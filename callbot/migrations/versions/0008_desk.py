"""The receptionists' desk: what is known of a caller who waits, what became of the call, corrections of the bot."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "desk_cards",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("answer_id", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
    )
    op.create_index("ix_desk_cards_at", "desk_cards", ["at"])
    op.create_table(
        "desk_follow_ups",
        sa.Column("entry_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("answer_id", sa.Text, nullable=False),
        sa.Column("resolved", sa.Boolean),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_desk_follow_ups_at", "desk_follow_ups", ["at"])
    op.create_index("ix_desk_follow_ups_call_id", "desk_follow_ups", ["call_id"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("understood", sa.Text, nullable=False),
        sa.Column("right", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("ix_corrections_at", "corrections", ["at"])
    op.create_index("ix_corrections_call_id", "corrections", ["call_id"])
