"""Parcels of a plan's documents: asked for, watched while they are made, stopped, and fetched by who asked."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from models import plans as store
from models import register
from models.copies import copies_of
from planner.papers.parcels import MOST_SHEETS, ParcelForm
from web.access import permit
from web.approvals import state_of
from web.database import database, session
from web.disclosure import DOCUMENTS, Disclosure, hand_out, last_entry
from web.downloads import file_name, plain_name
from web.editions import Impression, stamp_of
from web.events import StateShown, event_stream
from web.language import language, say, t
from web.papers import LARGE
from web.parcels import Load, ParcelOrder, all_parcels
from web.plan_papers import MOST_KEYS, keys_of, offers_of, sheaf_of
from web.plans import plan_name, sound
from web.printing import StoredEdition

parcels = Blueprint("parcels", __name__, url_prefix="/operations/<int:operation>")
OF_PLAN = "/plans/<int:scenario>/papers/parcels"
FORMS = ("zip", "pdf")
TYPES = {".zip": "application/zip", ".pdf": "application/pdf"}
NO_LONGER = say("The state of the plan has changed since: order the documents again.")


@parcels.get(OF_PLAN)
def new(operation: int, scenario: int) -> Response | str:
    """The form that asks in which form what was chosen is wanted."""
    permit("see", operation)
    plan, asked = sound(operation, scenario), request.args.get("for", "")
    chosen = choose_readers(plan, request.args.getlist("paper"), asked)
    if not chosen:
        return _nothing(operation, scenario)
    with session() as s:
        line = register.operation_line(s, operation)
    told = {
        "chosen": chosen,
        "num": sum(map(len, chosen.values())),
        "asked": asked,
        "most": MOST_SHEETS["pdf"],
        "documents": DOCUMENTS,
    }
    return render_template("parcels/new.html", tab="plans", line=line, plan=plan, **told)


@parcels.post(OF_PLAN)
def order(operation: int, scenario: int) -> Response:
    """The parcel is begun; the next page watches it."""
    person = permit("see", operation)
    plan, form = sound(operation, scenario), request.form
    chosen = choose_readers(plan, form.getlist("paper"), form.get("for", ""))
    if not chosen:
        return _nothing(operation, scenario)
    if form.get("form") not in FORMS:
        abort(404)
    name = begin_parcel(operation, plan, person.id, chosen, "pdf" if form["form"] == "pdf" else "zip")
    return redirect(url_for("parcels.show", operation=operation, parcel=name), 303)


def begin_parcel(
    operation: int, plan: store.PlanLine, user: int, chosen: dict[str, list[str]], form: ParcelForm
) -> str:
    """The name of a parcel that is being made from now on, in place of an earlier one of this person."""
    with session() as s:
        state = state_of(register.operation_line(s, operation), plan)
    bound = database().generation, chosen, form, language(), state, last_entry()
    return order_parcel(ParcelOrder(operation, plan.scenario, user, *bound))


def order_parcel(asked: ParcelOrder) -> str:
    """The name of the parcel, which is being made from now on."""
    name = all_parcels().ask(asked)
    resume_parcel(name, asked)
    return name


def resume_parcel(name: str, asked: ParcelOrder) -> None:
    """The parcel is made as far as it is not, unless somebody is at it."""
    all_parcels().work(name, _load(asked), LARGE)


def _nothing(operation: int, scenario: int) -> Response:
    flash(t("Nobody gets a document of those chosen."), "danger")
    return redirect(url_for("plan_papers.index", operation=operation, scenario=scenario))


def choose_readers(plan: store.PlanLine, names: Iterable[str], asked: str) -> dict[str, list[str]]:
    """Document -> those of its readers who were asked for (ids between commas; none: all)."""
    if len(asked) > MOST_KEYS:
        abort(404)
    return sheaf_of(offers_of(plan), set(names), keys_of(asked) or None)


def _load(asked: ParcelOrder) -> Load:
    """How that is found of which it is set, outside of a request."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # of the proxy, as Flask's manual tells

    def load() -> StoredEdition:
        with app.app_context():
            with session() as s:
                lines = {line.scenario: line for line in store.lines(s, asked.operation)}
            before = None if asked.before is None else lines[asked.before]
            plan, same = lines[asked.scenario], (asked.sheaves, asked.lang, asked.state, before)
            return replace(Impression(asked.operation, plan, *same).edition(), log_head=asked.log_head)

    return load


