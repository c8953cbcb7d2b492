"""Temporary passwords, identities of an OpenID provider, idle sessions; exceptional closures and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns that machines of the version before need not know, and two tables."""
    op.add_column("accounts", sa.Column("temporary", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("subject", sa.Text))
    op.create_index("ix_accounts_subject", "accounts", ["subject"], unique=True)
    op.add_column("sessions", sa.Column("seen_at", UTC))
    op.create_table(
        "closures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("begins_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
    )
    op.create_index("ix_closures_ends_at", "closures", ["ends_at"])
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("begins_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("heard_by", sa.Text),
        sa.Column("heard_at", UTC),
        sa.Column("on_by", sa.Text),
        sa.Column("on_at", UTC),
    )
    op.create_index("ix_announcements_ends_at", "announcements", ["ends_at"])
