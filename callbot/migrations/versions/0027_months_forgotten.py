"""A month's sums go when a day of it changes, whichever program changes it: an older one beside a newer one knows nothing of months.

The view of percentiles is made anew: on SQLite it reads the days that are asked for alone. Who may read the views still may.
"""

import sqlalchemy as sa
from alembic import op

from callbot.migrations import month_triggers, statistics_views

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make triggers and views; forget the months so far, of which an older program may have changed a day already."""
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for statement in month_triggers.statements(connection.dialect.name):
        op.execute(sa.text(statement.replace(":", r"\:")))
    op.execute(sa.text("DELETE FROM stats_months"))
    granted = statistics_views.readers(connection) if postgresql else []
    for statement in statistics_views.statements(connection.dialect.name):
        op.execute(sa.text(statement))
    for view, role in granted:
        op.execute(sa.text(f"GRANT SELECT ON {view} TO {role}"))
