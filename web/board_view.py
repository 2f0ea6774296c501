"""What the page of the board shows: made once for a plan, its reports, a minute and a language, for all who look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from models import plans as store
from models import register
from models import reports as report_store
from models.command_decisions import decisions_of, later_decisions, latest_in_force
from models.command_tables import CommandKind
from models.exercises import operation_now
from models.plans import PlanLine
from models.reading import display_names
from planner.law.gate import pack_of_operation
from planner.law.running import clocks_by_suspect
from planner.operation import Operation
from planner.plan import Plan
from planner.reliability import moves_of
from planner.render.city_part import city_of_team, in_city
from planner.render.formatting import h_minutes, percent
from planner.render.reasons import need_word
from planner.render.report_words import CODE_WORDS, EVENT_WORDS, MEANS_WORDS, UnitWords
from planner.reports import BoardState, Code, board_state
from planner.reports.board import BoardStep, UnitState
from planner.reports.detainees import Clocks, DetaineeClock, detainee_clocks
from planner.reports.elsewhere import SeenElsewhere, seen_elsewhere
from planner.reports.entry import unit_numbers, unit_order
from planner.reports.facts import Facts
from planner.reports.going import GoCondition, reported_conditions
from planner.reports.later import still_later
from planner.reports.replanning import SquadLack, squad_lacks
from planner.reports.stranded import Stranded, stranded
from planner.scenario import Scenario
from web import plan_cache
from web.access import may
from web.approvals import approval_of
from web.board_drawn import chart_drawn, tiles_drawn
from web.cache import Cache
from web.database import session
from web.draft_board import chosen_city
from web.language import language, say, t
from web.law_gate import is_blocked

SILENT_MINUTES = 20
"""A squad of which nothing was heard for so long while it should have reported is marked."""
KIND_WORDS: dict[CommandKind, str] = {
    "go": say("Go ahead"),
    "hold": say("Hold"),
    "abort": say("Abort"),
    "later": say("H later"),
}
CONDITION_WORDS = {
    "approval": say("Plan approved and released"),
    "law": say("Nothing of the law pack blocks"),
    "set": say("Squads in position"),
    "alarms": say("No open alarm"),
    "heard": say("Every squad was heard"),
}
LATE_MINUTES = 1
MOST_DRAWN = 500
"""Units of a plan whose nights are drawn for the board; of a larger one the page "In position in time" draws them."""
MOST_LOG = 20
KEY = "live-boards"


@dataclass(frozen=True)
class BoardCache:
    """What this application has made of plans and reports: states of boards, numbers, clocks, parts of pages."""

    states: Cache["LiveBoard"] = field(default_factory=lambda: Cache(20))
    numbers: Cache[dict[str, int]] = field(default_factory=lambda: Cache(50))
    parts: Cache[Markup] = field(default_factory=lambda: Cache(60))
    clocks: Cache[Clocks] = field(default_factory=lambda: Cache(20))


def _kept() -> BoardCache:
    found: BoardCache = current_app.extensions.setdefault(KEY, BoardCache())
    return found


@dataclass(frozen=True, eq=False)
class LiveBoard:
    """The plan on the board and the state that reports make of it; `last` grows with each report."""

    line: PlanLine
    scenario: Scenario
    plan: Plan
    state: BoardState
    last: int
    at: datetime

    @property
    def operation(self) -> Operation:
        """The operation as it was planned."""
        return self.scenario.operation

    @cached_property
    def facts(self) -> Facts:
        """What the reports say, whatever is planned after it."""
        return Facts(self.operation, self.plan, self.state.reports)

    @cached_property
    def leave_by(self) -> dict[str, int]:
        """Squad -> minute from H at which it leaves its assembly point for the first address, as planned."""
        return {move.squad: move.leave for move in moves_of(self.scenario, self.plan)}

    @cached_property
    def lacks(self) -> tuple[SquadLack, ...]:
        """Doors that need somebody whom their squads lost."""
        return squad_lacks(self.scenario, self.plan, self.state)

    @cached_property
    def elsewhere(self) -> tuple[SeenElsewhere, ...]:
        """Suspects who were not found, with a further address."""
        return seen_elsewhere(self.operation, self.state)

    @cached_property
    def stranded(self) -> tuple[Stranded, ...]:
        """Detainees whom nobody may bring in by the rules."""
        return stranded(self.scenario, self.state, self.facts)

    @cached_property
    def clocks(self) -> list[DetaineeClock]:
        """The clock of each detainee that runs out first."""
        return detainee_clocks(self.facts, law_clocks_of(self.line, self.operation), self.at)


def law_clocks_of(line: PlanLine, operation: Operation) -> Clocks:
    """The clocks of law packs that count for each suspect of the plan's operation."""
    return _kept().clocks.get(line.origin, lambda: clocks_by_suspect(operation, pack_of_operation(operation)))


