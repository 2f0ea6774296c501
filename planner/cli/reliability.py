"""How likely all squads of a plan are in position in time, for the shell."""

from collections.abc import Iterator

import click

from planner.cli.shared import read_sound
from planner.plan import Plan
from planner.reliability import DRAWS, LEVELS, TravelSpread, leads_for, margins_for, moves_of, nights, set_chances
from planner.render.formatting import clock, percent
from planner.scenario import Scenario

USUAL = TravelSpread()


@click.command("reliability")
@click.argument("operation", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--spread",
    default=USUAL.p90,
    show_default=True,
    help="Minutes of the slowest tenth of drives over the planned ones.",
)
@click.option(
    "--common", default=USUAL.common, show_default=True, help="The part of it that all drives of a city share."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Seed of the simulation.")
def reliability_command(operation: str, plan: str, spread: float, common: float, seed: int) -> None:
    """Write how likely all squads of PLAN are in position when their raids start, and the margins that they need."""
    try:
        wanted = TravelSpread(spread, common)
    except ValueError as error:
        raise click.UsageError("--spread must be at least --common, and that at least 1.") from error
    scenario, held = read_sound(operation, plan, "-", "en")
    for row in reliability_lines(scenario, held, wanted, seed):
        click.echo(row)


def reliability_lines(scenario: Scenario, plan: Plan, spread: TravelSpread, seed: int = 0) -> Iterator[str]:
    """The figures as lines with tabs between their cells."""
    moves = moves_of(scenario, plan)
    drawn = nights(moves, spread, seed=seed)
    found = set_chances(moves, drawn.drives)
    shape = f"9 of 10 within {spread.p90:g} x planned, common to a city {spread.common:g}"
    yield f"Drives from assembly points: log-normal, {shape}; {DRAWS} nights"
    yield f"all\t{percent(found.all)}"
    yield f"all, drives from bases included\t{percent(set_chances(moves, drawn.late_by()).all)}"
    yield from (f"team\t{team}\t{percent(chance)}" for team, chance in found.teams.items())
    wished = [margins_for(level, moves, drawn.drives, spread) for level in LEVELS]
    bases = [leads_for(level, moves, drawn, spread) for level in LEVELS]
    heads = "\t".join(f"margin {percent(level)}" for level in LEVELS)
    earlier = "\t".join(f"bases earlier {percent(level)}" for level in LEVELS)
    yield f"squad\tsite\tleave by\tdrive\tmargin\tchance\t{heads}\t{earlier}"
    for move in sorted(moves, key=lambda one: found.squads[one.squad]):
        needed = "\t".join(str(one.minutes[move.squad]) for one in wished)
        sooner = "\t".join(str(one.earlier[move.squad]) for one in bases)
        row = f"{move.squad}\t{move.site}\t{clock(scenario.operation, move.leave)}\t{move.minutes}\t{move.margin}"
        yield f"{row}\t{percent(found.squads[move.squad])}\t{needed}\t{sooner}"
    prices = "\t".join(str(price) for price in (*(one.price for one in wished), *(one.price for one in bases)))
    yield f"officer-minutes beyond the plan\t\t\t\t\t\t{prices}"
