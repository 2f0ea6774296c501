"""The links with which units report from their phones: made for a briefing, printed as slips, and ended."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import phone_links as store
from models import register
from models.phone_links import NewLink, PhoneLink
from planner.i18n import ngettext
from planner.papers.printing import CARD
from planner.plan import Unit
from web import plan_cache
from web.access import permit
from web.board_plan import plan_on_board
from web.copies import CopyOrder, NoSuchCopies, number_copies, why_none
from web.database import session
from web.language import language, say, t
from web.phone_addresses import address_of, phone_addresses

phones = Blueprint("phones", __name__, url_prefix="/operations/<int:operation>/phones")
MOST_UNITS = 1000
KINDS = {"squad": say("Squad"), "escort": say("Escort unit"), "forensic": say("Forensic unit")}


@dataclass(frozen=True, slots=True)
class Slip:
    """What a unit is given at the briefing: the address with its picture, and on another half the number."""

    unit: str
    address: str
    picture: str
    pin: str


@phones.get("")
def page(operation: int) -> str:
    """The units of the plan in force, and how their links stand."""
    permit("report", operation)
    return _page(operation)


@phones.post("")
def make(operation: int) -> Response | str:
    """New links for the units that are ticked; their slips are shown this once."""
    me = permit("report", operation)
    chosen = request.form.getlist("unit")[:MOST_UNITS]
    with session() as s:
        units = _units(operation)
        wanted = [unit.id for unit in units if unit.id in chosen]
        made = store.make_links(s, operation, wanted, me.id)
    if not made:
        flash(t("Tick at least one unit."), "warning")
        return redirect(url_for("phones.page", operation=operation), 303)
    return _page(operation, made)


@phones.post("/end")
def end(operation: int) -> Response:
    """The links of the units that are ticked hold no longer."""
    me = permit("report", operation)
    with session() as s:
        num = store.end_links(s, operation, request.form.getlist("unit")[:MOST_UNITS], me.id)
    sentence = ngettext("{n} link ended.", "{n} links ended.", num, language())
    flash(sentence, "success" if num else "warning")
    return redirect(url_for("phones.page", operation=operation), 303)


@phones.post("/cards")
def cards(operation: int) -> Response:
    """Numbered cards of the squads that are ticked, with the QR codes of the links that they have: no link ends."""
    me = permit("report", operation)
    chosen = request.form.getlist("unit")[:MOST_UNITS]
    with session() as s:
        plan = plan_on_board(s, register.operation_line(s, operation))
    linked = phone_addresses(operation)
    wanted = [unit.id for unit in _units(operation) if unit.kind == "squad" and unit.id in chosen and unit.id in linked]
    if plan is None or not wanted:
        flash(t("Tick squads whose link holds."), "warning")
        return redirect(url_for("phones.page", operation=operation), 303)
    try:
        numbers = number_copies(operation, plan, CopyOrder((CARD,), ",".join(wanted)), me)
    except NoSuchCopies:
        flash(why_none(), "warning")
        return redirect(url_for("phones.page", operation=operation), 303)
    first, last = numbers[0], numbers[-1]
    return redirect(url_for("copies.printed", operation=operation, first=first, last=last, links=1), 303)


def _units(operation: int) -> Sequence[Unit]:
    with session() as s:
        plan = plan_on_board(s, register.operation_line(s, operation))
    return plan_cache.plan_view(plan).plan.units if plan is not None else ()


def _page(operation: int, made: Sequence[NewLink] = ()) -> str:
    with session() as s:
        line = register.operation_line(s, operation)
        links: dict[str, PhoneLink] = {one.unit: one for one in store.links_of(s, operation)}
    units, slips = _units(operation), [_slip(one) for one in made]
    planned = {unit.id for unit in units}
    return render_template(
        "phones/page.html",
        tab="board",
        line=line,
        units=units,
        links=links,
        strays=[one for one in links.values() if one.unit not in planned and one.ended_at is None],
        slips=slips,
        kinds=KINDS,
        is_reachable=bool(current_app.config["PHONES"]),
    )


def _slip(new: NewLink) -> Slip:
    address = address_of(new.word)
    made = segno.make_qr(address, error="m")
    return Slip(new.unit, address, str(made.svg_data_uri(scale=4, border=4, dark="#000", light="#fff")), new.pin)
