"""The commands that look after law packs."""

from datetime import date
from pathlib import Path

import click

from models.law_packs import kept_packs
from planner.files.scratch import whole_file
from planner.law.installed import own_packs, put_own_packs
from planner.law.pack import DIGEST_SIGNS, LawPack
from planner.law.pack_file import UnfitPack, known_packs, read_pack, shipped_packs
from upkeep import FILE, Refused, own_database, own_law, read_own


@click.group("pack")
def pack_group() -> None:
    """Check and list law packs."""


@pack_group.command("check")
@click.argument("pack", type=FILE, required=False)
def pack_check(pack: Path | None) -> None:
    """Check the law pack PACK (TOML), or all in this installation's folder; print every fault with its line."""
    if pack is not None:
        click.echo(told(_read(pack)))
        return
    folder = own_law()
    found = read_own(folder)
    for one in found:
        click.echo(told(one))
    if not found:
        click.echo(f"{folder} holds no law pack.")


def _read(pack: Path) -> LawPack:
    try:
        return read_pack(pack)
    except UnfitPack as error:
        raise Refused("\n".join(f"{pack}: {fault}" for fault in error.faults)) from error
    except OSError as error:
        raise Refused(f"{pack}: {error.strerror}") from error


@pack_group.command("list")
def pack_list() -> None:
    """List the law packs of this installation: its own, and those of the program."""
    put_own_packs(read_own(own_law()))
    own = {pack.id for pack in own_packs()}
    for pack in known_packs().values():
        where = (
            ""
            if pack.id not in own
            else "; own" + (", in place of the program's" if pack.id in shipped_packs() else "")
        )
        click.echo(told(pack) + where)


@pack_group.command("add")
@click.argument("pack", type=FILE)
def pack_add(pack: Path) -> None:
    """Check the law pack PACK and put it into this installation's folder, in place of one with its id."""
    read, folder = _read(pack), own_law()
    folder.mkdir(mode=0o700, exist_ok=True)
    same = [path for path in folder.glob("*.toml") if path.name != f"{read.id}.toml" and _has_id(path, read.id)]
    if same:
        raise Refused(f"{same[0]} has the id {read.id} already: remove it first.")
    with whole_file(folder / f"{read.id}.toml") as file:
        file.write(read.toml.encode())
    click.echo(told(read))
    click.echo("Servers read it at their next page; approvals by another content of it are void then.")


def _has_id(path: Path, name: str) -> bool:
    try:
        return read_pack(path).id == name
    except (UnfitPack, OSError):
        return False


@pack_group.command("kept")
@click.argument("digest", required=False)
def pack_kept(digest: str | None) -> None:
    """List the packs that are kept with approvals; with DIGEST (its beginning is enough), print that pack."""
    with own_database().session() as s:
        kept = kept_packs(s)
    if digest is None:
        for one in kept:
            click.echo(
                f"{one.digest[:DIGEST_SIGNS]}  {one.at:%Y-%m-%d %H:%M} UTC  {one.id}{' (own)' if one.is_own else ''}"
            )
        return
    found = {one.digest: one for one in kept if one.digest.startswith(digest.lower())}
    if len(found) != 1:
        raise Refused(f"{len(found)} kept packs have a digest that begins with {digest}.")
    click.echo(next(iter(found.values())).toml, nl=False)


def told(pack: LawPack) -> str:
    """The pack in a line: what it is, how much of it is verified, and whether that was more than a year ago."""
    share = f"{pack.num_verified} of {pack.num_items} rows verified"
    age = ""
    if pack.verified_on is None:
        age = "; not verified"
    elif pack.is_old(date.today()):
        age = f"; verified {pack.verified_on}, more than a year ago"
    digest = pack.digest[:DIGEST_SIGNS]
    return f"{pack.id}: {pack.name.en}, version {pack.version} ({pack.text}); {share}{age}; SHA-256 {digest}"
