"""Doctrine on one page: each figure with its meaning, its default and its unit; only what differs is stored."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from models import register
from models.errors import Conflict
from planner.edits import Edit
from planner.files import Fault, Unreadable
from planner.files.fault import shown
from planner.operation import RISKS, ByRisk, Doctrine
from web.access import permit
from web.database import session
from web.language import language, say, t
from web.reader import key_in, number

doctrine = Blueprint("doctrine", __name__, url_prefix="/operations/<int:operation>/registers/doctrine")
BY_RISK = {"low": say("low risk"), "medium": say("medium risk"), "high": say("high risk")}
MINUTES, OFFICERS, RATIO, RANK = say("min"), say("officers"), say("officers per detainee"), say("rank 1 to 5")
FIGURES: dict[str, tuple[str, str]] = {
    "strike_window": (say("A raid that starts so soon after H counts as simultaneous"), MINUTES),
    "last_raid": (say("No raid starts later after H"), MINUTES),
    "brief_minutes": (say("Briefing at the assembly point"), MINUTES),
    "set_minutes": (say("A squad is at its first door so long before the raid, out of sight"), MINUTES),
    "long_haul": (say("An approach longer than this earns a rest"), MINUTES),
    "rest_minutes": (say("Rest before the briefing after a long approach"), MINUTES),
    "span_of_control": (say("Squads in a team at most"), say("squads")),
    "commander_rank": (say("Least rank of a team's commander"), RANK),
    "lead_rank": (say("Least rank of one officer in each squad"), RANK),
    "officers_by_risk": (say("Squad for a site with one suspect"), OFFICERS),
    "officers_per_extra_suspect": (say("Added for each further suspect at the site"), OFFICERS),
    "entry_by_risk": (say("Officers with the skill entry"), OFFICERS),
    "medic_by_risk": (say("Officers with the skill medic"), OFFICERS),
    "raid_minutes": (say("Arrest and search, before the squad may leave"), MINUTES),
    "arrest_minutes": (say("From the raid's start until a detainee can be handed over"), MINUTES),
    "handover_minutes": (say("Least length of a pickup"), MINUTES),
    "intake_minutes": (say("Least length of a delivery"), MINUTES),
    "escort_crew": (say("Least crew of an escort unit"), OFFICERS),
    "escorts_per_detainee": (say("Officers for each detainee aboard an escort unit"), RATIO),
    "self_escort_ratio": (say("Officers for each detainee where a squad drives its own"), RATIO),
    "custody_latest": (say("From the raid's start to the end of the delivery, at most"), MINUTES),
    "exam_minutes": (say("Length of a forensic examination"), MINUTES),
    "exam_latest": (say("Latest start of the examination after the raid's start"), MINUTES),
    "hold_minutes": (say("A detainee's minutes beyond these, until the delivery, count twice"), MINUTES),
    "guard_crew": (
        say("Officers of a squad who keep the scene where the others leave before the examination"),
        OFFICERS,
    ),
    "duty_max": (say("From the start of a unit's first stop to the end of its last, at most"), MINUTES),
    "interview_minutes": (say("Length of a first interview"), MINUTES),
    "interview_latest": (say("Latest start of the interview after the raid's start"), MINUTES),
    "interview_break": (say("Least break between two interviews of one officer"), MINUTES),
    "own_way": (
        say("So far an officer comes to the first stop by own means; from farther, in a vehicle of the unit"),
        MINUTES,
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure on the page: `fields` are name, risk, value typed and default."""

    name: str
    meaning: str
    unit: str
    fields: tuple[tuple[str, str, str, str], ...]


def figures_of(own: dict[str, Any], typed: MultiDict[str, str] | None = None) -> list[Figure]:
    """Every figure with its default and what the operation (or the form) has in its place."""
    default = Doctrine()
    found = []
    for name, (meaning, unit) in FIGURES.items():
        usual, mine = getattr(default, name), own.get(name)
        parts = RISKS if isinstance(usual, ByRisk) else ("",)
        fields = []
        for risk in parts:
            field = f"{name}.{risk}" if risk else name
            value = (mine or {}).get(risk) if risk else mine
            shown = "" if value is None else f"{value:g}"
            base = getattr(usual, risk) if risk else usual
            fields.append((field, str(risk), typed.get(field, "") if typed is not None else shown, f"{base:g}"))
        found.append(Figure(name, meaning, unit, tuple(fields)))
    return found


@doctrine.get("")
def page(operation: int) -> str:
    """Every figure, editable."""
    permit("see", operation)
    return _page(operation, None, ())


def _page(operation: int, typed: MultiDict[str, str] | None, faults: tuple[str, ...]) -> str:
    with session() as s:
        line, own = register.operation_line(s, operation), register.rows(s, operation, "doctrine")
    figures = figures_of({row.key: (row.row or {}).get("value") for row in own}, typed)
    seen = {row.key: row.revision for row in own}
    return render_template(
        "registers/doctrine.html", tab="doctrine", line=line, figures=figures, seen=seen, faults=faults
    )


@doctrine.post("")
def save(operation: int) -> Response | tuple[str, int]:
    """The figures are what the form says; an empty one is the default again."""
    person, form = permit("edit", operation), request.form
    with session() as s:
        own = {row.key: (row.row or {}).get("value") for row in register.rows(s, operation, "doctrine")}
    wanted, faults = _typed(form)
    edits = [Edit("doctrine", name, None if value is None else {"value": value}) for name, value in wanted.items()]
    edits = [edit for edit in edits if (None if edit.row is None else edit.row["value"]) != own.get(edit.key)]
    if faults:
        return _page(operation, form, faults), 422
    seen = {("doctrine", edit.key): key_in(form, f"seen.{edit.key}") or 0 for edit in edits}
    try:
        with session() as s:
            register.change(s, operation, edits, person.id, seen)
    except Unreadable as error:
        return _page(operation, form, tuple(map(_told, error.faults))), 422
    except Conflict:
        return _page(operation, form, (t("Somebody else has changed a figure meanwhile. Please look again."),)), 409
    flash(say("Doctrine is saved."), "success")
    return redirect(url_for("doctrine.page", operation=operation))


def _told(fault: Fault) -> str:
    """A fault of a figure by what the figure means, as the page has it."""
    name, *risk = fault.place.removeprefix("doctrine.").split(".")
    meaning = t(FIGURES[name][0]) if name in FIGURES else name
    where = [meaning, *(t(BY_RISK[one]) for one in risk if one in BY_RISK)]
    return f"{', '.join(where)}: {fault.text(language())}"


def _typed(form: MultiDict[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Figure -> what was typed, None for the default; and what is no number."""
    wanted: dict[str, Any] = {}
    faults = []
    for figure in figures_of({}):
        values = {}
        for field, risk, _, usual in figure.fields:
            text = form.get(field, "").strip()
            figure_typed = number(text) if text else None
            if text and figure_typed is None:
                faults.append(_told(Fault(field, "not-number", {"value": shown(text)})))
            if figure_typed is not None and figure_typed != float(usual):
                values[risk] = int(figure_typed) if figure_typed.is_integer() else figure_typed
        is_plain = figure.fields[0][1] == ""
        wanted[figure.name] = values.get("") if is_plain else values or None
    return wanted, tuple(faults)
