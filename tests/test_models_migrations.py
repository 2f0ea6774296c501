"""The migrations: they build what the models say, and carry data up and down."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from models import register, users
from models import tables as t
from models.database import Database, connect, engine_of
from models.upgrading import downgrade, newest, revision, upgrade
from planner.files import dump_operation
from tests.operations import two_doors


def test_models_and_migrations_say_the_same(database: Database) -> None:
    """Alembic finds nothing that the migrations would still have to do."""
    with engine_of(database.url.render_as_string(hide_password=False)).connect() as connection:
        assert revision(connection) == newest()
        assert compare_metadata(MigrationContext.configure(connection), t.metadata) == []


def shape(engine: Engine) -> dict[str, Any]:
    """Everything that a database tells of its tables, whatever order it tells it in."""
    seen, found = inspect(engine), {}
    for table in set(seen.get_table_names()) - {"alembic_version"}:
        parts: dict[str, list[Any]] = {
            "columns": [c | {"type": str(c["type"]), "comment": None} for c in seen.get_columns(table)],
            "checks": seen.get_check_constraints(table),
            "keys": seen.get_foreign_keys(table),
            "unique": seen.get_unique_constraints(table),
            "indexes": seen.get_indexes(table),
            "primary": [seen.get_pk_constraint(table)],
        }
        found[table] = {name: sorted(map(str, rows)) for name, rows in parts.items()}
    return found


def test_migrations_build_every_constraint_of_the_models(empty_url: str) -> None:
    """Columns, checks, keys and indexes are the same, built by the migrations or from the models."""
    engine = engine_of(empty_url)
    t.metadata.create_all(engine)
    from_models = shape(engine)
    t.metadata.drop_all(engine)
    upgrade(empty_url)
    assert shape(engine) == from_models
    engine.dispose()


def test_an_upgrade_is_safe_to_run_again(empty_url: str) -> None:
    """Up, up again, all the way down and up once more."""
    for step in (upgrade, upgrade, lambda url: downgrade(url, "base"), upgrade):
        step(empty_url)
    database = connect(empty_url)
    with database.session() as session:
        assert register.operations(session) == []
    database.close()


def test_registers_outlive_the_way_down_and_up(database: Database) -> None:
    """Operations and users are as they were after planning was taken away and brought back."""
    url, data = database.url.render_as_string(hide_password=False), dump_operation(two_doors())
    with database.session() as session:
        user = users.add(session, "one", "hash", "Planner 1")
        key = register.create_operation(session, data, user)
    downgrade(url, "0001")
    assert "plans" not in inspect(database.engine).get_table_names()
    upgrade(url)
    with database.renewed().session() as session:
        assert register.document(session, key) == data
        assert users.by_name(session, "one") is not None


@pytest.mark.parametrize("table", t.APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_was_asked_and_answered_never_changes(table: str, statement: str, database: Database) -> None:
    """Neither an update nor a delete of a snapshot, a scenario or a plan goes through, whoever tries."""
    moment = "'2026-01-01 00:00:00+00:00'"
    rows = [
        "INSERT INTO operations (key, id, name, h_hour, travel, status, max_teams, revision, head_revision, "
        "travel_revision, head_at, travel_at, made_at, changed_at) "
        f"VALUES (1, 'x', 'x', '', 'matrix', 'draft', 1, 1, 1, 1, {moment}, {moment}, {moment}, {moment})",
        f"INSERT INTO snapshots (hash, document, made_at) VALUES ('h', '{{}}', {moment})",
        "INSERT INTO scenarios (key, operation, snapshot, revision, name, asked_at, seed) "
        f"VALUES (1, 1, 'h', 1, '', {moment}, 0)",
        "INSERT INTO plans (key, scenario, hash, document, document_hash, missed, exposure, cost, made_at) "
        f"VALUES (1, 1, 'h', '{{}}', 'h', 0, 0, 0, {moment})",
        "INSERT INTO replans (scenario, parent, edits) VALUES (1, 1, '[]')",
        f"INSERT INTO notes (key, scenario, name, note, made_at) VALUES (1, 1, '', '', {moment})",
        f"INSERT INTO choices (key, operation, scenario, made_at) VALUES (1, 1, 1, {moment})",
        f"INSERT INTO changes (key, operation, revision, made_at) VALUES (1, 1, 1, {moment})",
        "INSERT INTO changed_rows (change, register, row, trace) VALUES (1, 'sites', 'S1', 'added')",
        f"INSERT INTO remarks (key, operation, text, mentions, made_at) VALUES (1, 1, 'x', '[]', {moment})",
        f"INSERT INTO decisions (key, operation, step, reason, made_at) VALUES (1, 1, 'requested', 'x', {moment})",
        f"INSERT INTO events (key, operation, kind, remark, made_at) VALUES (1, 1, 'noted', 1, {moment})",
        f"INSERT INTO log (number, at, action, previous, mac) VALUES (1, {moment}, 'x', 'x', 'x')",
        "INSERT INTO copies (key, operation, scenario, number, id, holder, documents, lang, stamp, plan_hash, "
        f"operation_hash, made_at) VALUES (1, 1, 1, 1, 'x', 'x', '[]', 'en', 'draft', 'h', 'h', {moment})",
        f"INSERT INTO recalls (copy, operation, made_at) VALUES (1, 1, {moment})",
        "INSERT INTO reports (key, operation, id, unit, code, site, suspect, officer, vehicle, place, condition, note, "
        f"means, said, received) VALUES (1, 1, 'x', '', 'text', '', '', '', '', '', '', '', '', {moment}, {moment})",
        f"INSERT INTO law_packs (key, id, is_own, kept_at) VALUES (1, 'x', true, {moment})",
    ]
    keys = {"snapshots": "hash", "replans": "scenario", "changed_rows": "change", "log": "number", "recalls": "copy"}
    column = keys.get(table, "key")
    with engine_of(database.url.render_as_string(hide_password=False)).connect() as connection:
        for row in rows:
            connection.execute(text(row))
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement.format(table, column)))


def test_decisions_and_desks_outlive_other_names_of_columns(database: Database) -> None:
    """Before 0029 a step was a `deed` and a desk's edits were `deeds`: both ways every row stays, and its guard."""
    url, data = database.url.render_as_string(hide_password=False), dump_operation(two_doors())
    edits, moment = '[{"number": 1, "edits": []}]', "'2026-01-01 00:00:00+00:00'"
    with database.session() as session:
        key = register.create_operation(session, data, users.add(session, "one", "hash", "Planner 1"))
        session.execute(text(f"INSERT INTO snapshots (hash, document, made_at) VALUES ('h', '{{}}', {moment})"))
        session.execute(
            text(
                "INSERT INTO scenarios (key, operation, snapshot, revision, name, asked_at, seed) "
                f"VALUES (1, {key}, 'h', 1, '', {moment}, 0)"
            )
        )
        session.execute(
            text(
                "INSERT INTO decisions (key, operation, step, reason, release_at, made_at) "
                f"VALUES (7, {key}, 'released', 'because', {moment}, {moment})"
            )
        )
        session.execute(
            text(
                "INSERT INTO desks (key, operation, parent, edit_groups, next_number, opened_at, changed_at) "
                f"VALUES (3, {key}, 1, '{edits}', 2, {moment}, {moment})"
            )
        )
    downgrade(url, "0028")
    assert stored(url, "deed", "deeds") == ((7, "released", "because"), (3, edits))
    upgrade(url)
    assert stored(url, "step", "edit_groups") == ((7, "released", "because"), (3, edits))
    with engine_of(url).connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("UPDATE decisions SET reason = 'x'"))


def stored(url: str, step: str, edits: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The decision and the desk, whatever their columns are called."""
    with engine_of(url).connect() as connection:
        decision = connection.execute(text(f"SELECT key, {step}, reason FROM decisions")).one()
        desk = connection.execute(text(f"SELECT key, CAST({edits} AS TEXT) FROM desks")).one()
        return tuple(decision), tuple(desk)


def test_a_change_of_shape_that_would_leave_rows_in_the_air_is_taken_back(sqlite_url: str) -> None:
    """SQLite looks at keys at the end: who names what is no longer there keeps the database as it was."""
    upgrade(sqlite_url)
    with engine_of(sqlite_url).connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("INSERT INTO recalls (copy, operation, made_at) VALUES (7, 8, '2026-01-01')")
        connection.commit()
    with pytest.raises(ValueError, match="rows name what is no longer there"):
        downgrade(sqlite_url, "0028")
    with engine_of(sqlite_url).connect() as connection:
        assert revision(connection) == newest()
