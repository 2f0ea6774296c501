"""Where else a suspect may be who was not found: the likeliest further address whose door is not open yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.operation import Address, Operation
from planner.reports.board import BoardState

ELSEWHERE = ("absent", "not_here", "wrong_door")
"""Who was not found for one of these reasons may be at another address."""


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """A suspect who was not found at a site, and the further address that replanning can send a squad to."""

    suspect: str
    site: str
    other: Address


def further_address(operation: Operation, suspect: str, site: str, opened: set[str]) -> Address | None:
    """The likeliest further address of the suspect whose door is not open yet; None where there is none."""
    rows = [one for one in operation.addresses if one.suspect == suspect and one.site not in (site, *opened)]
    return max(rows, key=lambda one: one.chance) if rows else None


def seen_elsewhere(operation: Operation, state: BoardState) -> tuple[SeenElsewhere, ...]:
    """Of each suspect with a warrant who was not found, the further address, where there is one."""
    return tuple(_elsewhere(operation, state))


def _elsewhere(operation: Operation, state: BoardState) -> Iterator[SeenElsewhere]:
    if not operation.addresses:
        return
    opened = {site.site for site in state.sites.values() if site.entered is not None}
    for row in operation.suspects:
        if state.suspects[row.id].status in ELSEWHERE and operation.is_chargeable(row):
            other = further_address(operation, row.id, row.site, opened)
            if other is not None:
                yield SeenElsewhere(row.id, row.site, other)
