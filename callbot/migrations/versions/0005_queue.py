"""The waiting queue: places, agents' states, and the machines that hold lines."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "queue_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("overflow", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("caller_hash", sa.String(64)),
        sa.Column("entered_at", UTC, nullable=False),
        sa.Column("ranked_at", UTC, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("tried", sa.Text, nullable=False),
        sa.Column("connected_at", UTC),
        sa.Column("released_at", UTC),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queue_entries_place_ranked_at", "queue_entries", ["place", "ranked_at"])
    for column in ("caller_hash", "call_id", "released_at"):
        op.create_index(f"ix_queue_entries_{column}", "queue_entries", [column])
    op.create_table(
        "queue_agents",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("idle_since", UTC, nullable=False),
        sa.Column("services", sa.Text, nullable=False),
        sa.Column("languages", sa.Text, nullable=False),
        sa.Column("telephone", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("entry_id", sa.Integer),
    )
    op.create_table(
        "queue_machines",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("seen_at", UTC, nullable=False),
    )
