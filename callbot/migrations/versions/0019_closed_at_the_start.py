"""Whether the offices were closed when a call began, and the views of the figures with it. Who may read them still may."""

import sqlalchemy as sa
from alembic import op

from callbot.migrations.statistics_views import VIEWS, readers, statements

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and make the views again: they name every column of the facts."""
    connection = op.get_bind()
    granted = readers(connection) if connection.dialect.name == "postgresql" else []
    for view in reversed(VIEWS):
        op.execute(sa.text(f"DROP VIEW IF EXISTS {view}"))
    op.add_column("call_facts", sa.Column("arrived_closed", sa.Boolean))
    for statement in statements(connection.dialect.name):
        op.execute(sa.text(statement))
    for view, role in granted:
        op.execute(sa.text(f"GRANT SELECT ON {view} TO {role}"))
