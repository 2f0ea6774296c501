"""Why a suspect is not covered, an address is late or interviews are missing, for the shell."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from planner.cli.shared import read_sound
from planner.i18n import gettext
from planner.plan import Plan
from planner.reasons import WhyAnswer, WhyQuestion, all_interviews, everybody, late_site, missed_site, on_time, why
from planner.reasons.pricing import by_price, priced
from planner.reasons.reinforcement import least_reinforcement
from planner.reasons.remedies import remedies
from planner.reasons.stored import outcome_of
from planner.render.remedy_words import CALLED, departs_sentence, price_sentence, remedy_sentence, request_sentences
from planner.render.why_words import answer_sentences, question_sentence
from planner.scenario import Scenario
from planner.solver import Clock, Limit

INPUT = click.Path(dir_okay=False, allow_dash=True)
LEAST_WORK = 4000.0


@click.command("why")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("--suspect", help="Id of a suspect who is not covered.")
@click.option("--site", help="Id of an address that is raided late.")
@click.option("--exposure", is_flag=True, help="Why not all covered addresses are raided at H.")
@click.option("--everybody", "is_everybody", is_flag=True, help="Why not everybody is covered.")
@click.option("--interviews", is_flag=True, help="Why not everybody is interviewed.")
@click.option("--work", type=click.FloatRange(min=1), default=LEAST_WORK, show_default=True, help="Limit in effort.")
@click.option("--tries", type=click.IntRange(0, 100), default=2, show_default=True, help="Replans without a proof.")
@click.option("--remedies", "is_helped", is_flag=True, help="Also what would help, each tried and priced.")
@click.option("--request", is_flag=True, help="Also the least reinforcement that would do.")
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", show_default=True)
def why_command(
    operation: str,
    plan: str,
    suspect: str | None,
    site: str | None,
    exposure: bool,
    is_everybody: bool,
    interviews: bool,
    work: float,
    tries: int,
    is_helped: bool,
    request: bool,
    lang: str,
) -> None:
    """Say what stands in the way of a wish that PLAN does not meet: a proof, or what was tried. Ctrl-C stops."""
    if sum((suspect is not None, site is not None, exposure, is_everybody, interviews)) != 1:
        raise click.UsageError("Name exactly one of --suspect, --site, --exposure, --everybody, --interviews.")
    scenario, held = read_sound(operation, plan, "-", lang)
    if suspect is not None and suspect not in scenario.operation.suspects_by_id:
        raise click.BadParameter(f"no suspect {suspect!r}", param_hint="--suspect")
    if site is not None and site not in held.raids_by_site:
        raise click.BadParameter(f"the plan does not raid {site!r}", param_hint="--site")
    question = _question(scenario, held, suspect, site, exposure=exposure, interviews=interviews)
    clock = Clock(Limit(work=work))
    with _stopping(clock):
        found = why(scenario, held, question, clock, _tell, tries)
    click.echo(question_sentence(scenario.operation, question, lang))
    for told in answer_sentences(scenario.operation, found, lang):
        click.echo(told)
    called = gettext(CALLED, lang)
    with _stopping(clock):
        if is_helped:
            _help(scenario, held, found, clock, called, lang)
        if request:
            asked = least_reinforcement(scenario, held, question, called, Clock(Limit(work=work)), _tell)
            for told in request_sentences(scenario.operation, asked, lang):
                click.echo(told)


def _help(scenario: Scenario, plan: Plan, found: WhyAnswer, clock: Clock, called: str, lang: str) -> None:
    """The menu of remedies, the cheapest first."""
    ladders = remedies(scenario, plan, found, called)
    for one in by_price(list(priced(scenario, plan, found.question, ladders, clock, _tell))):
        departs = f" [{departs_sentence(scenario.operation, lang)}]" if one.remedy.departs else ""
        click.echo(f"- {remedy_sentence(scenario.operation, one.remedy, lang)}{departs}")
        click.echo(f"  {price_sentence(outcome_of(one), lang)}")


def _question(
    scenario: Scenario, plan: Plan, suspect: str | None, site: str | None, *, exposure: bool, interviews: bool
) -> WhyQuestion:
    if suspect is not None:
        return missed_site(scenario, plan, suspect)
    if site is not None:
        return late_site(scenario, plan, site)
    if exposure:
        return on_time(scenario, plan)
    return all_interviews(scenario, plan) if interviews else everybody(scenario)


def _tell(step: str, number: int) -> None:
    click.echo(f"{step} {number}", err=True)


@contextmanager
def _stopping(clock: Clock) -> Iterator[None]:
    """Within this context Ctrl-C asks the clock to stop."""

    def heard(number: int, frame: FrameType | None) -> None:
        clock.stop()

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
