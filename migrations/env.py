"""Runs the migrations on the connection that `models.upgrading` hands over, within its transaction."""

from alembic import context

from models import (
    command_tables,
    event_tables,
    exercise_tables,
    log_tables,
    phone_tables,
    picture_tables,
    plan_tables,
    report_tables,
    right_tables,
    sweep_tables,
    tables,
)

TABLES = (
    command_tables,
    event_tables,
    exercise_tables,
    log_tables,
    phone_tables,
    picture_tables,
    plan_tables,
    report_tables,
    right_tables,
    sweep_tables,
)
assert all(one.metadata is tables.metadata for one in TABLES)
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
context.run_migrations()
