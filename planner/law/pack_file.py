"""Pack files: TOML, read with the line of every fault; the packs of the program, and those of an office's folder."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from planner.files.fault import Fault
from planner.law.installed import own_pack, own_packs, put_own_packs
from planner.law.pack import LawPack
from planner.law.pack_schema import pack_of

FOLDER = Path(__file__).with_name("packs")
HEADING = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]\]?\s*(?:#.*)?")
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
POSITION = re.compile(r"at line (\d+), column \d+")
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class PackFault:
    """What is wrong with a pack, and the line that it stands in; 0: the file as a whole. `file` of a folder's packs."""

    line: int
    fault: str
    file: str = ""

    def __str__(self) -> str:
        """As a line of a report."""
        told = f"line {self.line}: {self.fault}" if self.line else self.fault
        return f"{self.file}: {told}" if self.file else told


class UnfitPack(Exception):
    """A pack file that cannot be taken; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: list[PackFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


def read_pack(path: Path) -> LawPack:
    """The pack in the file. Raises `UnfitPack` with every fault, OSError where it cannot be read."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnfitPack([PackFault(0, f"is larger than {MOST_BYTES} bytes")])
    try:
        return parse_pack(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnfitPack([PackFault(content[: error.start].count(b"\n") + 1, "is no text in UTF-8")]) from error


def parse_pack(text: str) -> LawPack:
    """The pack that a text in TOML describes. Raises `UnfitPack` with every fault."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = POSITION.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise UnfitPack([PackFault(line, f"is no TOML: {error}")]) from error
    faults: list[Fault] = []
    pack = pack_of(data, faults)
    if pack is None:
        lines = _lines(text)
        raise UnfitPack(sorted((_told(fault, lines) for fault in faults), key=lambda one: one.line))
    return replace(pack, toml=text)


def _told(fault: Fault, lines: dict[str, int]) -> PackFault:
    """The fault with its line: that of its place, or of the nearest that holds it."""
    place = fault.place
    while place and place not in lines:
        place = re.sub(r"(\.[^.\[\]]+|\[[^\]]*\]|^[^.\[]+)$", "", place)
    return PackFault(lines.get(place, 1), str(fault))


def _lines(text: str) -> dict[str, int]:
    """Place -> line, for tables and the keys that begin a line in them."""
    found: dict[str, int] = {}
    table, counts = "", dict[str, int]()
    for line, row in enumerate(text.splitlines(), 1):
        if (heading := HEADING.fullmatch(row)) is not None:
            table = heading[2]
            if heading[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, line)
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, line)
        elif (key := KEY.match(row)) is not None:
            found.setdefault(f"{table}.{key[1]}" if table else key[1], line)
    return found


def read_folder(folder: Path) -> list[LawPack]:
    """The packs in an office's folder by the names of their files; none where there is no folder.

    Raises `UnfitPack` with every fault of every file: of two packs with one id, of a file that is no pack, of one that
    cannot be read. What begins with a dot is none of ours.
    """
    found, faults = dict[str, tuple[str, LawPack]](), list[PackFault]()
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in (path for path in paths if not path.name.startswith(".")):
        try:
            pack = _pack_in(path)
        except UnfitPack as error:
            faults += (replace(fault, file=str(path)) for fault in error.faults)
            continue
        if pack.id in found:
            faults.append(PackFault(0, f'has the id "{pack.id}", as {found[pack.id][0]} has', str(path)))
        found.setdefault(pack.id, (path.name, pack))
    if faults:
        raise UnfitPack(faults)
    return [pack for _, pack in found.values()]


def _pack_in(path: Path) -> LawPack:
    if path.suffix != ".toml":
        raise UnfitPack([PackFault(0, "is no pack: its name does not end in .toml")])
    try:
        return read_pack(path)
    except OSError as error:
        raise UnfitPack([PackFault(0, f"cannot be read: {error.strerror}")]) from error


def install_packs(folder: Path) -> None:
    """The packs in the folder count for this process from now on. Raises `UnfitPack`; those of before count then."""
    put_own_packs(read_folder(folder))


@cache
def shipped_packs() -> dict[str, LawPack]:
    """Id -> pack that comes with the program."""
    return {pack.id: pack for pack in _shipped()}


def _shipped() -> Iterator[LawPack]:
    for path in sorted(FOLDER.glob("*.toml")):
        yield read_pack(path)


def known_packs() -> dict[str, LawPack]:
    """Id -> pack: those of the program, in the place of some the installation's own, and its other ones."""
    return shipped_packs() | {pack.id: pack for pack in own_packs()}


def pack_by_id(name: Any) -> LawPack | None:
    """The pack of this id: the installation's own, or else that of the program; None where neither is there."""
    return (own_pack(name) or shipped_packs().get(name)) if isinstance(name, str) else None
