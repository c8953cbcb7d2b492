"""Who looked at whose data, and what was purged when."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    hashed, words = sa.text("caller_hash IS NOT NULL"), sa.text("transcript IS NOT NULL")
    op.create_index("ix_calls_hashed", "calls", ["started_at"], sqlite_where=hashed, postgresql_where=hashed)
    op.create_index("ix_turns_words", "turns", ["call_id"], sqlite_where=words, postgresql_where=words)
    op.create_table(
        "accesses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("looked", sa.Text, nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_accesses_at", "accesses", ["at"])
    op.create_index("ix_accesses_call_id", "accesses", ["call_id"])
    op.create_table(
        "purges",
        sa.Column("kind", sa.String(64), primary_key=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("purged", sa.Integer, nullable=False),
        sa.Column("purged_at", UTC),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("oldest", UTC),
    )
