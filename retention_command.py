"""The command that erases operations whose last day is over, or archives and erases them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from models.archives import archive_operation, digest_of
from models.certificates import certify, drop, in_force, settle
from models.database import Database, Session
from models.errors import AtWork
from models.restoring import try_restore
from models.retention import Kept, Prolonged, erase_kept, kept, look_at_rest
from upkeep import Refused, backup_key, own_database, own_folder
from web.parcels import Parcels
from web.question_store import Questions

ENDING = "h-hour-archive"


@click.command("retention")
@click.option("--erase", "is_real", is_flag=True, help="Erase what is over, and write a certificate for each.")
@click.option(
    "--archive",
    "archives",
    type=click.Path(file_okay=False, path_type=Path),
    help="Before it is erased, write each operation to an encrypted archive in this folder.",
)
def retention_command(is_real: bool, archives: Path | None) -> None:
    """List how long operations are kept; with --erase, erase those whose last day is over, as a whole.

    What is erased is gone from the database, not from backups. With --archive FOLDER as well, each is written to
    an archive first, encrypted and signed with the key of the backups, and tried; `app.py restore` brings it back into
    an installation without data. A certificate without names lies in the data folder (certificates), with the head of
    the log, which stays whole.
    """
    if archives is not None and not is_real:
        raise Refused("--archive needs --erase: what is archived is erased.")
    database, today = own_database(), datetime.now(UTC).date()
    with _alone():
        for path in settle(database, _certificates()):
            click.echo(f"certificate {path} of an earlier run")
        with database.session() as session:
            every = kept(session)
        for one in every:
            until = f"until {one.until}" if one.until else "no last day set"
            click.echo(f"{one.id} ({one.operation}, {one.status}): {until}{', over' if one.is_over(today) else ''}")
        due = [one for one in every if one.is_over(today)]
        if not is_real:
            click.echo(f"{len(due)} to be erased; --erase does it.")
            return
        for one in due:
            try:
                click.echo(_ended(database, one, archives))
            except AtWork:
                click.echo(f"{one.id}: it is running, or a plan of it is being made: not erased.", err=True)
            except Prolonged:
                click.echo(f"{one.id}: its last day was changed just now: not erased.", err=True)


def _certificates() -> Path:
    return own_folder() / "certificates"


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else erases meanwhile."""
    with open(own_folder() / "retention.lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("Another process is erasing at this moment.") from error
        yield


def _ended(database: Database, one: Kept, archives: Path | None) -> str:
    """The operation is gone, as a whole or not at all; one line says where archive and certificate are."""
    path = archive = None
    try:
        with database.session() as session:
            look_at_rest(session, one)
            if archives is not None:
                archive = archives / f"{one.operation}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{ENDING}"
                _archive(session, one, archive)
            named = None if archive is None else {"file": archive.name, "sha256": digest_of(archive)}
            path = certify(session, _certificates(), erase_kept(session, one, named))
    except BaseException:
        if path is not None:
            drop(path)
        if archive is not None:
            archive.unlink(missing_ok=True)
        raise
    in_force(path)
    Parcels(own_folder()).drop_of(operation=one.operation)
    Questions(own_folder()).drop_of(operation=one.operation)
    what = "erased" if archive is None else f"archived to {archive} and erased"
    return f"{one.id}: {what}; certificate {path}"


def _archive(session: Session, one: Kept, path: Path) -> None:
    """The file holds the operation, and was restored from once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = backup_key(make=True)
    assert key is not None
    archive_operation(session.connection(), one.operation, path, key)
    try_restore(path, key, own_folder())
