"""The web application and its command line."""

import errno
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask
from flask_wtf import CSRFProtect

import jobs.settings
import logs
from areas import area_group
from certificate_command import certificate_command
from exercise_command import exercise_command, tell_broken_off
from jobs.supervisor import Supervisor
from law_packs import pack_group
from log_commands import log_group
from models import plans, register
from models.clock import every
from models.database import Session, connect
from models.log_place import LogPlace
from models.presence import present
from people import DEMO_ACCOUNTS, account, demo_accounts, demo_members, user_group
from planner.edits import Document, differences
from planner.files import Unreadable, dump_operation, dump_plan, plan_hash, read_operation, read_plan
from planner.law.pack_file import install_packs
from retention_command import retention_command
from roads.manifest import pack_folders
from settings import AREAS, LAW, BadSettings, data_folder
from upkeep import (
    FILE,
    Commands,
    Refused,
    backup,
    note_packs,
    own_database,
    read_own,
    restore_command,
    sweep_data,
    upgrade_command,
    upgrade_database,
)
from version import VERSION
from web import (
    access,
    body_limits,
    database,
    errors,
    events,
    forms,
    health,
    language,
    papers,
    plan_cache,
    question_store,
    rate_limit,
    reader,
    security_headers,
    static_files,
    thing_links,
    uploads,
)
from web import parcels as parcel_store
from web.absences import absent
from web.account_changes import tell_account_changes
from web.account_list import account_list
from web.accounts import accounts
from web.activity import activity
from web.after_action import after_actions
from web.api_pages import serve_api, token_pages
from web.approvals import approvals, watch_approvals
from web.areas import areas
from web.closures import closures
from web.commands import commands
from web.comparison import comparing
from web.copies import copies
from web.detainees import detainees
from web.doctrine import doctrine
from web.drafts import drafts
from web.ground import ground
from web.help import help_pages
from web.history import history
from web.imports import imports
from web.law import law
from web.live_board import live_board
from web.logbook import logbook
from web.members import members
from web.navigation import tabs
from web.notices import notices, show_bell
from web.one_time_codes import codes
from web.operation_facts import operation_facts
from web.operations import front, operations
from web.outer_middleware import OuterMiddleware
from web.overlapping import make_fingerprints, watch_overlaps
from web.overview import overviews
from web.own import own
from web.own_packs import watch_own_packs
from web.phone import phone
from web.phone_certificate import BadCertificate
from web.phone_listener import phone_listener
from web.phones import phones
from web.pictures import pictures
from web.pins import pins
from web.plan_papers import plan_papers
from web.plan_parcels import parcels
from web.plans import plans as plan_pages
from web.pulse import pulse, watch_others
from web.reasons import reasons
from web.registers import registers
from web.reliability import reliability
from web.remarks import remarks, show_notes
from web.reports import reports
from web.scenarios import scenarios
from web.search import search
from web.secret_key import own_secrets, rotate
from web.serving import server_at
from web.settings import LOOPBACK, Settings, settings_of
from web.sweeps import stress
from web.things import things
from web.tour import guide, tour
from web.travel import travel
from web.viewing import KEY as VIEWS
from web.viewing import watch_views
from web.whatif import whatif

FINGERPRINT_SECONDS = 30  # how soon an operation that was changed can be told apart from others at once
BLUEPRINTS = (
    *(front, accounts, codes, account_list, areas, operations, overviews, doctrine, registers, pins),
    *(operation_facts, pictures, reliability, stress, absent, reasons),
    *(plan_pages, plan_papers, parcels, copies, whatif, comparing, scenarios, imports, history, things, search, drafts),
    *(help_pages, tour, law, token_pages),
    *(travel, closures, ground, activity, remarks, pulse, notices, members, logbook, approvals, own),
    *(reports, after_actions, commands, detainees, phones, phone, live_board),
)


