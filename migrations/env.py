"""Runs the migrations on the connection that `models.upgrading` hands over, within its transaction."""

from alembic import context

from models import event_tables, plan_tables, right_tables, tables

assert event_tables.metadata is plan_tables.metadata is right_tables.metadata is tables.metadata
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
context.run_migrations()
