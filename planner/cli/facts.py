"""Reports in a file, as the shell hands them to the planner."""

from datetime import timedelta

import click

from planner.cli.shared import fail
from planner.edits import apply_edits, plannable
from planner.files import Fault, Unreadable, dump_operation, parse_operation, read_json
from planner.reports.reading import reports_of
from planner.reports.replanning import facts_question
from planner.scenario import Scenario


def with_facts(scenario: Scenario, facts: str) -> Scenario:
    """The scenario as the reports of the file ask for it; its `now`, if it has none, is after the last of them.

    What the planner cannot be told is said on standard error. Exit status 2 for a file that is none.
    """
    assert scenario.parent is not None
    try:
        told = reports_of(read_json(facts), scenario.operation)
        if not told:
            raise Unreadable([Fault("", "report-none")])
        last = max(one.said for one in told)
        if scenario.now is not None:
            last = scenario.operation.h_hour + timedelta(minutes=scenario.now - 1)
        document = dump_operation(scenario.operation)
        found = facts_question(scenario, document, scenario.parent.plan, told, last)
        operation = parse_operation(plannable(apply_edits(document, found.edits)))
    except Unreadable as error:
        fail(facts, error)
    for fault in found.told:
        click.echo(str(fault), err=True)
    return Scenario(operation, scenario.parent, found.now)
