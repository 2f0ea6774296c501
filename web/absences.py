"""Suspects who may not be where the plan looks for them: further addresses, raids to be expected, reserve by city."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from wtforms.validators import ValidationError

from models import register
from models.plans import PlanLine
from planner.absences import Absence, CityNeed, absences, city_needs
from planner.reliability import LEVELS
from planner.render.absence_words import who_goes
from planner.render.formatting import clock, h_minutes, percent
from web import plan_cache
from web.access import permit
from web.database import session
from web.forms import NumberField, PageForm
from web.language import language, say, t
from web.plans import plan_name, sound

absent = Blueprint("absent", __name__, url_prefix="/operations/<int:operation>/plans/<int:scenario>/absent")
LEVEL = 0.95
assert LEVEL in LEVELS


class AbsentForm(PageForm):
    """What is assumed where nobody has given a chance."""

    assumed = NumberField(say("Assumed chance where none is given (%)"), 0, 100, default=0)

    def validate_assumed(self, field: NumberField) -> None:
        """A share of a hundred."""
        if field.data is None:
            raise ValidationError(t("Enter a number from 0 to 100."))


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """A further address with who goes there, in words."""

    row: Absence
    who: str


@absent.get("/")
def page(operation: int, scenario: int) -> tuple[str, int]:
    """The page, with the chance that was assumed (`assumed`, per cent), or with none."""
    permit("see", operation)
    plan = sound(operation, scenario)
    form = AbsentForm(request.args if "assumed" in request.args else None)
    is_right = form.assumed.raw_data is None or form.validate()
    rows, needs = _found(plan, form.assumed.data / 100 if is_right else 0.0)
    value = plan_cache.plan_view(plan).scenario.operation
    with session() as s:
        line = register.operation_line(s, operation)
    text = render_template(
        "plans/absent.html",
        tab="plans",
        line=line,
        plan=plan,
        title=plan_name(plan),
        form=form,
        rows=[AbsenceRow(row, who_goes(row, language())) for row in rows],
        needs=needs,
        level=percent(LEVEL),
        num_unknown=len({row.suspect for row in rows if row.chance is None}),
        operation=value,
        percent=percent,
        clock=lambda minute: clock(value, minute),
        h=h_minutes,
        hour=value.at(0),
    )
    return text, 200 if is_right else 422


def _found(plan: PlanLine, assumed: float) -> tuple[tuple[Absence, ...], tuple[CityNeed, ...]]:
    """Further addresses of a plan that is shown, and what they take. Raises `Later`."""
    shown = plan_cache.plan_view(plan)
    with plan_cache.costly(plan):
        rows = absences(shown.scenario, shown.plan)
        return rows, city_needs(shown.scenario, shown.plan, rows, LEVEL, assumed)
