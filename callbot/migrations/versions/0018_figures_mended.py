"""The views of the figures anew: who called again only of days that are settled. Who may read them still may."""

import sqlalchemy as sa
from alembic import op

from callbot.migrations.statistics_views import VIEWS, statements

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the views again."""
    connection = op.get_bind()
    readers = _readers(connection) if connection.dialect.name == "postgresql" else []
    for statement in statements(connection.dialect.name):
        op.execute(sa.text(statement))
    for view, role in readers:
        op.execute(sa.text(f"GRANT SELECT ON {view} TO {role}"))


def _readers(connection: sa.Connection) -> list[tuple[str, str]]:
    """Views and the roles, quoted, that were allowed to read them: a view that is dropped forgets them."""
    granted = sa.text(
        "SELECT table_name, CASE grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(grantee) END"
        " FROM information_schema.table_privileges WHERE table_schema = current_schema()"
        " AND privilege_type = 'SELECT' AND grantee <> current_user"
    )
    return [(view, role) for view, role in connection.execute(granted) if view in VIEWS]
