"""The dispatcher as a process: `python -m jobs`."""

import logging
import os
import signal
import threading
import time
from dataclasses import replace

import click

import logs
from jobs.road_search import RoadSearch
from jobs.road_sources import AreaSource, RouterSource
from jobs.settings import KEPT_FROM_WORKERS, DispatcherSettings, dispatcher_environment, settings_of
from jobs.surveyor import Surveyor
from models.database import address_with, connect
from models.errors import Damaged, Replaced, Unavailable, UnfitDatabase
from models.identity import look_for_damage
from models.log_place import LogPlace
from models.presence import present
from roads.client import RoadService
from roads.router_service import RouterService
from settings import BadSettings, data_folder

UNREADABLE = 2
ORPHANED = 3
AGAIN_SECONDS = 2.0
PATIENCE = 20.0  # seconds that a dispatcher without a parent gets to hand back what it holds
log = logging.getLogger("jobs")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--parent", type=int, help="Exit when this process is no longer the parent.")
def main(parent: int | None) -> None:
    """Run the planning workers until Ctrl-C.

    Configured through environment variables: DATABASE_URL, H_HOUR_DATA, H_HOUR_WORKERS (processes on this machine), or
    H_HOUR_SCHEDULER (the address of a Dask scheduler) with H_HOUR_SCHEDULER_CA, H_HOUR_SCHEDULER_CERT and
    H_HOUR_SCHEDULER_KEY for tls://, and H_HOUR_ROUTER (osrm=URL or valhalla=URL: a host that may be asked for minutes
    on roads, and is told the places then).
    """
    os.umask(0o077)
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "error")  # what is lost and done again, we say ourselves
    try:
        settings = settings_of(os.environ, len(os.sched_getaffinity(0)))
    except BadSettings as error:
        click.echo("\n".join(error.faults), err=True)
        raise SystemExit(UNREADABLE) from error
    logs.set_up(settings.log)
    logging.getLogger("jobs").setLevel(logging.INFO)
    settings = replace(settings, database_url=kept_from_workers(settings.database_url))
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    if parent is not None:
        threading.Thread(target=_follow, args=(parent, end), daemon=True).start()
    try:
        _work(settings, end)
    except (Unavailable, UnfitDatabase, Damaged) as error:
        click.echo(f"Planning is not possible: {error}", err=True)
        raise SystemExit(UNREADABLE) from error


def _work(settings: DispatcherSettings, end: threading.Event) -> None:
    """Plans are made until the end, of whatever the database holds then. Raises Unavailable, UnfitDatabase, Damaged."""
    with present(settings.database_url):
        _look_at(settings.database_url)
        areas, router = RoadService(data_folder(os.environ)), RouterService(settings.router)
        for source in (AreaSource(areas), RouterSource(router)):
            surveyor = Surveyor(settings.database_url, source)
            threading.Thread(target=surveyor.run, args=(end,), name="surveyor", daemon=True).start()
        search = RoadSearch(settings.database_url, areas)
        threading.Thread(target=search.run, args=(end,), name="road search", daemon=True).start()
        while not end.is_set():
            _dispatch(settings, end)


def _look_at(database_url: str) -> None:
    """The database is whole and of this version. Raises Unavailable, UnfitDatabase, Damaged."""
    database = connect(database_url)
    try:
        with database.session() as session:
            look_for_damage(session.connection())
    finally:
        database.close()


def kept_from_workers(database_url: str) -> str:
    """The address with its password: neither is in the environment any more, which workers inherit."""
    password = os.environ.get("PGPASSWORD")
    for name in {*os.environ} - {*dispatcher_environment(os.environ)} | {*KEPT_FROM_WORKERS}:
        os.environ.pop(name, None)
    return address_with(database_url, password)


def _follow(parent: int, end: threading.Event) -> None:
    """The process ends soon after its parent: by itself where it can, and its workers with it."""
    while os.getppid() == parent:
        time.sleep(0.2)
    end.set()
    time.sleep(PATIENCE)
    os._exit(ORPHANED)


def _dispatch(settings: DispatcherSettings, end: threading.Event) -> None:
    """Plans are made until the end, or until the cluster is gone: then a new one is tried after a while."""
    # Loading the cluster takes a second: bad settings are told before.
    from jobs.cluster import cluster
    from jobs.dispatcher import Dispatcher

    database = connect(settings.database_url, LogPlace(data_folder(os.environ), settings.log_key))
    try:
        with cluster(settings) as client:
            log.info("dispatcher is at work")
            Dispatcher(database, client).run(end)
    except OSError as error:  # TimeoutError and ConnectionError among them
        log.error("no cluster: %s", error)
        end.wait(AGAIN_SECONDS)
    except Replaced:
        log.warning("the database was restored: what was at work is let go")
    finally:
        database.close()


if __name__ == "__main__":
    main()
