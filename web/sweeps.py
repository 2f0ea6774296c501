"""Stress tests of a plan: asked for, watched while variants are replanned, stopped; a variant opened as a scenario."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField

from models import register, sweep_roads, sweeps
from models.plans import PlanLine
from models.road_settings import settings_of
from planner.plan import Plan
from planner.render.formatting import percent
from planner.render.plot_layout import draw_plot
from planner.render.sweep_plots import range_plots
from planner.render.sweep_words import KINDS, best_hour_sentence, fragile_sentences, variant_text
from planner.scenario import Scenario
from planner.score import score
from planner.solver import Limit
from planner.sweeps.ranking import Damage, damage
from planner.sweeps.variants import FAILURES, Variant, failures, forces, hours
from web import plan_cache
from web.access import permit
from web.database import session
from web.events import StateShown, event_stream
from web.forms import LineField, NumberField, PageForm, WholeField
from web.language import language, say, t
from web.plans import plan_line, plan_name, sound
from web.reader import key_in
from web.travel import OTHER_REASON, REASONS

stress = Blueprint("stress", __name__, url_prefix="/operations/<int:operation>/plans/<int:scenario>/sweep")
MOST_VARIANTS = 1000
MOST_SECONDS = 600.0
LEAST_PERCENT, MOST_PERCENT = 1, 300
MOST_ROADS = 40
CLOCK = {"placeholder": "04:00", "autocomplete": "off", "maxlength": 5}


class SweepForm(PageForm):
    """What is varied, and how long each replan may take."""

    commanders = BooleanField(KINDS["commanders"], default=True)
    leaders = BooleanField(KINDS["leaders"], default=True)
    vehicles = BooleanField(KINDS["vehicles"], default=True)
    custody = BooleanField(KINDS["custody"], default=True)
    agencies = BooleanField(KINDS["agencies"], default=True)
    roads = BooleanField(KINDS["roads"])
    most_roads = WholeField(say("Roads and bridges at most"), 1, MOST_ROADS, default=20)
    first_hour = LineField(say("H from"), render_kw=CLOCK)
    last_hour = LineField(say("H to"), render_kw=CLOCK | {"placeholder": "07:00"})
    step_minutes = WholeField(say("Every … minutes"), 5, 240, default=15)
    least_force = WholeField(say("Officers from (%)"), LEAST_PERCENT, MOST_PERCENT)
    most_force = WholeField(say("Officers to (%)"), LEAST_PERCENT, MOST_PERCENT)
    step_force = WholeField(say("Every … per cent"), 1, 100, default=5)
    seconds = NumberField(say("Seconds for each replan"), 0.1, MOST_SECONDS, default=5)

    def kinds(self) -> list[str]:
        """What fails, one at a time."""
        return [kind for kind in FAILURES if self[kind].data]

    def read(self) -> None:
        """The fields that need each other; each that is wrong is told beside it."""
        for name in ("first_hour", "last_hour"):
            if self[name].data and _clock(self[name].data) is None:
                self.refuse(t("Enter a clock time such as 04:00."), name)
        for name, other in (("first_hour", "last_hour"), ("least_force", "most_force")):
            if bool(_text(self[name])) != bool(_text(self[other])):
                self.refuse(t("Enter both ends of the range or none."), name)
        for field in _figures(self):
            if field.text and field.data is None:
                least, most = f"{field.least:g}", f"{field.most:g}"
                self.refuse(t("Enter a whole number from {least} to {most}.", least=least, most=most), field.name)
        if self.seconds.data is None:
            self.refuse(t("Enter seconds from 0.1 to {most}.", most=f"{MOST_SECONDS:g}"), "seconds")

    @property
    def is_right(self) -> bool:
        """Nothing was refused."""
        return not any(True for _ in self.wrong())

    def variants(self, scenario: Scenario, plan: Plan, document: dict[str, Any]) -> tuple[Variant, ...]:
        """What is asked for, of a form that was read and is right."""
        found = failures(document, scenario.operation, plan, self.kinds())
        first, last = _clock(self.first_hour.data), _clock(self.last_hour.data)
        if first is not None and last is not None and scenario.now is None:
            found += hours(document, first, last, self.step_minutes.data or 15)
        if self.least_force.data is not None and self.most_force.data is not None:
            found += forces(document, range(self.least_force.data, self.most_force.data + 1, self.step_force.data or 5))
        return found

    def wanted(self) -> dict[str, Any]:
        """What was ticked and typed."""
        return {name: field.data for name, field in self._fields.items()} | {"most_roads": self.most_roads.data or 20}


def _figures(form: SweepForm) -> tuple[WholeField, ...]:
    return form.most_roads, form.step_minutes, form.least_force, form.most_force, form.step_force


def _text(field: Any) -> str:
    return field.text if isinstance(field, NumberField) else field.data


def _clock(text: str) -> time | None:
    """The clock time that is typed; None for what is none."""
    try:
        return time.fromisoformat(text if len(text) == len("04:00") else "")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A variant as a row of the table: in words, and by how much it is worse."""

    line: sweeps.VariantLine
    text: str
    worse: Damage | None


