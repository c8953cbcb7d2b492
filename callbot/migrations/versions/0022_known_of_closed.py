"""The views of the figures anew: what is not known of closed offices is empty, and no rate of callers stands in a part of a day.

Nothing is stored otherwise. Who may read them still may.
"""

import sqlalchemy as sa
from alembic import op

from callbot.migrations.statistics_views import readers, statements

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the views again."""
    connection = op.get_bind()
    granted = readers(connection) if connection.dialect.name == "postgresql" else []
    for statement in statements(connection.dialect.name):
        op.execute(sa.text(statement))
    for view, role in granted:
        op.execute(sa.text(f"GRANT SELECT ON {view} TO {role}"))
