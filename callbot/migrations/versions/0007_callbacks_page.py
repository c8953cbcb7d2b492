"""What staff note of call-backs: who is at it, each try, when to try again, how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns that machines of the version before need not know, and the tries, with the last one of those marked as tried."""
    for column in (
        sa.Column("retry_at", UTC),
        sa.Column("resolved", sa.Boolean),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_at", UTC),
    ):
        op.add_column("callbacks", column)
    op.create_index("ix_callbacks_state", "callbacks", ["state"])
    op.create_table(
        "callback_tries",
        sa.Column(
            "callback_id", sa.Integer, sa.ForeignKey("callbacks.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO callback_tries (callback_id, number, at, by) SELECT id, 1, state_at, coalesce(state_by, '')"
        " FROM callbacks WHERE state = 'tried' AND state_at IS NOT NULL"
    )
