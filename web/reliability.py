"""How likely all squads of a plan are in position in time, which of them decide it, and the margins that would help."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import ValidationError

from models import desks, plans, register
from models.plans import PlanLine
from planner.ended import proposed_seconds
from planner.reliability import (
    DRAWS,
    LEVELS,
    Leads,
    Margins,
    SetChances,
    SquadDrive,
    TravelSpread,
    leads_for,
    margins_for,
    moves_of,
    nights,
    set_chances,
)
from planner.render.formatting import clock, h_minutes, percent
from planner.solver import Limit
from planner.whatif import set_margins
from web import plan_cache
from web.access import permit
from web.database import session
from web.forms import NumberField, PageForm
from web.language import say, t
from web.plan_form import MOST_WAITING, too_many
from web.plans import sound

reliability = Blueprint(
    "reliability", __name__, url_prefix="/operations/<int:operation>/plans/<int:scenario>/reliability"
)
NUM_WEAKEST = 5
USUAL, MOST_SPREAD = TravelSpread(), 5.0
LEVEL = {f"{100 * level:g}": level for level in LEVELS}
"""What a form sends -> the probability that is asked for."""
FIELDS = {"p90", "common"}
NO_SPREAD = say("Enter a number from 1 to {most}.")


class SpreadForm(PageForm):
    """How much drives vary, as somebody assumes it."""

    p90 = NumberField(
        say("Spread: slowest tenth of drives, times the planned minutes"), 1, MOST_SPREAD, default=USUAL.p90
    )
    common = NumberField(say("Of it common to a city (rush, weather)"), 1, MOST_SPREAD, default=USUAL.common)

    def validate_p90(self, field: NumberField) -> None:
        """A factor."""
        if field.data is None:
            raise ValidationError(t(NO_SPREAD, most=f"{MOST_SPREAD:g}"))

    def validate_common(self, field: NumberField) -> None:
        """A factor, and no greater than the whole."""
        if field.data is None:
            raise ValidationError(t(NO_SPREAD, most=f"{MOST_SPREAD:g}"))
        if self.p90.data is not None and field.data > self.p90.data:
            raise ValidationError(t("The common part must not exceed the spread."))


@dataclass(frozen=True, slots=True)
class InPosition:
    """What the page tells of a plan: `from_bases` are the chances where also the drives from bases vary.

    `leads` are margins with earlier departures from bases, level by level as `margins`.
    """

    moves: Mapping[str, SquadDrive]
    chances: SetChances
    from_bases: SetChances
    margins: tuple[Margins, ...]
    leads: tuple[Leads, ...]

    @property
    def weakest(self) -> list[str]:
        """Squads by their chance, the least first; of equal ones that which would help most."""
        return sorted(self.moves, key=lambda squad: (self.chances.squads[squad], -self.chances.gain[squad]))


def in_position(plan: PlanLine, spread: TravelSpread) -> InPosition:
    """The chances of a plan that is shown. Raises `Later`."""

    def make() -> InPosition:
        shown = plan_cache.plan_view(plan)
        moves = moves_of(shown.scenario, shown.plan)
        drawn = nights(moves, spread)
        return InPosition(
            {move.squad: move for move in moves},
            set_chances(moves, drawn.drives),
            set_chances(moves, drawn.late_by()),
            tuple(margins_for(level, moves, drawn.drives, spread) for level in LEVELS),
            tuple(leads_for(level, moves, drawn, spread) for level in LEVELS),
        )

    kept = plan_cache.plan_cache().in_position
    found: InPosition = plan_cache.get_or_make(kept, (plan.origin, spread), make, plan)
    return found


@reliability.get("/")
def page(operation: int, scenario: int) -> tuple[str, int]:
    """The page, with the spread that was asked for (`p90`, `common`), or the usual one."""
    permit("see", operation)
    return _page(
        operation, sound(operation, scenario), SpreadForm(request.args if FIELDS & request.args.keys() else None)
    )


def _page(operation: int, plan: PlanLine, form: SpreadForm) -> tuple[str, int]:
    is_right = form.p90.raw_data is None or form.validate()
    spread = TravelSpread(form.p90.data, form.common.data) if is_right else USUAL
    found = in_position(plan, spread)
    with session() as s:
        line = register.operation_line(s, operation)
    value = plan_cache.plan_view(plan).scenario.operation
    text = render_template(
        "plans/reliability.html",
        tab="plans",
        line=line,
        plan=plan,
        operation=value,
        found=found,
        spread=spread,
        draws=DRAWS,
        form=form,
        weakest=found.weakest[:NUM_WEAKEST],
        levels=LEVEL,
        percent=percent,
        hour=value.at(0),
        clock=lambda minute: clock(value, minute),
        h=h_minutes,
    )
    return text, 200 if is_right else 422


@reliability.post("/")
def plan_with(operation: int, scenario: int) -> AnyResponse | tuple[str, int]:
    """A new what-if scenario whose addresses have the margins of a level (`level`, per cent), being replanned."""
    person, plan, form = permit("plan", operation), sound(operation, scenario), SpreadForm(request.form)
    level = LEVEL.get(request.form.get("level", ""))
    if level is None:
        abort(400)
    if not form.validate():
        return _page(operation, plan, form)
    spread = TravelSpread(form.p90.data, form.common.data)
    found = in_position(plan, spread)
    margins = next(one for one in found.margins if one.level == level)
    longer = {found.moves[squad].site: m for squad, m in margins.minutes.items() if m > found.moves[squad].margin}
    if not longer:
        flash(t("The plan has these margins already."), "info")
        p90, common = f"{spread.p90:g}", f"{spread.common:g}"
        page_of = url_for("reliability.page", operation=operation, scenario=scenario, p90=p90, common=common)
        return redirect(page_of)
    with session() as s:
        key = desks.open_desk(s, operation, scenario, person.id)
        desks.do(s, key, lambda document: set_margins(document, longer))
    try:
        with session() as s:
            seconds = proposed_seconds(register.num_rows(s, operation, "sites"), is_replan=True)
            most = current_app.config[MOST_WAITING]
            desks.ask_replan(s, key, person.id, Limit(float(seconds), None, 0), most_waiting=most)
    except plans.TooManyWaiting as error:
        flash(too_many(error.most), "warning")
    return redirect(url_for("whatif.show", operation=operation, desk=key))
