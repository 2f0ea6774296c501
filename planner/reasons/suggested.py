"""What a plan shows to be lacking at a site, as the facts that a remedy would change; no proof is behind them."""

from collections.abc import Iterator, Mapping

from planner.explain import Reason
from planner.needs import SKILL
from planner.operation import Operation
from planner.reasons.facts import MovableFact

COMMANDER, TEAMS, SEATS = MovableFact("doctrine", "commander_rank"), MovableFact("teams"), MovableFact("seats")
SHOWN: Mapping[str, tuple[MovableFact, ...]] = {
    "no-commander": (COMMANDER, TEAMS),
    "cars-short": (SEATS,),
    "seats-far": (SEATS,),
    "no-teams": (TEAMS,),
    "teams-elsewhere": (TEAMS,),
    "teams-full": (TEAMS, MovableFact("doctrine", "span_of_control")),
    "duty-short": (MovableFact("doctrine", "duty_max"),),
    "custody-far": (MovableFact("doctrine", "custody_latest"),),
    "too-late": (MovableFact("doctrine", "last_raid"),),
}
"""Code of a reason -> what would change it."""
NEEDS: Mapping[str, MovableFact] = {
    "woman": MovableFact("women"),
    "lead": MovableFact("doctrine", "lead_rank"),
    "officers": MovableFact("officers"),
}
ANYWAY = (SEATS, COMMANDER, TEAMS, MovableFact("vans"))
"""What is tried where nothing is proved, after what the plan shows."""


def suggested(operation: Operation, reason: Reason | None) -> Iterator[MovableFact]:
    """What the plan's own reason points at; none where it points at nothing that can be changed here."""
    if reason is None:
        return
    yield from SHOWN.get(reason.code, ())
    if reason.code == "force-short":
        for need in reason.figures:
            if need.startswith(SKILL):
                yield MovableFact("skill", need.removeprefix(SKILL))
            elif need in NEEDS:
                yield NEEDS[need]
    if reason.code == "cells-short":
        yield from (MovableFact("cells", p.id, p.cells) for p in operation.places if p.kind == "custody")
