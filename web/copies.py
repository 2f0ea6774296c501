"""Numbered copies of documents: printed for named holders, listed, withdrawn, and looked up by the code on a page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from models import plans as store
from models import register
from models.copies import CopyHolder, PrintedCopy, Printing, copies_of, copy_by_id, put_copies, withdraw
from models.phone_links import print_links
from models.plans import PlanLine
from planner.files import operation_hash
from planner.papers.copies import format_id, read_id
from planner.papers.parcels import ChosenSheaf, parts_of
from planner.papers.printing import CARD
from planner.papers.registry import DOCUMENT_KINDS, ORDERS
from web import plan_cache
from web.access import Person, may, permit
from web.approvals import state_of
from web.database import database, session
from web.disclosure import DOCUMENTS, Disclosure, hand_out, last_entry, may_have
from web.editions import Impression
from web.language import language, say, t
from web.papers import papers
from web.parcels import ParcelOrder
from web.phone_addresses import phone_addresses
from web.plan_papers import MOST_KEYS, MOST_PARTS, PaperOffer, keys_of, offers_of, order_offer, sheaf_of
from web.plan_parcels import order_parcel
from web.plans import sound
from web.reader import MOST_KEY, is_line, key_in, whole

copies = Blueprint("copies", __name__)
Answer = AnyResponse | str | tuple[str, int]
IN_OPERATION = "/operations/<int:operation>/copies/"
OF_PLAN = "/operations/<int:operation>/plans/<int:scenario>/papers/copies"
MOST_COPIES, MOST_HOLDER, BY_PAGE = 300, 60, 100
STATES = {
    "valid": say("Valid"),
    "superseded": say("Superseded"),
    "withdrawn": say("Withdrawn"),
    "unapproved": say("Not in force"),
}
NO_HOLDER = say("A holder has 1 to {most} characters; there are at most {copies} copies in one printing.")


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What is to be printed in numbered copies: kinds of documents, the ids of their readers (none: all), the holders.

    `before`: the plan from which change orders lead.
    """

    names: tuple[str, ...]
    asked: str
    holders: tuple[str, ...] = ()
    before: int | None = None

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The ids of the readers; None: all."""
        return tuple(keys_of(self.asked)) or None


@copies.get(OF_PLAN)
def new(operation: int, scenario: int) -> Answer:
    """The form that asks who gets a copy of what was chosen."""
    permit("see", operation)
    return _asked_page(operation, scenario, _order(request.args))


@copies.post(OF_PLAN)
def make(operation: int, scenario: int) -> Answer:
    """The copies are numbered and recorded; the list of copies leads to their file."""
    person = permit("see", operation)
    form = request.form
    names = tuple(line.strip() for line in form.get("holders", "").splitlines() if line.strip())
    order = replace(_order(form), holders=names[: MOST_COPIES + 1])
    plan = sound(operation, scenario)
    try:
        numbers = number_copies(operation, plan, order, person)
    except NoSuchCopies:
        return _asked_page(operation, scenario, order, why_none(), plan)
    return redirect(url_for("copies.ledger", operation=operation, first=numbers[0], last=numbers[-1]), 303)


class NoSuchCopies(ValueError):
    """Nobody would get a copy, too many would, or a holder's name is none."""


def why_none() -> str:
    """What holders and copies have to be like, in the reader's language."""
    return t(NO_HOLDER, most=MOST_HOLDER, copies=MOST_COPIES)


def number_copies(operation: int, plan: PlanLine, order: CopyOrder, person: Person) -> list[int]:
    """The numbers of the copies that are recorded now, at least one. Raises NoSuchCopies."""
    wanted = list(_printings(operation, plan, order))
    num = sum(len(holders) for _, holders in wanted)
    if not 1 <= num <= MOST_COPIES or not all(is_line(name, MOST_HOLDER) for name in order.holders):
        raise NoSuchCopies
    may_have(Disclosure("printed", operation, order.names, "pdf", plan.scenario, num))
    with session() as s:
        return [number for what, who in wanted for number in put_copies(s, what, who, person.id)]


def _order(asked: MultiDict[str, str]) -> CopyOrder:
    """What the request asks for; the request ends with 404 where that is nothing that could be printed."""
    names, keys, before = set(asked.getlist("paper")), asked.get("for", "")[: MOST_KEYS + 1], key_in(asked, "before")
    if len(keys) > MOST_KEYS:
        abort(404)
    found = (name for name in DOCUMENT_KINDS if name in names and (name != ORDERS.name or before is not None))
    return CopyOrder(tuple(found), keys, before=before if ORDERS.name in names else None)