@stress.get("/")
def page(operation: int, scenario: int) -> tuple[str, int]:
    """What can be tested, and the latest stress test of the plan, or the one that is asked for (`of`)."""
    permit("see", operation)
    return _page(operation, sound(operation, scenario), SweepForm())


def _page(operation: int, plan: PlanLine, form: SweepForm, status: int = 200) -> tuple[str, int]:
    with session() as s:
        line, lines = register.operation_line(s, operation), sweeps.sweep_lines(s, plan.scenario)
    of = key_in(request.args, "of")
    chosen = next((one for one in lines if of in (None, one.key)), None)
    if of is not None and chosen is None:
        abort(404)
    shown = plan_cache.plan_view(plan)
    text = render_template(
        "plans/sweep.html",
        no_roads=no_roads(operation, plan),
        tab="plans",
        line=line,
        plan=plan,
        title=plan_name(plan),
        form=form,
        kinds=[form[kind] for kind in FAILURES],
        lines=lines,
        is_running=shown.scenario.now is not None,
        hour=shown.scenario.operation.at(0),
        **(_state(plan, chosen) if chosen is not None else {"sweep": None}),
    )
    return text, status


def _state(plan: PlanLine, line: sweeps.SweepLine) -> dict[str, Any]:
    """How far a stress test is, and what came of it so far."""
    with session() as s:
        variants = sweeps.variant_lines(s, line.key)
    shown, lang = plan_cache.plan_view(plan), language()
    value, before = shown.scenario.operation, score(shown.scenario, shown.plan)
    rows = [
        VariantRow(
            one,
            variant_text(value, shown.plan, one.variant.kind, one.variant.subject, lang),
            damage(before, one.found) if one.found is not None else None,
        )
        for one in variants
    ]
    told = sorted((row for row in rows if row.worse is not None), key=lambda row: row.worse or _NOTHING, reverse=True)
    ranges = [(one.variant, one.found) for one in variants if one.found is not None]
    return {
        "sweep": line,
        "road_text": _road_text(line),
        "rows": told,
        "before": before,
        "uncovered_before": len(shown.plan.missed),
        "all_set_before": percent(shown.set_chances.all),
        "percent": percent,
        "sentences": fragile_sentences(
            value, shown.plan, [(row.line.variant, row.worse) for row in told if row.worse], line.limit.seconds, lang
        ),
        "best_hour": best_hour_sentence(ranges, lang),
        "groups": [[(plot, draw_plot(plot))] for plot in range_plots(ranges, lang)],
        "sides": [""],
    }


_NOTHING = Damage(impossible=False)
_NO_ANSWER = say("The road service gave no answer for two minutes. Start another stress test once it does.")
_NO_ROADS = {**REASONS, "slow": _NO_ANSWER, "busy": _NO_ANSWER, "loading": _NO_ANSWER}


