"""Doctrine on one page: each figure with its meaning, its default and its unit; only what differs is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from models import register
from models.errors import Conflict, LiveRow
from models.history import last_changes
from planner.edits import Edit
from planner.files import Fault, Unreadable
from planner.files.fault import quote
from planner.files.limits import TEXT_LENGTH
from planner.law.gate import doctrine_limits, pack_of_operation
from planner.operation import RISKS, ByRisk, Doctrine, Operation
from web import plan_cache
from web.access import permit
from web.database import session
from web.forms import NumberField, PageForm, SeenField
from web.language import language, say, t
from web.live_cache import live_operation

doctrine = Blueprint("doctrine", __name__, url_prefix="/operations/<int:operation>/registers/doctrine")
BY_RISK = {"low": say("low risk"), "medium": say("medium risk"), "high": say("high risk")}
MINUTES, OFFICERS, RATIO, RANK = say("min"), say("officers"), say("officers per detainee"), say("rank 1 to 5")
FIGURES: dict[str, tuple[str, str]] = {
    "strike_window": (say("Raids starting within this time after H count as simultaneous"), MINUTES),
    "last_raid": (say("Latest start of a raid after H"), MINUTES),
    "brief_minutes": (say("Duration of the briefing at the assembly point"), MINUTES),
    "set_minutes": (say("Time a squad is in position, out of sight, before its first raid"), MINUTES),
    "long_haul": (say("Approach after which a rest is required"), MINUTES),
    "rest_minutes": (say("Rest before the briefing after a long approach"), MINUTES),
    "span_of_control": (say("Maximum squads per team"), say("squads")),
    "commander_rank": (say("Minimum rank of a team commander"), RANK),
    "lead_rank": (say("Minimum rank of a squad leader"), RANK),
    "officers_by_risk": (say("Squad size for a site with one suspect"), OFFICERS),
    "officers_per_extra_suspect": (say("Additional officers for each further suspect at the site"), OFFICERS),
    "entry_by_risk": (say("Entry officers in a squad"), OFFICERS),
    "medic_by_risk": (say("Medics in a squad"), OFFICERS),
    "raid_minutes": (say("Duration of arrest and search before the squad may leave"), MINUTES),
    "arrest_minutes": (say("Time from start of raid until a detainee can be handed over"), MINUTES),
    "handover_minutes": (say("Minimum duration of a handover"), MINUTES),
    "intake_minutes": (say("Minimum duration of a delivery"), MINUTES),
    "escort_crew": (say("Minimum crew of an escort unit"), OFFICERS),
    "escorts_per_detainee": (say("Officers per detainee in an escort unit"), RATIO),
    "self_escort_ratio": (say("Officers per detainee when a squad transports its own"), RATIO),
    "custody_latest": (say("Maximum time from start of raid to end of delivery"), MINUTES),
    "exam_minutes": (say("Duration of a scene examination"), MINUTES),
    "exam_latest": (say("Latest start of scene examination after start of raid"), MINUTES),
    "hold_minutes": (say("Detainee time from raid to delivery beyond which each minute counts twice"), MINUTES),
    "guard_crew": (
        say("Officers who guard the scene when the rest of the squad leaves before the examination"),
        OFFICERS,
    ),
    "duty_max": (say("Maximum time from start of a unit's first stop to end of its last"), MINUTES),
    "interview_minutes": (say("Duration of a first interview"), MINUTES),
    "interview_latest": (say("Latest start of first interview after start of raid"), MINUTES),
    "interview_break": (say("Minimum break between two interviews by the same officer"), MINUTES),
    "own_way": (
        say("Farthest an officer travels to the first stop by own means; beyond it, in a vehicle of the unit"),
        MINUTES,
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure on the page: `fields` are name, risk, own value and default."""

    name: str
    meaning: str
    unit: str
    fields: tuple[tuple[str, str, str, str], ...]


def figures_of(own: dict[str, Any]) -> list[Figure]:
    """Every figure with its default and what the operation has in its place."""
    default = Doctrine()
    found = []
    for name, (meaning, unit) in FIGURES.items():
        usual, mine = getattr(default, name), own.get(name)
        parts = RISKS if isinstance(usual, ByRisk) else ("",)
        fields = []
        for risk in parts:
            field = f"{name}.{risk}" if risk else name
            value = (mine or {}).get(risk) if risk else mine
            base = getattr(usual, risk) if risk else usual
            fields.append((field, str(risk), "" if value is None else f"{value:g}", f"{base:g}"))
        found.append(Figure(name, meaning, unit, tuple(fields)))
    return found


