"""The command that plays a night of an operation, so that a staff learns its board without a raid."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import click

from models import reports as store
from models.database import Database, Session, now
from models.exercises import (
    ExerciseClock,
    begin_exercise,
    broken_off,
    clock_of,
    end_exercise,
    operation_now,
    play_on,
    resume_exercise,
)
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
PROMISE_EVERY = 5.0  # seconds between two signs that the exercise is played
SPEED = 60.0
TOLD_EVERY = 10  # minutes of the exercise between two words of progress


@click.command("exercise")
@click.argument("operation", type=click.IntRange(1))
@click.option(
    "--speed", type=click.FloatRange(0.1, 3600), help="Times as fast as life.  [default: 60, or as fast as before]"
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Another one, another night."
)
@click.option(
    "--from", "first", type=click.IntRange(-1440, 600), default=-60, show_default=True, help="Minutes from H."
)
@click.option("--resume", is_flag=True, help="OPERATION is an exercise that was stopped: its night goes on.")
@click.option("--user", required=True, help="Account in whose name the exercise is made.")
def exercise_command(operation: int, speed: float | None, seed: int, first: int, resume: bool, user: str) -> None:
    """Play a night of OPERATION (its number) into a copy that says EXERCISE everywhere, until it is over or Ctrl-C.

    Units report what is planned, some of them late; some suspects are absent, an officer is hurt, an address is
    compromised. The same seed gives the same night. What was played stays, and its clock then stands still: also
    where this program is killed, after some seconds. `--resume` plays the rest.
    """
    database = own_database()
    with database.session() as session:
        person = account(session, user).key
        tell_broken_off(session, operation if resume else None)
        if resume:
            copy, planned, seed = _resumed(session, operation, speed, person)
        else:
            planned = _planned(session, operation)
            begin = planned[0].operation.h_hour + timedelta(minutes=first)
            clock = ExerciseClock(seed, speed or SPEED, begin, now(session), None)
            copy, _ = begin_exercise(session, operation, _scenario(session, operation), clock, person)
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


def tell_broken_off(session: Session, but: int | None = None) -> None:
    """Which exercises nobody plays any more though nobody ended them, and how they go on."""
    for operation, _ in broken_off(session):
        if operation != but:
            click.echo(f"operation {operation}, an exercise, was broken off: app.py exercise {operation} --resume")


def _resumed(
    session: Session, operation: int, speed: float | None, user: int
) -> tuple[int, tuple[Scenario, Plan], int]:
    """The exercise with what is played in it and its seed, once its clock goes on."""
    if clock_of(session, operation) is None:
        raise Refused(f"Operation {operation} is no exercise that was played: leave out --resume.")
    planned = _planned(session, operation)
    clock = resume_exercise(session, operation, speed, user)
    if clock is None:
        raise Refused(f"Operation {operation} is being played: another program does, or did some seconds ago.")
    return operation, planned, clock.seed


def _scenario(session: Session, operation: int) -> int:
    scenario = working_plan(session, operation)
    if scenario is None:
        raise Refused(f"Operation {operation} has no plan to play: set a working plan on the page of a plan.")
    return scenario


def _planned(session: Session, operation: int) -> tuple[Scenario, Plan]:
    """The working plan, and what it is a plan of."""
    plan, document = plan_documents(session, _scenario(session, operation))
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
    waiting, promised = list(told), 0.0
    while waiting:
        with database.session() as session:
            if time.monotonic() - promised >= PROMISE_EVERY:
                promised = time.monotonic()
                play_on(session, operation)
            moment = operation_now(session, operation)
        due = [one for one in waiting if one.received <= moment]
        waiting = waiting[len(due) :]
        if due:
            yield due
        else:
            time.sleep(TICK)
