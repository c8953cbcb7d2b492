"""Callers who are called back in their turn: since when, not before when, and how often nobody answered."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; who is promised a call already has been so since their place last changed."""
    op.add_column("queue_entries", sa.Column("promised_at", sa.DateTime(timezone=True)))
    op.add_column("queue_entries", sa.Column("call_after", sa.DateTime(timezone=True)))
    op.add_column("queue_entries", sa.Column("unanswered", sa.Integer, nullable=False, server_default="0"))
    promised = "UPDATE queue_entries SET promised_at = since WHERE place IN ('promised', 'calling_back')"
    op.execute(sa.text(promised))
