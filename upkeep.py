"""The commands that look after the database: brought to this version, backed up, restored."""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from models.backup import Backup, back_up, copy_database
from models.database import Connection, Database, connect
from models.errors import BadBackup, Damaged, Inconsistent, Locked, Occupied, Unavailable, UnfitDatabase
from models.identity import look_for_damage
from models.law_packs import note_own_packs, own_texts
from models.log_place import LogPlace
from models.presence import alone
from models.private_file import BadSecretFile
from models.restoring import NotEmpty, Onto, Restored, restore, try_restore
from models.road_settings import needed
from models.upgrading import upgrade
from planner.files.scratch import sweep, whole_file
from planner.law.pack import LawPack
from planner.law.pack_file import UnfitPack, read_folder
from roads.manifest import pack_folders
from settings import AREAS, LAW, LEAST_SECRET, LOG_KEY, BadSettings, data_folder, database_url, router
from web.secret_key import own_secret

UNREADABLE = 2
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
KEY, KEY_FILE = "H_HOUR_BACKUP_KEY", "backup-key"
MOST_KEPT = 5  # backups of before an upgrade; those of before a restore stay until somebody removes them
DAMAGED = "The database is damaged: {error}. Move it aside and restore the latest backup."
AT_WORK = "A server or dispatcher is using the database: stop it first"


class Refused(click.ClickException):
    """What could not be taken: one line each on standard error, and exit status 2."""

    exit_code = UNREADABLE

    def show(self, file: Any = None) -> None:
        """The lines, without a word before them."""
        click.echo(self.message, err=True)


class Commands(click.Group):
    """Commands that say in a sentence why the database, or the disk, does not let them."""

    def invoke(self, ctx: click.Context) -> Any:
        """What the command gives."""
        try:
            return super().invoke(ctx)
        except Unavailable as error:
            raise Refused(f"The database is unavailable: {error}") from error
        except UnfitDatabase as error:
            raise Refused(str(error)) from error
        except Damaged as error:
            raise Refused(DAMAGED.format(error=error)) from error
        except Occupied as error:
            raise Refused(f"{AT_WORK}.") from error
        except Inconsistent as error:
            raise Refused(f"Nothing was changed: the database rejected the change ({error}).") from error
        except BrokenPipeError:
            raise  # whoever read from us has gone: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise Refused(f"{where}{error.strerror or type(error).__name__}") from error


def own_folder() -> Path:
    """The data folder, which is there and its owner's alone."""
    folder = data_folder(os.environ)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def own_url() -> str:
    """The address of the database of this installation."""
    own_folder()
    return database_url(os.environ)


def own_log() -> LogPlace:
    """Where key and heads of this installation's log lie; the key is made where there is none. Raises Refused."""
    said = os.environ.get(LOG_KEY, "").strip()
    if said and len(said) < LEAST_SECRET:
        raise Refused(f"{LOG_KEY} has fewer than {LEAST_SECRET} characters.")
    place = LogPlace(own_folder(), said)
    try:
        place.key()
    except BadSecretFile as error:
        raise Refused(str(error)) from error
    return place


def own_law() -> Path:
    """The folder of this installation's own law packs."""
    return own_folder() / LAW


def read_own(folder: Path) -> list[LawPack]:
    """The packs in the folder. Raises Refused with every fault of every file."""
    try:
        return read_folder(folder)
    except UnfitPack as error:
        raise Refused("\n".join(map(str, error.faults))) from error


def note_packs(database: Database, packs: Collection[LawPack]) -> None:
    """The database keeps the own packs as they are now; one line says which are new, others or gone."""
    with database.session() as session:
        noted = note_own_packs(session, packs)
    if noted:
        click.echo(f"Law packs that are new, changed or removed: {', '.join(noted)}.", err=True)


def own_database() -> Database:
    """The database of this installation, whole and of this version. Raises Damaged, UnfitDatabase, Unavailable."""
    database = connect(own_url(), own_log())
    with database.session() as session:
        look_for_damage(session.connection())
    return database


def backup_key(*, make: bool) -> str | None:
    """The key of this installation's backups: of the environment, or of a file beside the secret.

    Where there is none: made, with a word to keep it elsewhere too; or None.
    """
    if said := os.environ.get(KEY, "").strip():
        if len(said) < LEAST_SECRET:
            raise Refused(f"{KEY} has fewer than {LEAST_SECRET} characters.")
        return said
    file = data_folder(os.environ) / KEY_FILE
    is_new = not file.exists()
    if is_new and not make:
        return None
    try:
        key = own_secret(own_folder(), KEY_FILE)
    except BadSettings as error:
        raise Refused("\n".join(error.faults)) from error
    if is_new:
        click.echo(
            f"Backup key created: {file}. Keep a copy elsewhere: without it no backup can be restored.",
            err=True,
        )
    return key


def upgrade_database(url: str) -> None:
    """The database has the newest shape. One that has to change is backed up before."""
    with _kept() as keep:
        upgrade(url, keep=lambda connection, at: keep(connection, f"before-upgrade-from-{at}"))
    own_log()
    for old in sorted(own_backups().glob("before-upgrade-*"), key=lambda file: file.stat().st_mtime)[:-MOST_KEPT]:
        old.unlink()


def own_backups() -> Path:
    """The folder of the backups that were made before something was changed."""
    folder = own_folder() / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def sweep_data() -> None:
    """What killed processes left half made in the data folder is gone."""
    for folder in (own_folder(), own_backups()):
        sweep(folder)


