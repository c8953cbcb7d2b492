"""Call-back requests: whom to call, when they prefer it, and how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("state_at", UTC),
        sa.Column("state_by", sa.Text),
    )
    op.create_index("ix_callbacks_call_id_seq", "callbacks", ["call_id", "seq"], unique=True)
    op.create_index("ix_callbacks_asked_at", "callbacks", ["asked_at"])
    op.create_index("ix_callbacks_number", "callbacks", ["number"])
