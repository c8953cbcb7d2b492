"""Agents who call somebody back out of the list: whom, and whether they were paused before."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody dials."""
    op.add_column("queue_agents", sa.Column("callback_id", sa.Integer))
    paused = sa.Column("was_paused", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("queue_agents", paused)
