"""The packs that an installation has of its own, beside those that come with the program.

They belong to the process, which serves one installation: it reads them when it starts, a server also when they change.
"""

from collections.abc import Iterable

from planner.law.pack import LawPack

_OWN: list[dict[str, LawPack]] = [{}]
"""The packs in force, by id: replaced as a whole, so that nobody sees some of them alone."""


def own_packs() -> tuple[LawPack, ...]:
    """The installation's own packs, by id."""
    return tuple(_OWN[0].values())


def own_pack(name: str) -> LawPack | None:
    """The own pack of this id; None where there is none."""
    return _OWN[0].get(name)


def put_own_packs(packs: Iterable[LawPack]) -> None:
    """These are the own packs from now on, and no others; one with the id of a shipped pack takes its place."""
    _OWN[0] = {pack.id: pack for pack in packs}
