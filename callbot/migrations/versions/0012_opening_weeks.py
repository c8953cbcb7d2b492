"""Weekly opening hours that staff have set, instead of those of commune.toml."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "opening_weeks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("days", sa.JSON, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("closed_on_holidays", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_at", UTC),
    )
    op.create_index("ix_opening_weeks_ended_at", "opening_weeks", ["ended_at"])
