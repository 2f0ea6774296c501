"""Numbered copies of documents: printed for named holders, listed, withdrawn, and looked up by the code on a page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import plans as store
from models import register
from models.copies import CopyHolder, PrintedCopy, Printing, copies_of, copy_by_id, put_copies, withdraw
from models.plans import PlanLine
from planner.files import operation_hash
from planner.papers.copies import format_id, read_id
from planner.papers.registry import PAPERS
from web import plan_cache
from web.access import may, permit
from web.approvals import state_of
from web.database import session
from web.disclosure import DOCUMENTS, Disclosure, hand_out, last_entry, may_have
from web.language import language, say, t
from web.papers import papers
from web.plan_papers import MOST_KEYS, keys_of, offers_of, plan_pictures
from web.plans import sound
from web.printing import numbered_papers
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
    """What is to be printed in numbered copies: kinds of papers, the ids of their readers (none: all), the holders."""

    names: tuple[str, ...]
    asked: str
    holders: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The ids of the readers; None: all."""
        return tuple(keys_of(self.asked)) or None


@copies.get(OF_PLAN)
def new(operation: int, scenario: int) -> Answer:
    """The form that asks who gets a copy of what was chosen."""
    permit("see", operation)
    return _asked_page(operation, scenario, _order(request.args.getlist("paper"), request.args.get("for", "")))


@copies.post(OF_PLAN)
def make(operation: int, scenario: int) -> Answer:
    """The copies are numbered and recorded; the list of copies leads to their file."""
    person = permit("see", operation)
    form = request.form
    names = tuple(line.strip() for line in form.get("holders", "").splitlines() if line.strip())
    order = _order(form.getlist("paper"), form.get("for", ""), names)
    plan = sound(operation, scenario)
    wanted = list(_printings(operation, plan, order))
    num = sum(len(holders) for _, holders in wanted)
    if not 1 <= num <= MOST_COPIES or not all(is_line(name, MOST_HOLDER) for name in order.holders):
        return _asked_page(operation, scenario, order, t(NO_HOLDER, most=MOST_HOLDER, copies=MOST_COPIES), plan)
    may_have(Disclosure("printed", operation, order.names, "pdf", scenario, num))
    with session() as s:
        numbers = [number for what, who in wanted for number in put_copies(s, what, who, person.id)]
    return redirect(url_for("copies.ledger", operation=operation, first=numbers[0], last=numbers[-1]), 303)


def _order(names: Iterable[str], asked: str, holders: tuple[str, ...] = ()) -> CopyOrder:
    """What the request asks for; the request ends with 404 where that is nothing that could be printed."""
    found, wanted = tuple(name for name in PAPERS if name in set(names)), asked[: MOST_KEYS + 1]
    if len(wanted) > MOST_KEYS:
        abort(404)
    return CopyOrder(found, wanted, holders[: MOST_COPIES + 1])


def _asked_page(
    operation: int, scenario: int, order: CopyOrder, wrong: str = "", plan: PlanLine | None = None
) -> Answer:
    plan = plan or sound(operation, scenario)
    with session() as s:
        line = register.operation_line(s, operation)
    if not order.names:
        return _to_papers(operation, scenario)
    num = sum(len(holders) for _, holders in _printings(operation, plan, CopyOrder(order.names, order.asked)))
    told = {"order": order, "num": num, "state": state_of(line, plan), "documents": DOCUMENTS, "most": MOST_HOLDER}
    page = render_template("copies/new.html", tab="plans", line=line, plan=plan, wrong=wrong, **told)
    return (page, 422) if wrong else page


def _to_papers(operation: int, scenario: int) -> AnyResponse:
    flash(t("Choose at least one kind of document."), "danger")
    return redirect(url_for("plan_papers.index", operation=operation, scenario=scenario))


def _printings(operation: int, plan: PlanLine, order: CopyOrder) -> Iterator[tuple[Printing, list[CopyHolder]]]:
    """What is printed for whom: all that was chosen for each holder; without holders, each reader's own sheet."""
    with session() as s:
        stamp = state_of(register.operation_line(s, operation), plan)
    hashes = plan_cache.facts(plan).hash, operation_hash(plan_cache.plan_view(plan).scenario.operation)
    offers = [offer for offer in offers_of(plan) if offer.paper.name in order.names]
    known = {key for offer in offers for key, _ in offer.readers}
    keys = None if order.keys is None else tuple(key for key in order.keys if key in known)

    def printing(names: tuple[str, ...]) -> Printing:
        return Printing(operation, plan.scenario, names, language(), stamp, *hashes)

    if order.holders and keys != ():
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
def printed(operation: int) -> AnyResponse:
    """The copies from `first` to `last` as one file; they say VOID of a plan that is replaced or no longer approved."""
    person = permit("see", operation)
    first, last = key_in(request.args, "first"), key_in(request.args, "last")
    if not first or not last or not 0 <= last - first < MOST_COPIES:
        abort(404)
    with session() as s:
        found = [one for one in copies_of(s, operation, range(first, last + 1)) if one.state != "withdrawn"]
    kinds = {(one.printing.scenario, one.printing.lang, one.printing.stamp) for one in found}
    if len(kinds) != 1:
        abort(404)
    names = tuple(name for name in PAPERS if any(name in one.printing.documents for one in found))
    asked = Disclosure("printed", operation, names, "pdf", found[0].printing.scenario, len(found))
    with papers().reserve(person.id):
        plan = sound(operation, found[0].printing.scenario)
        return hand_out(asked, lambda: Response(_file(plan, found), mimetype="application/pdf"))


def _file(plan: PlanLine, found: list[PrintedCopy]) -> bytes:
    first, marks = found[0], [one.mark for one in found]
    is_over = first.state == "superseded" or (first.printing.stamp == "approved" and first.state != "valid")
    stamp = "void" if is_over else first.printing.stamp
    key = ("copies", plan.origin, first.printing.lang, stamp, *((mark.number, mark.id) for mark in marks))
    same = first.printing.lang, marks, stamp
    shown = first.printing.operation, plan
    return papers().get_or_make(
        key, numbered_papers, lambda: (plan_cache.printed(plan), *same, plan_pictures(*shown), last_entry())
    )


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
