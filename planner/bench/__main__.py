"""`python -m planner.bench`: the examples, or the measurement that the first word names (see `OTHERS`)."""

import sys

import click

from planner.bench.engines import engines
from planner.bench.examples import main
from planner.bench.outside import hhcrsp, outside
from planner.bench.replans import replan
from planner.bench.sanity import sanity

OTHERS: dict[str, click.Command] = {
    "engines": engines,
    "hhcrsp": hhcrsp,
    "outside": outside,
    "replan": replan,
    "sanity": sanity,
}


def run() -> None:
    """The measurement that the command line asks for."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    if word in OTHERS:
        OTHERS[word](sys.argv[2:], prog_name=f"python -m planner.bench {word}")
    else:
        main(prog_name="python -m planner.bench")


if __name__ == "__main__":
    run()
