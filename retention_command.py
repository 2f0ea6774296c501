"""The command that erases operations whose last day is over."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from models.database import Database
from models.errors import AtWork
from models.log import head_of_log
from models.retention import Prolonged, erase_kept, kept
from planner.files.scratch import whole_file
from upkeep import own_database, own_folder


@click.command("retention")
@click.option("--erase", "is_real", is_flag=True, help="Erase what is over, and write a certificate for each.")
def retention_command(is_real: bool) -> None:
    """List how long operations are kept; with --erase, erase those whose last day is over, as a whole.

    What is erased is gone from the database, not from backups. A certificate without names lies in the data folder
    (certificates), with the head of the log, which stays whole.
    """
    database, today = own_database(), datetime.now(UTC).date()
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
            with database.session() as session:
                told = erase_kept(session, one)
        except AtWork:
            click.echo(f"{one.id}: it is running, or a plan of it is being made: not erased.", err=True)
            continue
        except Prolonged:
            click.echo(f"{one.id}: its last day was changed just now: not erased.", err=True)
            continue
        click.echo(f"{one.id}: erased; certificate {_certified(database, told)}")


def _certified(database: Database, told: dict[str, Any]) -> Path:
    """The file with the certificate; its head is that of the log after the erasure."""
    with database.session() as session:
        head = head_of_log(session.connection())
    folder = own_folder() / "certificates"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"erasure-{told['operation']}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    with whole_file(path.resolve()) as file:
        file.write(json.dumps(told | {"log": {"number": head.number, "mac": head.mac}}, indent=1).encode() + b"\n")
    return path