def create_app(settings: Settings) -> Flask:
    """The application on its database, which must be of this version (`app.py upgrade`).

    The installation's own law packs count in this process from then on, as they are and as they change. Raises
    `UnfitPack`, with every fault of them.
    """
    install_packs(settings.data / LAW)
    app = Flask(__name__)
    app.config.update(
        AREAS=settings.data / AREAS,
        ROUTER=settings.router,
        BASEMAP=settings.basemap,
        MOST_WAITING=settings.most_waiting,
        PHONES=settings.phones,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.extensions[database.KEY] = connect(settings.database_url, LogPlace(settings.data, settings.log_key))
    plan_cache.clear(app)
    watch_overlaps(app, settings.overlap_hours, settings.overlap_metres)
    app.extensions[papers.KEY] = papers.Papers()
    watch_own_packs(app, settings.data / LAW)
    app.extensions[uploads.KEY] = uploads.Uploads(settings.data)
    app.extensions[parcel_store.KEY] = parcel_store.Parcels(settings.data)
    app.extensions[question_store.KEY] = question_store.Questions(settings.data)
    app.extensions[events.STREAMS] = threading.BoundedSemaphore(settings.num_streams)
    security_headers.guard(app, settings)
    app.wsgi_app = OuterMiddleware(app.wsgi_app)  # type: ignore[method-assign]
    language.speak(app)
    body_limits.tell_refusals(app)
    rate_limit.slow_down(app)
    access.watch_sessions(app, settings)
    body_limits.limit_bodies(app)
    reader.read_carefully(app)
    csrf = CSRFProtect(app)
    forms.show_fields(app)
    errors.tell_errors(app)
    static_files.version_addresses(app)
    app.context_processor(lambda: {"tabs": tabs})
    thing_links.show_links(app)
    show_notes(app)
    watch_others(app)
    show_bell(app)
    watch_views(app)
    watch_approvals(app)
    tell_account_changes(app)
    guide(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(phone)  # its cookie is for its own pages, and only JSON of the same origin reports
    for part in serve_api(app):
        csrf.exempt(part)  # no cookie opens it, so no other page can use one
    health.watch(app, settings)
    return app


@click.version_option(VERSION, prog_name="H-Hour")
@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the H-Hour server and manage its database.

    Configured through environment variables: DATABASE_URL, H_HOUR_DATA (a folder), SECRET_KEY, H_HOUR_HOSTS (names,
    between commas), H_HOUR_PROXIES (how many stand in front), H_HOUR_HTTPS (yes: cookies only over TLS),
    H_HOUR_BASEMAP, H_HOUR_IDLE_MINUTES, H_HOUR_SESSION_HOURS, H_HOUR_THREADS, H_HOUR_MOST_PLANS (of one person, waiting
    or being made), H_HOUR_LOG (text, json), SECRET_KEY_FALLBACKS (secrets before the present one),
    H_HOUR_METRICS_TOKEN (opens /metrics to who sends it as a bearer token; without it there is none), H_HOUR_LOG_KEY
    (the key of the log), H_HOUR_CODES (choice, administrators, all: whose log-in has to ask for one-time codes),
    H_HOUR_OVERLAP_HOURS and H_HOUR_OVERLAP_METRES (operations at about the same time, and doors
    close to each other, of which both are told), H_HOUR_ROUTER (osrm=URL or valhalla=URL: a host that may be asked for
    minutes on roads, and is told the places then), H_HOUR_PHONES (host and port at which the phones of squads are
    answered over TLS, and nothing else is; `app.py certificate` first).
    """
    os.umask(0o077)  # what is written here is its owner's alone
    logs.set_up(os.environ.get("H_HOUR_LOG", ""))
    logging.getLogger("web").setLevel(logging.INFO)


main.add_command(upgrade_command)
main.add_command(backup)
main.add_command(restore_command)
main.add_command(area_group)
main.add_command(user_group)
main.add_command(pack_group)
main.add_command(log_group)
main.add_command(retention_command)
main.add_command(certificate_command)
main.add_command(exercise_command)


def settings_or_exit() -> Settings:
    """The settings of the environment; otherwise every fault, and exit status 2."""
    try:
        return settings_of(os.environ, own_secrets)
    except BadSettings as error:
        raise Refused("\n".join(error.faults)) from error


@main.group("secret")
def secret_group() -> None:
    """Manage the secret that signs cookies."""


@secret_group.command("rotate")
def secret_rotate() -> None:
    """Create a new secret; the previous one stays valid for the length of a session, so nobody is logged out."""
    if os.environ.get("SECRET_KEY"):
        raise Refused(
            "SECRET_KEY is set in the environment: move its value to SECRET_KEY_FALLBACKS, set SECRET_KEY to a new "
            "secret, and restart every server."
        )
    try:
        rotate(data_folder(os.environ))
    except BadSettings as error:
        raise Refused("\n".join(error.faults)) from error
    click.echo("New secret created: restart every server. Sessions stay valid for their normal length;")
    click.echo("pages open at the time must be reloaded before their forms can be submitted.")


BY = click.option("--user", required=True, help="Account recorded as the author.")


@main.command()
@click.argument("operation", type=FILE)
@BY
def load(operation: Path, user: str) -> None:
    """Create an operation from the file OPERATION and print its number."""
    document = document_of(operation)
    with own_database().session() as s:
        click.echo(register.create_operation(s, document, account(s, user).key))


@main.command()
@click.argument("operation", type=click.IntRange(1))
@click.argument("plan", type=FILE)
@click.option("--name", default="", help="Name in the list of plans.")
@BY
def keep(operation: int, plan: Path, name: str, user: str) -> None:
    """Store the file PLAN with the operation of this number and print the plan's number."""
    with own_database().session() as s:
        click.echo(kept(s, operation, plan, account(s, user).key, name))


@main.command()
@click.argument("operation", type=FILE)
@click.argument("plan", type=FILE)
def demo(operation: Path, plan: Path) -> None:
    """Create the demo accounts and store both files, where missing."""
    document = document_of(operation)
    with own_database().session() as s:
        made = demo_accounts(s)
        person = account(s, DEMO_ACCOUNTS[0].name)
        same = next((line.key for line in register.operations(s) if line.id == document["id"]), None)
        is_changed = same is not None and differences(register.document(s, same), document)
        key = register.create_operation(s, document, person.key) if same is None else same
        if is_changed:
            click.echo(f"  operation {document['id']} was changed since: left as it is")
        elif plan_hash(read_file(read_plan, plan)) not in plan_hashes(s, key):
            kept(s, key, plan, person.key, "")
        demo_members(s, key, document, dump_plan(read_file(read_plan, plan)))
    for one, password in made:
        click.echo(f"  {one.name:10} {password}   {one.try_this}")
    if not made:
        click.echo("  unchanged; to reset a password: .venv/bin/python app.py user password NAME")


T = TypeVar("T")


def read_file(read: Callable[[Path], T], path: Path) -> T:
    """What the file holds; otherwise every fault, and exit status 2."""
    try:
        return read(path)
    except Unreadable as error:
        raise Refused("\n".join(f"{path}: {fault}" for fault in error.faults)) from error


def document_of(operation: Path) -> Document:
    """The operation in the file as a document."""
    return dump_operation(read_file(read_operation, operation))


def kept(s: Session, operation: int, path: Path, user: int, name: str) -> int:
    """The number of the plan that is stored now; one that breaks a rule is refused with what breaks."""
    plan = dump_plan(read_file(read_plan, path))
    return read_file(lambda _: plans.keep(s, operation, plan, user, name), path)


def plan_hashes(s: Session, operation: int) -> list[str]:
    """What tells the stored plans of an operation from each other."""
    made = [line.scenario for line in plans.lines(s, operation) if line.plan is not None]
    return [plans.load_plan(s, scenario).plan_hash for scenario in made]


@main.command()
@click.option("--host", default=LOOPBACK[0], show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--planning/--no-planning", default=True, help="Also run the planning workers.")
def serve(host: str, port: int, planning: bool) -> None:
    """Upgrade the database and run the server until Ctrl-C."""
    settings = settings_or_exit()
    packs = read_own(settings.data / LAW)
    service = dispatcher_of(settings) if planning else nullcontext()
    if host not in LOOPBACK and not settings.https:
        raise Refused(f"{host} is reachable from other machines: put a TLS proxy in front and set H_HOUR_HTTPS=yes.")
    upgrade_database(settings.database_url)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # ends as Ctrl-C does
    if os.geteuid() == 0:
        click.echo(
            "The server is running as root: run it as a dedicated user with write access to the data folder.", err=True
        )
    app = create_app(settings)
    note_packs(app.extensions[database.KEY], packs)
    with app.extensions[database.KEY].session() as opened:
        tell_broken_off(opened)
    with (
        present(settings.database_url),
        service,
        road_service_of(settings),
        phones_of(app, settings),
        app.extensions[uploads.KEY].sweeping(),
        app.extensions[VIEWS].writing(),
        app.extensions[parcel_store.KEY].sweeping(),
        app.extensions[question_store.KEY].sweeping(),
        every(uploads.SWEPT_SECONDS, sweep_data, "sweep-data"),
        every(FINGERPRINT_SECONDS, partial(make_fingerprints, app), "fingerprints"),
    ):
        listen(app, settings, host, port)


def dispatcher_of(settings: Settings) -> Supervisor:
    """The dispatcher that makes the plans of this installation; wrong settings of it: every fault, exit status 2."""
    told = {"DATABASE_URL": settings.database_url, "H_HOUR_DATA": str(settings.data.absolute())}
    environment = jobs.settings.dispatcher_environment(os.environ) | told
    try:
        jobs.settings.settings_of(environment, cores=1)
    except BadSettings as error:
        raise Refused("\n".join(error.faults)) from error
    return Supervisor(environment)


def road_service_of(settings: Settings) -> Supervisor:
    """The road service of this machine, which runs while there are areas."""
    known = jobs.settings.dispatcher_environment(os.environ)
    told = {name: value for name, value in known.items() if name not in jobs.settings.KEPT_FROM_WORKERS}
    told["H_HOUR_DATA"] = str(settings.data.absolute())
    return Supervisor(told, "road service", ("-m", "roads.service"), lambda: has_areas(settings.data / AREAS))


def phones_of(app: Flask, settings: Settings) -> AbstractContextManager[object]:
    """The listener for the phones of squads, where an address is named for it; a clear sentence where it cannot be."""
    try:
        return phone_listener(app, settings)
    except BadCertificate as error:
        raise Refused(f"H_HOUR_PHONES: {error}") from error
    except OSError as error:
        raise Refused(f"H_HOUR_PHONES: {settings.phones} cannot be listened at: {error.strerror}") from error


def has_areas(folder: Path) -> bool:
    """Whether any area lies in the folder; one that comes or goes at this moment is seen at the next look."""
    with suppress(OSError):
        return any(pack_folders(folder))
    return False


def listen(app: Flask, settings: Settings, host: str, port: int) -> None:
    """The application answers at the port until Ctrl-C; a clear sentence where the port is taken."""
    try:
        server = server_at(app, settings, host, port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "is in use by another program" if error.errno == errno.EADDRINUSE else "requires other permissions"
        raise Refused(f"Port {port} {why}. Choose another: make serve PORT={port + 1}") from error
    click.echo(f"H-Hour is at http://{host}:{port} (stop with Ctrl-C)")
    sys.stdout.flush()
    server.run()
    click.echo("Stopped.")


if __name__ == "__main__":
    main()