def _asked_page(
    operation: int, scenario: int, order: CopyOrder, wrong: str = "", plan: PlanLine | None = None
) -> Answer:
    plan = plan or sound(operation, scenario)
    with session() as s:
        line = register.operation_line(s, operation)
    if not order.names:
        return _to_papers(operation, scenario)
    num = sum(len(holders) for _, holders in _printings(operation, plan, replace(order, holders=())))
    told = {"order": order, "num": num, "state": state_of(line, plan), "documents": DOCUMENTS, "most": MOST_HOLDER}
    page = render_template("copies/new.html", tab="plans", line=line, plan=plan, wrong=wrong, **told)
    return (page, 422) if wrong else page


def _to_papers(operation: int, scenario: int) -> AnyResponse:
    flash(t("Choose at least one kind of document."), "danger")
    return redirect(url_for("plan_papers.index", operation=operation, scenario=scenario))


def _offers(operation: int, plan: PlanLine, names: Iterable[str], before: int | None) -> list[PaperOffer]:
    """Who gets which of these documents of the plan."""
    offers = [offer for offer in offers_of(plan) if offer.paper.name in names]
    if before is not None and ORDERS.name in names:
        offers.append(order_offer(sound(operation, before), plan))
    return offers


def _printings(operation: int, plan: PlanLine, order: CopyOrder) -> Iterator[tuple[Printing, list[CopyHolder]]]:
    """What is printed for whom: all that was chosen for each holder; without holders, each reader's own sheet."""
    with session() as s:
        stamp = state_of(register.operation_line(s, operation), plan)
    hashes = plan_cache.facts(plan).hash, operation_hash(plan_cache.plan_view(plan).scenario.operation)
    offers = _offers(operation, plan, order.names, order.before)
    known = {key for offer in offers for key, _ in offer.readers}
    keys = None if order.keys is None else tuple(key for key in order.keys if key in known)

    def printing(names: tuple[str, ...]) -> Printing:
        before = order.before if ORDERS.name in names else None
        return Printing(operation, plan.scenario, names, language(), stamp, *hashes, before)

    if order.holders and keys != () and known:
        yield printing(order.names), [CopyHolder(name, keys) for name in order.holders]
        return
    for offer in offers:
        readers = [(key, name) for key, name in offer.readers if keys is None or key in keys]
        if readers:
            yield printing((offer.paper.name,)), [CopyHolder(name[:MOST_HOLDER], (key,)) for key, name in readers]


