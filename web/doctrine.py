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
from planner.files.fault import quote
from planner.operation import RISKS, ByRisk, Doctrine
from web.access import permit
from web.database import session
from web.language import language, say, t
from web.reader import key_in, number

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
        return _page(operation, form, (t("Someone else has changed a value in the meantime. Please check."),)), 409
    flash(t("Doctrine saved."), "success")
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
                faults.append(_told(Fault(field, "not-number", {"value": quote(text)})))
            if figure_typed is not None and figure_typed != float(usual):
                values[risk] = int(figure_typed) if figure_typed.is_integer() else figure_typed
        is_plain = figure.fields[0][1] == ""
        wanted[figure.name] = values.get("") if is_plain else values or None
    return wanted, tuple(faults)