def live_board_of(operation: int, line: PlanLine) -> LiveBoard:
    """The board of an operation, whose plan this is, at this minute."""
    shown = plan_cache.plan_view(line)
    with session() as s:
        last, at = report_store.last_report(s, operation), operation_now(s, operation)
    moment = at.replace(second=0, microsecond=0)

    def make() -> LiveBoard:
        with session() as s:
            told = report_store.reports_of(s, operation)
        state = board_state(shown.scenario, shown.plan, told, moment)
        return LiveBoard(line, shown.scenario, shown.plan, state, last, moment)

    return _kept().states.get((operation, line.origin, last, moment), make)


def numbers_of(operation: int, line: PlanLine) -> dict[str, int]:
    """Unit -> its number on the board, also through replans."""

    def make() -> dict[str, int]:
        orders, scenario = [unit_order(plan_cache.plan_view(line).plan)], line.parent
        with session() as s:
            while scenario is not None:
                document = store.load_plan(s, scenario).plan_document
                squads = [unit for team in document["teams"] for unit in team["units"]]
                others = (unit["id"] for unit in document["units"] if unit["id"] not in set(squads))
                orders.append([*squads, *others])
                replan = store.replan_of(s, scenario)
                scenario = None if replan is None else replan.parent
        return unit_numbers(reversed(orders))

    return _kept().numbers.get((operation, line.origin), make)