@copies.get(IN_OPERATION)
def ledger(operation: int) -> str:
    """What was printed for whom, the latest first."""
    permit("see", operation)
    first, last = key_in(request.args, "first"), key_in(request.args, "last")
    wanted, state = request.args.get("q", "").strip().casefold(), request.args.get("state", "")
    with session() as s:
        line, found = register.operation_line(s, operation), copies_of(s, operation)[::-1]
        plans = {one.scenario: one for one in store.lines(s, operation)}
    num = len(found)
    shown = [one for one in found if wanted in one.mark.holder.casefold() and state in ("", one.state)]
    pages = max(1, -(-len(shown) // BY_PAGE))
    page = min(max(1, key_in(request.args, "page") or 1), pages)
    return render_template(
        "copies/ledger.html",
        tab="plans",
        line=line,
        copies=shown[(page - 1) * BY_PAGE : page * BY_PAGE],
        num=num,
        page_number=page,
        pages=pages,
        plans=plans,
        made=(first, last) if first and last and first <= last else None,
        query=request.args.get("q", ""),
        state=state,
        states=STATES,
        documents=DOCUMENTS,
    )


@copies.post(IN_OPERATION)
def recall(operation: int) -> AnyResponse:
    """The copies that were ticked are withdrawn: whoever looks one up is told so."""
    person = permit("edit", operation)
    ticked = (whole(text, 1, MOST_KEY) for text in request.form.getlist("copy"))
    numbers = {number for number in ticked if number is not None}
    with session() as s:
        register.operation_line(s, operation)
        num = withdraw(s, operation, numbers, person.id)
    flash(
        t("Withdrawn: {n} copies.", n=num) if num else t("Tick the copies to be withdrawn."),
        "success" if num else "danger",
    )
    return redirect(url_for("copies.ledger", operation=operation), 303)


@copies.get(f"{IN_OPERATION}print.pdf")
def printed(operation: int) -> Answer:
    """The copies from `first` to `last` as one file; of many sheets, the page from which they are made.

    `links`: squads' cards have the QR codes of the links that hold, for who may make such links.
    """
    has_links, person = "links" in request.args, permit("see", operation)
    if has_links and not may("report", operation):
        abort(404)
    found = _asked_copies(operation, key_in(request.args, "first"), key_in(request.args, "last"))
    with papers().reserve(person.id):
        impression = _impression(operation, found)
        if has_links:
            impression = _with_links(operation, impression, person)
        if len(parts_of(impression.sheaves, "pdf")) > MOST_PARTS:
            with session() as s:
                line = register.operation_line(s, operation)
            return render_template("copies/many.html", tab="plans", line=line, copies=found)
        asked = Disclosure(
            *("printed", operation, tuple(impression.names), "pdf", impression.plan.scenario, len(found))
        )
        return hand_out(asked, lambda: Response(impression.pdf(), mimetype="application/pdf"))


def _with_links(operation: int, impression: Impression, person: Person) -> Impression:
    """The same with the links of the squads whose cards are printed; each is in the log."""
    squads = {key for _, chosen in impression.sheaves for key in chosen.get(CARD, ())}
    links = {unit: address for unit, address in phone_addresses(operation).items() if unit in squads}
    with session() as s:
        print_links(s, operation, links, person.id)
    return replace(impression, links=tuple(sorted(links.items())))


@copies.post(f"{IN_OPERATION}parcels")
def parcel(operation: int) -> AnyResponse:
    """The copies from `first` to `last` are begun in the background; the next page watches them."""
    person = permit("see", operation)
    name = begin_copies(operation, key_in(request.form, "first"), key_in(request.form, "last"), person)
    return redirect(url_for("parcels.show", operation=operation, parcel=name), 303)


def begin_copies(operation: int, first: int | None, last: int | None, person: Person) -> str:
    """The name of the parcel of these numbered copies, which is being made from now on.

    The request ends with 404 where they are not of one plan and language, or none is valid.
    """
    found = _asked_copies(operation, first, last)
    with papers().reserve(person.id):
        impression = _impression(operation, found)
    before = None if impression.before is None else impression.before.scenario
    where = operation, impression.plan.scenario, person.id, database().generation
    return order_parcel(
        ParcelOrder(
            *where, {}, "pdf", impression.lang, impression.state, last_entry(), tuple(impression.sheaves), before
        )
    )


def _asked_copies(operation: int, first: int | None, last: int | None) -> list[PrintedCopy]:
    """The copies of one plan that are asked for and not withdrawn; the request ends with 404 where there are none."""
    if not first or not last or not 0 <= last - first < MOST_COPIES:
        abort(404)
    with session() as s:
        found = [one for one in copies_of(s, operation, range(first, last + 1)) if one.state != "withdrawn"]
    kinds = {(one.printing.scenario, one.printing.lang, one.printing.stamp, one.printing.before) for one in found}
    if len(kinds) != 1:
        abort(404)
    return found


def _impression(operation: int, found: list[PrintedCopy]) -> Impression:
    """What is printed of the copies: each with its documents for its readers, in the language of then."""
    held = found[0].printing
    plan = sound(operation, held.scenario)
    before = None if held.before is None else sound(operation, held.before)
    names = {name for one in found for name in one.printing.documents}
    offers = _offers(operation, plan, names, held.before)
    sheaves: list[ChosenSheaf] = [(one.mark, sheaf_of(offers, one.mark.documents, one.mark.readers)) for one in found]
    return Impression(operation, plan, sheaves, held.lang, found[0].says, before)


@copies.get("/copies/")
def find() -> str:
    """The copy whose code was typed or scanned: valid, superseded by which plan, withdrawn, or unknown."""
    permit("see")
    typed = request.args.get("id", "").strip()
    wanted, line, plans = read_id(typed), None, {}
    with session() as s:
        found = copy_by_id(s, wanted) if wanted else None
    if found is not None and not may("see", found.printing.operation):
        found = None  # who does not see the operation is not told that there is such a copy
    if found is not None:
        with session() as s:
            line = register.operation_line(s, found.printing.operation)
            plans = {one.scenario: one for one in store.lines(s, line.key)}
    told = {"typed": typed[:200], "is_code": bool(wanted), "found": found, "line": line, "plans": plans}
    return render_template("copies/find.html", shown=format_id(wanted), states=STATES, documents=DOCUMENTS, **told)