class DoctrineForm(PageForm):
    """A field for each figure, by risk where it depends on it, and one for the revision that the form showed of it."""

    def typed_figures(self) -> dict[str, Any]:
        """Figure -> what was typed, None for the default."""
        found: dict[str, Any] = {}
        for figure in figures_of({}):
            typed = ((risk, self[field].data, float(usual)) for field, risk, _, usual in figure.fields)
            values = {risk: plain(value) for risk, value, usual in typed if value is not None and value != usual}
            found[figure.name] = values.get("") if figure.fields[0][1] == "" else values or None
        return found

    def mark(self, fault: Fault) -> None:
        """A fault of a figure stands beside its field."""
        name = fault.place.removeprefix("doctrine.")
        self.refuse(fault.text(language()), next((field for field in (name, f"{name}.low") if field in self), ""))

    def renew(self, rows: Iterable[LiveRow]) -> None:
        """What somebody else saved meanwhile has been seen: sent again, the form's own figures stand."""
        for row in rows:
            self[f"seen.{row.key}"].data = row.revision


def plain(value: float) -> float:
    """The number, as a whole one where it is."""
    return int(value) if float(value).is_integer() else value


def _is_number(form: DoctrineForm, field: NumberField) -> None:
    if field.text and field.data is None:
        raise ValidationError(Fault(field.name, "not-number", {"value": quote(field.text)}).text(language()))


for _figure in figures_of({}):
    for _name, _risk, *_ in _figure.fields:
        _look = {"maxlength": TEXT_LENGTH.most, "inputmode": "decimal"}
        _field = NumberField(
            _figure.meaning, validators=[_is_number], description=BY_RISK.get(_risk, ""), render_kw=_look
        )
        setattr(DoctrineForm, _name, _field)
    setattr(DoctrineForm, f"seen.{_figure.name}", SeenField(""))


def _form_of(rows: Iterable[LiveRow]) -> DoctrineForm:
    """The form as the operation has the figures."""
    own = {row.key: row for row in rows}
    data: dict[str, Any] = {f"seen.{key}": row.revision for key, row in own.items()}
    for figure in figures_of({key: (row.row or {}).get("value") for key, row in own.items()}):
        data |= {field: plain(float(value)) for field, _, value, _ in figure.fields if value}
    return DoctrineForm(data=data)


@doctrine.get("")
def page(operation: int) -> str:
    """Every figure, editable."""
    permit("see", operation)
    with session() as s:
        own = register.rows(s, operation, "doctrine")
    return _page(operation, _form_of(own))


def _page(operation: int, form: DoctrineForm) -> str:
    with session() as s:
        line, last = register.operation_line(s, operation), last_changes(s, operation, "doctrine")
    page = {"tab": "doctrine", "line": line, "figures": figures_of({}), "form": form, "last": last}
    return render_template("registers/doctrine.html", **page)


def _beyond_law(value: Operation, form: DoctrineForm) -> dict[str, str]:
    """Figure -> why it is refused: the clocks of the operation's law pack allow no more."""
    pack = pack_of_operation(value)
    if pack is None:
        return {}
    default, wanted = Doctrine(), form.typed_figures()
    return {
        name: t("The law pack allows at most {most} min ({article}).", most=most, article=clock.article)
        for name, (most, clock) in doctrine_limits(value, pack).items()
        if (getattr(default, name) if wanted[name] is None else wanted[name]) > most
    }


@doctrine.post("")
def save(operation: int) -> Response | tuple[str, int]:
    """The figures are what the form says; an empty one is the default again."""
    person, form = permit("edit", operation), DoctrineForm(request.form)
    if not form.validate():
        return _page(operation, form), 422
    with session() as s:
        own = {row.key: (row.row or {}).get("value") for row in register.rows(s, operation, "doctrine")}
        line = register.operation_line(s, operation)
        value = live_operation(s, line, plan_cache.live(s, line))
    if value is not None and (faults := _beyond_law(value, form)):
        for name, sentence in faults.items():
            form.refuse(sentence, name)
        return _page(operation, form), 422
    changed = {name: value for name, value in form.typed_figures().items() if value != own.get(name)}
    edits = [Edit("doctrine", name, None if value is None else {"value": value}) for name, value in changed.items()]
    seen = {("doctrine", name): form[f"seen.{name}"].data for name in changed}
    try:
        with session() as s:
            register.change(s, operation, edits, person.id, seen)
    except Unreadable as error:
        for fault in error.faults:
            form.mark(fault)
        return _page(operation, form), 422
    except Conflict as conflict:
        form.renew(conflict.rows)
        form.refuse(t("Someone else has changed a value in the meantime. Please check."))
        return _page(operation, form), 409
    flash(say("Doctrine saved."), "success")
    return redirect(url_for("doctrine.page", operation=operation))
