"""How a run of the stages ended, as the plan's report tells it: by itself, by the clock, or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

Report = Mapping[str, Any]
OPENING = ("squads", "carry", "reopen")
"""Stages that look at each door: where the clock ended one of them, a shut door was perhaps not looked at."""
PROVING = "bounds"
LEAST, EACH_DOOR = 40, 0.4  # seconds: what a small operation is given, and what each door adds
LEAST_NEAR, EACH_DOOR_NEAR = 20, 0.1  # the same for a replan
STEP = 10


@dataclass(frozen=True, slots=True)
class CutShort:
    """The clock ended the search in this stage; `seconds` and `advised` stand only where the limit was in seconds.

    `untried`: doors that are shut because of that; `advised`: what the search should be given to look at them.
    """

    stage: str
    untried: int
    seconds: int | None = None
    advised: int | None = None


def proposed_seconds(num_doors: int, *, is_replan: bool = False) -> int:
    """Seconds that a search for so many doors should be given."""
    least, each = (LEAST_NEAR, EACH_DOOR_NEAR) if is_replan else (LEAST, EACH_DOOR)
    return STEP * ceil((least + each * num_doors) / STEP)


def stages_cut(made: Report | None) -> list[str]:
    """Stages that the clock ended, in order; a report may hold anything."""
    reports = (made or {}).get("stages")
    rows = reports if isinstance(reports, list | tuple) else ()
    return [str(row.get("stage")) for row in rows if isinstance(row, Mapping) and row.get("cut") is True]


def was_stopped(made: Report | None) -> bool:
    """Somebody stopped the run by hand."""
    return (made or {}).get("stopped") is True


def has_unsettled_doors(made: Report | None) -> bool:
    """The clock ended a stage that looks at each door: of a shut one nobody knows whether it must be."""
    return any(stage in OPENING for stage in stages_cut(made))


def cut_short_of(made: Report, untried: int, num_doors: int) -> CutShort | None:
    """How the clock ended the run, for its report; None where it ended by itself or nothing is left to gain."""
    cut = [stage for stage in stages_cut(made) if stage != PROVING]
    if not cut or (not untried and _is_proved(made)):
        return None
    opening = [stage for stage in cut if stage in OPENING]
    stage = opening[0] if untried and opening else cut[-1]
    limit = made["limit"].get("seconds")
    if limit is None:
        return CutShort(stage, untried)
    is_replan = any(row["stage"] == "carry" for row in made["stages"])
    enough = max(proposed_seconds(num_doors, is_replan=is_replan), STEP * ceil(2 * limit / STEP))
    return CutShort(stage, untried, round(sum(row["seconds"] for row in made["stages"])), enough if untried else None)


def _is_proved(made: Report) -> bool:
    """No plan is better: every bound is met."""
    after, bound = made["stages"][-1]["after"], made.get("bound") or {}
    return all(bound.get(level) == after[level] for level in ("missed", "exposure", "cost"))


def cut_short(made: Report | None) -> CutShort | None:
    """What a plan's report says of how the clock ended the run; None where it says nothing, or nonsense."""
    told = (made or {}).get("cut_short")
    if not isinstance(told, Mapping) or not isinstance(told.get("stage"), str) or not _is_count(told.get("untried")):
        return None
    figures = {name: told[name] for name in ("seconds", "advised") if _is_count(told.get(name))}
    return CutShort(told["stage"], told["untried"], **figures)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 10**9
