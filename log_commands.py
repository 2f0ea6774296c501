"""The commands that look at the log: whether it is whole, and all of it as a file."""

import re
from pathlib import Path

import click

from models.log import LogEntry, put_entry
from models.log_check import export_log, verify
from models.log_place import Head
from upkeep import own_database

BROKEN = 1
HEAD = re.compile(r"\s*(\d{1,15})\s*[\s:·/]\s*([0-9a-f]{12,64})\s*")


@click.group("log")
def log_group() -> None:
    """Verify and export the log: who did, saw and took what."""


def expected_head(_: click.Context, __: click.Parameter, said: str) -> Head | None:
    """The head that was said; None for none."""
    if not said:
        return None
    found = HEAD.fullmatch(said)
    if found is None:
        raise click.BadParameter("must be a number and at least twelve hexadecimal digits, as documents show them")
    return Head(int(found[1]), found[2])


@log_group.command("verify")
@click.option("--head", "expected", default="", callback=expected_head, help="A head that a document shows.")
def verify_command(expected: Head | None) -> None:
    """Find every change, gap, swap and missing end of the log; exit status 1 where there is one."""
    report = verify(own_database(), expected)
    for sentence in report.remarks:
        click.echo(f"note: {sentence}")
    for sentence in report.faults:
        click.echo(sentence)
    click.echo(f"{report.head.number} entries, head {report.head.short}: {'broken' if report.faults else 'whole'}")
    raise SystemExit(BROKEN if report.faults else 0)


@log_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_command(file: Path) -> None:
    """Write the log to FILE as JSON lines, the last of them its head; that it was exported stands in the log."""
    database = own_database()
    head = export_log(database, file)
    with database.session() as session:
        put_entry(session, LogEntry("log exported", details={"head": head.number}))
    click.echo(f"{head.number} entries, head {head.mac}")
