"""Why a plan lacks something and what would help: asked, watched while it is answered, stopped, taken as a scenario."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import desks, register
from models.plans import PlanLine
from planner.papers.reinforcement import PAPER as REINFORCEMENT
from planner.reasons.questions import WhyQuestion
from planner.reasons.stored import StoredAnswer, read_answer
from planner.render.change_words import contrast_sentences
from planner.render.remedy_words import (
    CALLED,
    bound_sentence,
    departs_sentence,
    outcome_rows,
    remedy_sentence,
    request_sentences,
    wanted_word,
)
from planner.render.why_words import answer_sentence, fact_sentence, notes, question_sentence
from web import plan_cache
from web.access import Person, permit
from web.approvals import state_of
from web.database import database, session
from web.disclosure import Disclosure, hand_out, last_entry
from web.events import StateShown, event_stream
from web.language import language, say, t
from web.papers import papers
from web.plan_view import PlanView
from web.plans import plan_name, sound
from web.printing import reinforcement_file
from web.question_links import late_sites, other_squads
from web.question_store import MOST_OPEN, PlanQuestion, TooManyQuestions, all_questions

reasons = Blueprint("reasons", __name__, url_prefix="/operations/<int:operation>/plans/<int:scenario>/reasons")
WHOLE = ("everybody", "exposure", "interviews")
"""Questions about the plan as a whole."""
ABOUT = ("missed", "late")
STEPS = {
    "": say("Waiting to start"),
    "alone": say("Looking for a proof, this address alone: check {n}"),
    "city": say("Looking for a proof, with the other addresses of the city: check {n}"),
    "all": say("Looking for a proof, with all addresses: check {n}"),
    "whole": say("Looking for a proof for all addresses at once: check {n}"),
    "try": say("Searching for a plan near this one: try {n}"),
    "remedy": say("Trying what would help: {n}"),
    "program": say("Calculating the least reinforcement"),
    "request": say("Trying a reinforcement: {n}"),
    "contrast": say("Replanning with the other squad"),
}
TOO_MUCH = say("The question took too much time or memory; ask about one address, or without the least reinforcement.")


@reasons.get("/")
def page(operation: int, scenario: int) -> str:
    """What can be asked about the plan, and what was asked by this person."""
    return _index(operation, scenario, permit("see", operation))


def _index(operation: int, scenario: int, person: Person, refusal: str = "") -> str:
    """The page; with a `refusal`, why the question that was sent is not taken."""
    plan = sound(operation, scenario)
    shown, every = plan_cache.plan_view(plan), all_questions()
    names = every.own(operation, scenario, person.id, database().generation)
    asked = [(name, _title(shown, one)) for name in names if (one := every.asked(name)) is not None]
    with session() as s:
        line = register.operation_line(s, operation)
    value, held = shown.scenario.operation, shown.plan
    about = request.args.get("about", "")
    return render_template(
        "reasons/index.html",
        tab="plans",
        line=line,
        plan=plan,
        title=plan_name(plan),
        operation=value,
        missed=[value.suspects_by_id[row.suspect] for row in held.missed],
        late=late_sites(shown.scenario, held),
        raids=sorted(held.raids_by_site),
        squads=other_squads(shown.scenario, held, about.removeprefix("contrast:")),
        about=about,
        asked=asked,
        is_running=shown.scenario.now is not None,
        refusal=refusal,
    )


def _title(shown: PlanView, asked: PlanQuestion) -> str:
    """The question as a sentence."""
    value, subject = shown.scenario.operation, asked.subject
    if asked.kind == "contrast":
        return t("Why not {squad} at {site}?", squad=asked.squad, site=subject)
    question = WhyQuestion(
        asked.kind,  # type: ignore[arg-type]  # it was checked when it was asked
        subject if asked.kind == "late" else None,
        subject if asked.kind == "missed" else None,
    )
    return question_sentence(value, question, language())


@reasons.post("/")
def ask(operation: int, scenario: int) -> Response | tuple[str, int]:
    """The question is asked, and the next page watches it; or the person has enough questions open."""
    person = permit("plan", operation)
    plan, form = sound(operation, scenario), request.form
    shown = plan_cache.plan_view(plan)
    kind, _, subject = form.get("question", "").partition(":")
    squad = form.get("squad", "")
    if not _is_known(shown, kind, subject, squad):
        abort(400)
    asked = PlanQuestion(
        operation,
        scenario,
        person.id,
        database().generation,
        kind,
        subject,
        squad,
        form.get("remedies") == "on",
        form.get("request") == "on",
        t(CALLED),
    )
    try:
        name = all_questions().ask(asked)
    except TooManyQuestions:
        refusal = t(
            "You have {n} questions queued or in progress, which is the maximum: wait for one to finish, or stop one.",
            n=MOST_OPEN,
        )
        return _index(operation, scenario, person, refusal), 429
    _work(name, plan)
    return redirect(url_for("reasons.show", operation=operation, scenario=scenario, name=name), 303)


def _is_known(shown: PlanView, kind: str, subject: str, squad: str) -> bool:
    """Whether the question speaks of what is there."""
    raids = shown.plan.raids_by_site
    match kind:
        case "missed":
            return subject in shown.plan.reason_by_suspect
        case "late":
            return subject in raids
        case "contrast":
            return subject in raids and any(u.id == squad and u.kind == "squad" for u in shown.plan.units)
    return kind in WHOLE


def _work(name: str, plan: PlanLine) -> None:
    stored = plan_cache.printed(plan)
    all_questions().work(name, lambda: stored, TOO_MUCH)


def _own(operation: int, scenario: int, name: str, person: Person) -> PlanQuestion:
    """What was asked, by whom asks now, about this plan; else there is none."""
    asked = all_questions().asked(name)
    whose = None if asked is None else (asked.operation, asked.scenario, asked.user, asked.generation)
    if asked is None or whose != (operation, scenario, person.id, database().generation):
        abort(404)
    return asked


@reasons.get("/<name>/")
def show(operation: int, scenario: int, name: str) -> str:
    """How far the answer is, or the answer."""
    asked, every = _own(operation, scenario, name, permit("see", operation)), all_questions()
    plan = sound(operation, scenario)
    shown = plan_cache.plan_view(plan)
    values, failure = every.answer(name), every.failure(name)
    if values is None and not failure:
        _work(name, plan)
    with session() as s:
        line = register.operation_line(s, operation)
    found = read_answer(values, shown.scenario.operation) if values is not None else None
    return render_template(
        "reasons/show.html",
        tab="plans",
        line=line,
        plan=plan,
        title=plan_name(plan),
        name=name,
        asked=asked,
        question=_title(shown, asked),
        failure=failure,
        progress=every.progress(name),
        steps=STEPS,
        operation=shown.scenario.operation,
        **(_told(shown, found) if found is not None else {"found": None}),
    )


def _told(shown: PlanView, found: StoredAnswer) -> dict[str, Any]:
    """The answer as the page draws it."""
    value, lang = shown.scenario.operation, language()
    told: dict[str, Any] = {"found": found, "outcome_rows": partial(outcome_rows, lang=lang)}
    told["departs"] = departs_sentence(value, lang)
    told["remedies"] = [(one, remedy_sentence(value, one, lang)) for one in found.remedies]
    if found.contrast is not None:
        told["contrast"] = contrast_sentences(value, found.contrast, lang)
    else:
        reason = shown.why.get(found.suspect or "")
        told |= {
            "answer": answer_sentence(value, found, lang),
            "facts": [fact_sentence(value, fact, lang) for fact in found.facts],
            "notes": notes(found, reason, lang),
        }
    if found.request is not None:
        rows = sorted(found.request.wanted.items())
        told["request_rows"] = [(row, wanted_word(value, row, lang), number) for row, number in rows]
        told["request_lines"] = request_sentences(value, found.request, lang)
        told["bound"] = bound_sentence(found.request, lang)
    return told


@reasons.get("/<name>/request.pdf")
def printed(operation: int, scenario: int, name: str) -> Response:
    """The request for reinforcement as a document, which leaves with a record."""
    person = permit("plan", operation)
    _own(operation, scenario, name, person)
    values, plan = all_questions().answer(name), sound(operation, scenario)
    if values is None or not values.get("request"):
        abort(404)
    with session() as s:
        state = state_of(register.operation_line(s, operation), plan)
    asked, lang = Disclosure("printed", operation, (REINFORCEMENT.name,), "pdf", scenario), language()

    def make() -> Response:
        sources: Any = lambda: (plan_cache.printed(plan), values, lang, state, last_entry())  # noqa: E731
        content = papers().get_or_make((REINFORCEMENT.name, name, lang, state), reinforcement_file, sources)
        return Response(content, mimetype="application/pdf")

    with papers().reserve(person.id):
        return hand_out(asked, make)


@reasons.get("/<name>/events")
def events(operation: int, scenario: int, name: str) -> Response:
    """How far the answer is, told as it happens; at its end the browser asks for the page again."""
    _own(operation, scenario, name, permit("see", operation))
    every = all_questions()

    def look() -> StateShown:
        is_over = every.asked(name) is None or every.answer(name) is not None or bool(every.failure(name))
        done = every.progress(name)
        draw = partial(render_template, "reasons/progress.html", progress=done, steps=STEPS)
        return StateShown(f"{done[0]}.{done[1]}.{is_over}", draw, not is_over)

    return event_stream(look, "see", operation)


@reasons.post("/<name>/stop")
def stop(operation: int, scenario: int, name: str) -> Response:
    """The question is gone."""
    _own(operation, scenario, name, permit("see", operation))
    all_questions().drop(name)
    flash(t("Stopped. Nothing is kept of this question."), "success")
    return redirect(url_for("reasons.page", operation=operation, scenario=scenario), 303)


@reasons.post("/<name>/take")
def take(operation: int, scenario: int, name: str) -> Response:
    """A new what-if scenario with the remedy (`remedy`: its number; `request`, `contrast`), ready to be replanned."""
    person = permit("plan", operation)
    _own(operation, scenario, name, person)
    values = all_questions().answer(name)
    if values is None:
        abort(404)
    found = read_answer(values, plan_cache.plan_view(sound(operation, scenario)).scenario.operation)
    choice = request.form.get("remedy", "")
    edits = found.request.edits if choice == "request" and found.request is not None else ()
    if choice == "contrast" and found.contrast is not None:
        edits = found.contrast.edits
    if choice.isascii() and choice.isdigit() and int(choice) < len(found.remedies):
        edits = found.remedies[int(choice)].edits
    if not edits:
        abort(400)
    with session() as s:
        key = desks.open_desk(s, operation, scenario, person.id)
        desks.do(s, key, lambda document: edits)
    return redirect(url_for("whatif.show", operation=operation, desk=key, _anchor="edits"), 303)
