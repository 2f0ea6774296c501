"""Plans that many tests begin with: solved once and kept as files beside the golden ones.

`make plans` writes them anew after the solver has changed; the slow lane proves that they are what it makes.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import click

from planner.files import read_operation, read_plan, write_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver import STAGES, Clock, Limit, solve
from planner.solver.missed import empty_plan
from tests.operations import PLANNABLE, random_operation

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FOLDER = Path(__file__).resolve().parent / "golden" / "plans"
NUM_RANDOM = 12
SOLVED, RAIDED, UNIMPROVED = "solved", "raided", "unimproved"
"""By all stages; squads, their deliveries and interviews alone; by all stages before the improvement."""

NAMES = {
    SOLVED: ("one-city", "tiny", "one-city-short", *(f"random-{seed}" for seed in range(NUM_RANDOM))),
    RAIDED: ("tiny", "one-city", "one-city-short", "one-city-half"),
    UNIMPROVED: ("tiny", "one-city", "one-city-short"),
}
KEPT = [(kind, name) for kind, names in NAMES.items() for name in names]


def operation_of(name: str) -> Operation:
    """An example, or the random operation of a seed."""
    kind, _, seed = name.partition("-")
    return (
        random_operation(int(seed), choices=PLANNABLE)
        if kind == "random"
        else read_operation(EXAMPLES / f"{name}.json")
    )


def made(kind: str, name: str) -> Plan:
    """The plan of this kind as the solver makes it now, within limits that repeat."""
    scenario = Scenario(operation_of(name))
    makers: dict[str, Callable[[], Plan]] = {
        SOLVED: lambda: solve(scenario, Clock(Limit(work=300 if name.startswith("random") else 2000))),
        RAIDED: lambda: by_stages(scenario, ("squads", "strike", "detainees", "interviews"), Limit(work=3000, seed=1)),
        UNIMPROVED: lambda: by_stages(scenario, before("improve"), Limit(work=2500, seed=0)),
    }
    return makers[kind]()


def by_stages(scenario: Scenario, names: tuple[str, ...], limit: Limit) -> Plan:
    """What these stages make of the empty plan, each within the limit."""
    plan = empty_plan(scenario)
    for stage in STAGES:
        if stage.name in names:
            plan, _ = stage.run(scenario, plan, Clock(limit))
    return plan


def before(name: str) -> tuple[str, ...]:
    """The stages before this one."""
    names = [stage.name for stage in STAGES]
    return tuple(names[: names.index(name)])


@cache
def kept(kind: str, name: str) -> tuple[Scenario, Plan]:
    """The plan of this kind that is kept, and its scenario."""
    return Scenario(operation_of(name)), read_plan(file_of(kind, name))


def file_of(kind: str, name: str) -> Path:
    """Where the plan is kept."""
    return FOLDER / kind / f"{name}.json"


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(list(NAMES)))
def main(kinds: tuple[str, ...]) -> None:
    """Write the kept plans anew; only those of the kinds that are named."""
    for kind, name in KEPT:
        if kind in (kinds or NAMES):
            file_of(kind, name).parent.mkdir(parents=True, exist_ok=True)
            write_plan(made(kind, name), file_of(kind, name))


if __name__ == "__main__":
    main()
