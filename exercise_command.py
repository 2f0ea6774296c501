"""The command that plays a night of an operation, so that a staff learns its board without a raid."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import click

from models import reports as store
from models.database import Database, Session, now
from models.exercises import ExerciseClock, begin_exercise, end_exercise, operation_now
from models.notes import working_plan
from models.replans import plan_documents
from people import account
from planner.files import parse_operation, parse_plan
from planner.plan import Plan
from planner.render.formatting import h_minutes
from planner.reports import Report
from planner.reports.night import incidents, night
from planner.scenario import Scenario
from upkeep import Refused, own_database

TICK = 0.5  # seconds between two looks at what is due
TOLD_EVERY = 10  # minutes of the exercise between two words of progress


@click.command("exercise")
@click.argument("operation", type=click.IntRange(1))
@click.option(
    "--speed", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True, help="Times as fast as life."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Another one, another night."
)
@click.option(
    "--from", "first", type=click.IntRange(-1440, 600), default=-60, show_default=True, help="Minutes from H."
)
@click.option("--user", required=True, help="Account in whose name the exercise is made.")
def exercise_command(operation: int, speed: float, seed: int, first: int, user: str) -> None:
    """Play a night of OPERATION (its number) into a copy that says EXERCISE everywhere, until it is over or Ctrl-C.

    Units report what is planned, some of them late; some suspects are absent, an officer is hurt, an address is
    compromised. The same seed gives the same night. What was played stays, and its clock then stands still.
    """
    database = own_database()
    with database.session() as session:
        person = account(session, user).key
        scenario = working_plan(session, operation)
        if scenario is None:
            raise Refused(f"Operation {operation} has no plan to play: set a working plan on the page of a plan.")
        planned = _planned(session, scenario)
        begin = planned[0].operation.h_hour + timedelta(minutes=first)
        clock = ExerciseClock(seed, speed, begin, now(session), None)
        copy, _ = begin_exercise(session, operation, scenario, clock, person)
    click.echo(f"operation {copy} is the exercise: its board is at /operations/{copy}/board (stop with Ctrl-C)")
    told = sorted([*night(*planned, seed), *incidents(*planned, seed)], key=lambda one: (one.received, str(one.id)))
    try:
        num = play(database, copy, told, planned[0].operation.h_hour)
    except KeyboardInterrupt:
        num = None
    finally:
        with database.session() as session:
            end_exercise(session, copy)
    click.echo("stopped" if num is None else f"over: {num} reports")


def _planned(session: Session, scenario: int) -> tuple[Scenario, Plan]:
    """The plan, and what it is a plan of."""
    plan, document = plan_documents(session, scenario)
    return Scenario(parse_operation(document)), parse_plan(plan)


def play(database: Database, operation: int, told: Iterable[Report], h_hour: datetime) -> int:
    """Each report comes when the clock of the exercise says so; the number of all."""
    num, last = 0, -10_000
    for due in batches(database, operation, told):
        with database.session() as session:
            num += len(store.put_reports(session, operation, due, None))
        minute = int((due[-1].received - h_hour).total_seconds() // 60)
        if minute >= last + TOLD_EVERY:
            last = minute
            click.echo(f"{h_minutes(minute)}: {num} reports")
    return num


def batches(database: Database, operation: int, told: Iterable[Report]) -> Iterator[list[Report]]:
    """What is due at each look, none of it empty."""
    waiting = list(told)
    while waiting:
        with database.session() as session:
            moment = operation_now(session, operation)
        due = [one for one in waiting if one.received <= moment]
        waiting = waiting[len(due) :]
        if due:
            yield due
        else:
            time.sleep(TICK)
