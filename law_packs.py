"""The commands that look after law packs."""

from datetime import date
from pathlib import Path

import click

from planner.law.pack import LawPack
from planner.law.pack_file import UnfitPack, read_pack, shipped_packs
from upkeep import FILE, Refused


@click.group("pack")
def pack_group() -> None:
    """Check and list law packs."""


@pack_group.command("check")
@click.argument("pack", type=FILE)
def pack_check(pack: Path) -> None:
    """Check the law pack PACK (TOML) and print every fault with its line."""
    try:
        read = read_pack(pack)
    except UnfitPack as error:
        raise Refused("\n".join(f"{pack}: {fault}" for fault in error.faults)) from error
    except OSError as error:
        raise Refused(f"{pack}: {error.strerror}") from error
    click.echo(told(read))


@pack_group.command("list")
def pack_list() -> None:
    """List the law packs of this installation."""
    for pack in shipped_packs().values():
        click.echo(told(pack))


def told(pack: LawPack) -> str:
    """The pack in a line: what it is, how much of it is verified, and whether that was more than a year ago."""
    share = f"{pack.num_verified} of {pack.num_items} rows verified"
    age = ""
    if pack.verified_on is None:
        age = "; not verified"
    elif pack.is_old(date.today()):
        age = f"; verified {pack.verified_on}, more than a year ago"
    return f"{pack.id}: {pack.name.en}, version {pack.version} ({pack.text}); {share}{age}"