def code_words() -> dict[str, Code]:
    """What codes are called in the reader's language, in small letters -> the code."""
    return {t(word).casefold(): code for code, word in CODE_WORDS.items()}  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A unit on the board with what a reader sees first.

    `leave_by`: minute from H at which a squad leaves its assembly point as planned, as long as it has not left.
    """

    number: int
    state: UnitState
    site: str
    step: BoardStep | None
    is_late: bool
    is_silent: bool
    silent_for: int | None
    leave_by: int | None


def decided_by_command(operation: int) -> dict[str, Any]:
    """The decision in force, `held`, how many wait for a second person, `num_open`, and by what H came later."""
    with session() as s:
        every = decisions_of(s, operation)
    num_open = sum(one.is_open for one in every)
    return {"held": latest_in_force(every), "num_open": num_open, "decided_later": later_decisions(every)}


def live_part(operation: int, line: register.OperationLine, board: LiveBoard) -> Markup:
    """The live part of the page, drawn once for all who may do the same and read the same language."""
    city = chosen_city(board.operation, board.plan)
    rights = may("report", operation), may("approve", operation), may("plan", operation)
    decided = decided_by_command(operation)
    held, num_open = decided["held"], decided["num_open"]
    is_before_go = board.state.now < 0 or _is_go_open(operation)
    drawn = operation, board.line.origin, board.last, board.at, line.revision, line.status, city, language()

    def make() -> Markup:
        told = conditions(line, board) if is_before_go else []
        waits = any(one.status in ("waiting", "moving", "set") for one in board.state.sites.values())
        later = still_later(board.operation.details, decided["decided_later"]) if waits else None
        context = _context(operation, line, board, city) | decided | {"later": later}
        return Markup(render_template("live/state.html", line=line, conditions=told, **context))

    key = (*drawn, *rights, is_before_go, held.key if held else 0, num_open)
    return _kept().parts.get(key, make)  # our own template, which escapes


def _is_go_open(operation: int) -> bool:
    """Whether "go" may still come after H: it waits for its second person, or the last decision put it off."""
    with session() as s:
        every = decisions_of(s, operation)
    held = latest_in_force(every)
    is_put_off = held is not None and held.kind in ("hold", "later")
    return is_put_off or any(one.is_open and one.kind == "go" for one in every)


def _context(operation: int, line: register.OperationLine, board: LiveBoard, city: str) -> dict[str, Any]:
    """What the live part of the page is drawn with."""
    part = in_city(board.operation, board.plan, city) if city else board.plan
    numbers = numbers_of(operation, board.line)
    sites = [site for site in board.operation.sites if site.id in part.raids_by_site]
    return {
        "board": board,
        "state": board.state,
        "city": city,
        "city_rows": city_rows(board),
        "teams": [(team, [_row(board, numbers, unit) for unit in team.units]) for team in part.teams],
        "support": [_row(board, numbers, unit.id) for unit in part.units if unit.kind != "squad"],
        "tiles": tiles_drawn(operation, board, [site.id for site in sites]),
        "chart": chart_drawn(board, part),
        "log": list(reversed(board.state.reports))[:MOST_LOG],
        "numbers": numbers,
        "people": _people(),
        "need_word": partial(need_word, lang=language()),
        "means_words": MEANS_WORDS,
        "custody": _custody(board),
        "word": UnitWords(board.operation, board.plan, language()).word,
        "event_words": EVENT_WORDS,
        "h": h_minutes,
        "all_set": _all_set(board),
        "condition_told": condition_told,
        "kind_words": KIND_WORDS,
    }


def _all_set(board: LiveBoard) -> str:
    """How likely all squads are in position in time as planned, until H; then reports say more: ""."""
    if board.state.now >= 0:
        return ""
    shown = plan_cache.plan_view(board.line)
    if len(board.plan.units) > MOST_DRAWN and "set_chances" not in vars(shown):
        return ""  # drawing the nights of thousands of units takes longer than all the rest of the board
    chances = shown.set_chances
    return percent(chances.all) if chances.squads else ""


def _people() -> Mapping[int | None, str]:
    with session() as s:
        return display_names(s)


def _row(board: LiveBoard, numbers: Mapping[str, int], unit: str) -> BoardRow:
    state, now_minute = board.state.units[unit], board.state.now
    step = state.next
    heard = state.last_heard
    silent = None if heard is None else int((board.at - heard).total_seconds() // 60)
    is_due = step is not None and step.planned < now_minute - SILENT_MINUTES
    is_silent = is_due and not state.is_out and (silent is None or silent >= SILENT_MINUTES)
    place = step.place if step is not None else (state.steps[-1].place if state.steps else "")
    is_late = state.late >= LATE_MINUTES and not state.is_out
    leave_by = None if state.is_out or _has_left(state) else board.leave_by.get(unit)
    return BoardRow(numbers.get(unit, 0), state, place, step, is_late, is_silent, silent, leave_by)


def _has_left(state: UnitState) -> bool:
    """Whether the unit is on its way or farther, as reported."""
    return state.code is not None and state.code != "briefed"


def city_rows(board: LiveBoard) -> list[dict[str, Any]]:
    """Each city with how many of its doors are planned, in position, entered and secure, and of its suspects."""
    found: dict[str, dict[str, Any]] = {}
    squads = {site: unit.id for site, (unit, _) in board.plan.raids_by_site.items()}
    cities = {unit: city_of_team(board.operation, team) for team in board.plan.teams for unit in team.units}
    for site in board.operation.sites:
        state = board.state.sites[site.id]
        if site.id not in squads and state.entered is None:
            continue
        row = found.setdefault(site.city, _empty(site.city))
        row["doors"] += 1
        row["set"] += state.facts.set is not None or state.entered is not None
        row["entered"] += state.entered is not None
        row["secure"] += state.status in ("secure", "done")
        row["done"] += state.status == "done"
        row["not_opened"] += state.status == "not_opened"
    for suspect in board.state.suspects.values():
        city = board.operation.sites_by_id[suspect.site].city
        if city not in found or suspect.status == "not_planned":
            continue
        found[city]["suspects"] += 1
        found[city]["custody"] += suspect.status in ("custody", "handed_over", "lodged")
        found[city]["lodged"] += suspect.status == "lodged"
        found[city]["missing"] += suspect.status in ("absent", "not_here", "wrong_door", "legal_stop", "not_opened")
    for unit, where in cities.items():
        if where in found and board.state.units[unit].late >= LATE_MINUTES:
            found[where]["late"] += 1
    return list(found.values())


def _empty(city: str) -> dict[str, Any]:
    doors = ("doors", "set", "entered", "secure", "done", "not_opened")
    counted = (*doors, "suspects", "custody", "lodged", "missing", "late")
    return {"city": city, **dict.fromkeys(counted, 0)}


def conditions(line: register.OperationLine, board: LiveBoard) -> list[GoCondition]:
    """The go/no-go table: approval and law first, then what reports decide."""
    held = approval_of(line)
    is_in_force = held is not None and held.approved is not None and held.scenario == board.line.scenario
    is_sound = is_in_force and held is not None and not held.is_void and held.release_at is not None
    blocked = is_blocked(line, board.line)
    first = [GoCondition("approval", "approval", "", is_sound), GoCondition("law", "law", "", not blocked)]
    return [*first, *reported_conditions(board.plan, board.state)]


def condition_told(one: GoCondition) -> str:
    """A condition of the go/no-go table in words: whom it is about, and how many of how many hold it."""
    count = f"({one.num}/{one.of})" if one.of else ""
    return " ".join(filter(None, (t(CONDITION_WORDS[one.kind]), one.subject, count)))


def _custody(board: LiveBoard) -> list[dict[str, Any]]:
    """Each custody place: cells, who is there, who is expected, and interview rooms in use by plan now."""
    found = []
    for place in board.operation.places:
        if place.kind != "custody":
            continue
        here = sum(one.status == "lodged" and one.place == place.id for one in board.state.suspects.values())
        due = sum(
            stop.place == place.id and board.state.suspects[name].status in ("planned", "custody", "handed_over")
            for name, (_, stop) in board.plan.deliveries_by_suspect.items()
        )
        talks = [one for one in board.plan.interviews if one.place == place.id]
        busy = sum(one.start <= board.state.now < one.end for one in talks)
        if here or due or talks:
            found.append({"place": place, "here": here, "due": due, "busy": busy})
    return found
