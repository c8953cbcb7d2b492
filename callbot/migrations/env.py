"""What Alembic runs: the migrations, on the connection that callbot/database.py holds, inside its transaction."""

from alembic import context

from callbot.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