@stress.post("/")
def ask(operation: int, scenario: int) -> AnyResponse | tuple[str, int]:
    """A stress test is asked for; or what stands in its way is told."""
    person, plan, form = permit("plan", operation), sound(operation, scenario), SweepForm(request.form)
    form.read()
    if not form.is_right:
        return _page(operation, plan, form, 422)
    if form.roads.data and (reason := no_roads(operation, plan)):
        form.refuse(reason, "roads")
        return _page(operation, plan, form, 422)
    shown = plan_cache.plan_view(plan)
    with session() as s:
        document = plan_cache.stored_of(s, plan).operation_document
    variants = form.variants(shown.scenario, shown.plan, document)
    if not 0 < len(variants) + form.roads.data <= MOST_VARIANTS:
        form.refuse(
            t("Choose what is tested: 1 to {most} variants; these are {n}.", most=MOST_VARIANTS, n=len(variants))
        )
        return _page(operation, plan, form, 422)
    try:
        with session() as s:
            limit, roads = Limit(form.seconds.data, None, 0), bool(form.roads.data)
            key = sweeps.ask(s, scenario, person.id, variants, form.wanted(), limit, roads=roads)
    except sweeps.SweepOpen:
        form.refuse(t("A stress test of this operation is under way: wait until it has ended, or stop it."))
        return _page(operation, plan, form, 409)
    return redirect(url_for("stress.page", operation=operation, scenario=scenario, of=key, _anchor="state"))


def no_roads(operation: int, plan: PlanLine) -> str:
    """Why no road can be closed in the plan, and what is needed for it, in the reader's language; "" where one can."""
    with session() as s:
        settings = settings_of(s, operation)
    if settings.router:
        return t("Roads cannot be tried: a router on another host knows no closures. Choose an area instead.")
    if not settings.areas:
        told = t("Roads cannot be tried: this operation has no travel times on roads.")
        return told + " " + t("Choose an area, then make a plan with its travel times.")
    if plan_cache.plan_view(plan).scenario.operation.matrix is None:
        return t("Roads cannot be tried: this plan was made without travel times on roads. Make a new plan.")
    return ""


def _road_text(line: sweeps.SweepLine) -> str:
    """What is to be said of the search for roads, in the reader's language; "" for nothing."""
    if line.roads == sweep_roads.WAITING:
        return t("Looking for the roads and bridges that routes of this plan share …")
    if line.roads == sweep_roads.FAILED:
        code, _, area = line.roads_reason.partition(" ")
        return t("Roads could not be tried.") + " " + t(_NO_ROADS.get(code, OTHER_REASON), area=area)
    if line.roads == sweep_roads.DONE and not line.num_roads:
        return t("No single closed road or bridge makes a route of this plan longer.")
    return ""


def _sweep_of(scenario: int, key: int) -> sweeps.SweepLine:
    """The stress test, which is of this plan; of another one's there is none."""
    with session() as s:
        line = sweeps.sweep_line(s, key)
    if line.parent != scenario:
        abort(404)
    return line


@stress.post("/<int:sweep>/stop")
def stop(operation: int, scenario: int, sweep: int) -> AnyResponse:
    """No further variant is begun; those at work keep their best plan so far."""
    person = permit("plan", operation)
    plan_line(operation, scenario)
    _sweep_of(scenario, sweep)
    with session() as s:
        sweeps.ask_to_stop(s, sweep, person.id)
    return redirect(url_for("stress.page", operation=operation, scenario=scenario, of=sweep, _anchor="state"))


@stress.post("/<int:sweep>/<int:number>/open")
def open_variant(operation: int, scenario: int, sweep: int, number: int) -> AnyResponse:
    """The variant's plan is a scenario, a branch below this plan, and is shown."""
    person = permit("plan", operation)
    plan_line(operation, scenario)
    _sweep_of(scenario, sweep)
    with session() as s:
        key = sweeps.open_variant(s, sweep, number, person.id)
    return redirect(url_for("plans.show", operation=operation, scenario=key))


@stress.get("/<int:sweep>/events")
def events(operation: int, scenario: int, sweep: int) -> Response:
    """How far the stress test is, told as it happens."""
    permit("see", operation)
    plan = sound(operation, scenario)
    _sweep_of(scenario, sweep)
    with session() as s:
        value = register.operation_line(s, operation)

    def look() -> StateShown:
        line = _sweep_of(scenario, sweep)
        sign = f"{line.num_done}.{line.num}.{line.num_running}.{line.is_stopping}.{line.roads}"

        def draw() -> str:
            return render_template("plans/sweep_state.html", line=value, plan=plan, **_state(plan, line))

        return StateShown(sign, draw, line.is_open)

    return event_stream(look, "see", operation)