@contextmanager
def _kept() -> Iterator[Callable[[Connection, str], None]]:
    """Gives what backs up, under a name, what the database holds at a moment; told, where the rest goes well too."""
    paths = list[Path]()

    def keep(connection: Connection, name: str) -> None:
        paths.append(own_backups() / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.h-hour")
        copy_database(connection, paths[-1], backup_key(make=True))

    try:
        yield keep
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    for path in paths:
        click.echo(f"Backup made first: {path}", err=True)


@click.command("upgrade")
def upgrade_command() -> None:
    """Create or upgrade the database; it is backed up before any change."""
    upgrade_database(own_url())


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--plain", is_flag=True, help="Do not encrypt or sign: anyone with FILE can read and change it.")
@click.option("--verify", is_flag=True, help="Write nothing: test whether the backup FILE can be restored.")
def backup(file: Path, plain: bool, verify: bool) -> None:
    """Back up the whole database to FILE; the system stays in use.

    FILE is encrypted and signed with the key in H_HOUR_BACKUP_KEY, or with a key created once in the data
    folder (backup-key). Keep a copy of the key elsewhere: without it the backup cannot be restored.
    """
    if verify:
        tell(_refusing(file, lambda: try_restore(file, backup_key(make=False), own_folder())))
        click.echo("The backup can be restored (tested in a temporary database).")
        return
    database = own_database()
    try:
        tell(back_up(database, file, None if plain else backup_key(make=True)))
    except OSError as error:
        raise Refused(f"{file} was not written: {error.strerror}") from error
    if plain:
        click.echo("The backup is neither encrypted nor signed.", err=True)


def _refusing(file: Path, take: Callable[[], Backup]) -> Backup:
    """What `take` gives of the file; otherwise why the file is refused, and exit status 2."""
    try:
        return take()
    except Locked as error:
        raise Refused(
            f"{file} cannot be restored: {error}. Set {KEY} or place {KEY_FILE} in the data folder."
        ) from error
    except BadBackup as error:
        raise Refused(f"{file} cannot be restored: {error}.") from error


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace existing data, which is backed up first.")
@click.option(
    "--force", is_flag=True, help="Restore while servers or dispatchers are running; everyone must log in again."
)
@click.option("--unsigned", is_flag=True, help="Accept an unsigned backup, which may have been altered.")
def restore_command(file: Path, replace: bool, force: bool, unsigned: bool) -> None:
    """Restore the database from the backup FILE, completely or not at all."""
    url, key = own_url(), backup_key(make=False)
    done: list[Restored] = []

    def take() -> Backup:
        with nullcontext() if force else alone(url), _kept() as keep:
            onto: Onto = "anything" if replace else "empty"
            keeping = lambda connection: keep(connection, "replaced")  # noqa: E731
            done.append(restore(url, file, key, onto, unsigned, keeping, own_log()))
        return done[0].backup

    try:
        tell(_refusing(file, take))
    except NotEmpty as error:
        raise Refused(f"The database is not empty ({error}); use --replace to replace its contents.") from error
    except Occupied as error:
        raise Refused(f"{AT_WORK}, or use --force, which ends all sessions.") from error
    _tell_lost(done[0])
    _tell_missing_roads(url)
    _bring_packs(url)


def _bring_packs(url: str) -> None:
    """The own law packs of the backup lie in the folder again; where another one lies there, a line says so."""
    database, folder = connect(url), own_law()
    try:
        with database.session() as session:
            kept = own_texts(session)
    finally:
        database.close()
    here = {pack.id: pack for pack in read_own(folder)}
    for one in kept:
        if one.id not in here:
            folder.mkdir(mode=0o700, exist_ok=True)
            with whole_file(folder / f"{one.id}.toml") as file:
                file.write(one.toml.encode())
            click.echo(f"Law pack restored: {folder / f'{one.id}.toml'}", err=True)
        elif here[one.id].digest != one.digest:
            click.echo(f"Law pack {one.id} here is another than in the backup; app.py pack kept prints that.", err=True)


def _tell_missing_roads(url: str) -> None:
    """One line each says which roads operations are planned on that this machine does not know."""
    database = connect(url)
    try:
        with database.session() as session:
            areas, routers = needed(session)
    finally:
        database.close()
    here = {folder.name for folder in pack_folders(own_folder() / AREAS)}
    if missing := [name for name in areas if name not in here]:
        told = "Areas that operations use and that are not here (their travel times are; new ones need app.py area add)"
        click.echo(f"{told}: {', '.join(missing)}.", err=True)
    try:
        named = router(os.environ)
    except BadSettings:
        named = None
    if unnamed := [words for words in routers if named is None or named.words != words]:
        click.echo(f"Routers that operations use and that H_HOUR_ROUTER does not name: {', '.join(unnamed)}.", err=True)


def tell(backup: Backup) -> None:
    """One line says what the backup holds."""
    rows = ", ".join(f"{num} {table}" for table, num in backup.num_rows.items() if num)
    click.echo(f"{backup.at.isoformat(timespec='seconds')}: {rows or 'nothing'}")


def _tell_lost(done: Restored) -> None:
    """One line says what the database held that the backup does not have."""
    rows = ", ".join(f"{num} {table}" for table, num in done.newer.items())
    if done.edits or rows:
        lost = ", ".join(part for part in (f"{done.edits} edits" if done.edits else "", rows) if part)
        click.echo(f"Newer than this backup and therefore lost: {lost}.", err=True)
    sys.stderr.flush()