def own_parcel(operation: int, parcel: str) -> ParcelOrder:
    """What was asked with the parcel of the person at the page; nobody else finds it."""
    person = permit("see", operation)
    asked = all_parcels().asked(parcel)
    mine = (person.id, operation, database().generation)
    if asked is None or (asked.user, asked.operation, asked.generation) != mine:
        abort(404)
    return asked


@parcels.get("/parcels/<parcel>/")
def show(operation: int, parcel: str) -> str:
    """How far the parcel is; at its end where to fetch it."""
    asked, every = own_parcel(operation, parcel), all_parcels()
    is_done, failure = every.file(parcel) is not None, every.failure(parcel)
    if not is_done and not failure:
        resume_parcel(parcel, asked)
    with session() as s:
        line = register.operation_line(s, operation)
    plan = sound(operation, asked.scenario)
    told = {"asked": asked, "parcel": parcel, "is_done": is_done, "failure": failure, "documents": DOCUMENTS}
    return render_template(
        "parcels/show.html", tab="plans", line=line, plan=plan, progress=every.progress(parcel), **told
    )


@parcels.get("/parcels/<parcel>/events")
def events(operation: int, parcel: str) -> Response:
    """How far the parcel is, told as it happens; at its end the browser asks for the page again."""
    own_parcel(operation, parcel)
    every = all_parcels()

    def look() -> StateShown:
        is_over = every.asked(parcel) is None or every.file(parcel) is not None or bool(every.failure(parcel))
        done = every.progress(parcel)
        draw = partial(render_template, "parcels/progress.html", progress=done)
        return StateShown(f"{done[0]}.{is_over}", draw, not is_over)

    return event_stream(look, "see", operation)


@parcels.post("/parcels/<parcel>/stop")
def stop(operation: int, parcel: str) -> Response:
    """The parcel is gone."""
    asked = own_parcel(operation, parcel)
    all_parcels().drop(parcel)
    flash(t("Stopped. Nothing is kept of these documents."), "success")
    return redirect(url_for("plan_papers.index", operation=operation, scenario=asked.scenario), 303)


@parcels.get("/parcels/<parcel>/file")
def fetch(operation: int, parcel: str) -> Response:
    """The parcel's file, as long as the plan is what its pages say."""
    permit("see", operation)
    try:
        return send_parcel(operation, parcel)
    except OtherState as error:
        flash(t(NO_LONGER), "danger")
        return redirect(url_for("plan_papers.index", operation=operation, scenario=error.scenario))


class OtherState(Exception):
    """The plan is not what the pages of a parcel say of it: the parcel is gone."""

    def __init__(self, scenario: int) -> None:
        self.scenario = scenario
        super().__init__(scenario)


def send_parcel(operation: int, parcel: str) -> Response:
    """The file of the reader's parcel, with a record that it left. Raises OtherState."""
    asked, file = own_parcel(operation, parcel), all_parcels().file(parcel)
    if file is None:
        abort(404)
    plan = sound(operation, asked.scenario)
    if not _is_still(asked, plan):
        all_parcels().drop(parcel)
        raise OtherState(asked.scenario)
    name = f"{plain_name(file_name(stamp_of(operation, plan), plan_name(plan)))}{file.suffix}"
    told = Disclosure(
        *("printed", operation, tuple(asked.names), file.suffix[1:], asked.scenario, max(1, len(asked.copies)))
    )
    return hand_out(told, lambda: send_file(file, TYPES[file.suffix], as_attachment=True, download_name=name))


def _is_still(asked: ParcelOrder, plan: store.PlanLine) -> bool:
    """Whether the pages say what they would say now, and no copy was withdrawn since."""
    with session() as s:
        if not asked.copies:
            return state_of(register.operation_line(s, asked.operation), plan) == asked.state
        found = copies_of(s, asked.operation, [mark.number for mark, _ in asked.copies if mark])
    return all(one.state != "withdrawn" for one in found) and found[0].says == asked.state
