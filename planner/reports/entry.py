"""The line that a dispatcher types: "7 secure", "7 absent P0031", "log 7 dog in the yard", read as parts of a report.

A unit is called by its number on the board, its call sign, or the call sign's figures ("1-3" for T01-3). What is no
code goes to the unit's log, as a message.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from planner.files import Fault
from planner.files.fault import quote
from planner.operation import Operation
from planner.plan import Plan
from planner.reports.codes import CODES, OF_CLOCKS, OF_SUSPECT, Code
from planner.reports.own_words import agency_of, own_words

LOG, UNDO = ("log", "记录"), ("undo", "撤销")
SHORT: Mapping[str, Code] = {
    "in": "entered", "entry": "entered", "ready": "set", "position": "set", "clear": "all_clear", "ok": "all_clear",
    "arrested": "custody", "nobody": "absent", "out": "left", "medic": "medical", "msg": "text", "delivered": "lodged",
    "down": "stand_down", "unknown": "not_here", "wrong": "wrong_door", "legal": "legal_stop", "done": "search_done",
    "in position": "set",
}  # fmt: skip
"""Words beside the codes themselves and what these are called in either language."""
AT = re.compile(r"(?:@|H)?([+-]\d{1,4})|@?(\d{1,2}):(\d{2})")
FIGURES = re.compile(r"\d+")
MOST_CODE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed: parts of a report by name, the moment if one was said; `is_undo`: take the last one back."""

    parts: Mapping[str, str] = field(default_factory=dict)
    said: datetime | None = None
    is_undo: bool = False


def unit_order(plan: Plan) -> list[str]:
    """The plan's units as a board lists them: squads by team, then the others."""
    squads = [unit for team in plan.teams for unit in team.units]
    return [*squads, *(unit.id for unit in plan.units if unit.id not in plan.team_of_unit)]


def unit_numbers(orders: Iterable[Sequence[str]]) -> dict[str, int]:
    """Unit -> its number on the board, from 1; of plans from the first to the one in force: a number never moves."""
    found: dict[str, int] = {}
    for order in orders:
        for unit in order:
            found.setdefault(unit, len(found) + 1)
    return found


def read_entry(
    text: str, operation: Operation, plan: Plan, numbers: Mapping[str, int], words: Mapping[str, Code]
) -> Entry | Fault:
    """The entry, or why it is none. `words` are what codes are called, in small letters; the agency's own go first."""
    tokens = text.split()
    if not tokens:
        return Fault("entry", "entry-empty")
    if tokens[0].casefold() in UNDO:
        return Entry(is_undo=True)
    is_log = tokens[0].casefold() in LOG
    rest = tokens[1:] if is_log else tokens
    unit = unit_called(rest[0], plan, numbers) if rest else None
    if unit is None:
        return Fault("entry", "entry-no-unit", {"value": quote(rest[0] if rest else text)})
    rest, words = rest[1:], {**words, **_own(operation, plan, unit)}
    code, num = (None, 0) if is_log else _code(rest, words)
    if code is None:
        return _message(unit, " ".join(rest))
    parts: dict[str, str] = {"unit": unit, "code": code}
    said, note = None, list[str]()
    for token in rest[num:]:
        moment = None if note else _moment(token, operation)
        if moment is not None:
            said = moment
        elif note or not _named(token, operation, code, parts):
            note.append(token)
    return Entry(parts | ({"note": " ".join(note)} if note else {}), said)


def _own(operation: Operation, plan: Plan, unit: str) -> dict[str, Code]:
    """The words that the unit's agency has for codes, in small letters -> the code."""
    words = own_words(agency_of(operation, plan.units_by_id[unit].officers))
    return {" ".join(word.casefold().split()): code for code, word in words.items()}


def _message(unit: str, note: str) -> Entry | Fault:
    return Entry({"unit": unit, "code": "text", "note": note}) if note else Fault("entry", "entry-empty")


def unit_called(word: str, plan: Plan, numbers: Mapping[str, int]) -> str | None:
    """The unit of the plan that is called so; None for none, and for what two could be called."""
    exact = [unit for unit in plan.units_by_id if unit.casefold() == word.casefold()]
    if exact:
        return exact[0]
    if word.isdecimal():
        return next(
            (unit for unit, number in numbers.items() if number == int(word) and unit in plan.units_by_id), None
        )
    wanted = [int(figure) for figure in FIGURES.findall(word)]
    if not wanted or not re.fullmatch(r"[A-Za-z]?\d+(-\d+)?", word):
        return None
    same = [u for u in plan.units_by_id if [int(f) for f in FIGURES.findall(u)] == wanted]
    if word[0].isalpha():
        same = [unit for unit in same if unit[0].casefold() == word[0].casefold()]
    return same[0] if len(same) == 1 else None


def _code(tokens: Sequence[str], words: Mapping[str, Code]) -> tuple[Code | None, int]:
    """The code that the first words say, and how many words these are: the longest counts."""
    known: dict[str, Code] = {**{code: code for code in CODES}, **SHORT, **words}
    for num in range(min(len(tokens), MOST_CODE_WORDS), 0, -1):
        said = " ".join(tokens[:num]).casefold()
        for spelled in (said, said.replace(" ", "_")):
            if spelled in known and known[spelled] not in ("void", "override", *OF_CLOCKS):
                return known[spelled], num
    return None, 0


def _named(token: str, operation: Operation, code: Code, parts: dict[str, str]) -> bool:
    """Whether the word names something of the operation, which is then a part of the report."""
    word = token.rstrip(",;，；")
    tables: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("suspect", operation.suspects_by_id),
        ("site", operation.sites_by_id),
        ("place", operation.places_by_id),
        ("officer", operation.officers_by_id),
        ("vehicle", operation.vehicles_by_id),
    )
    for name, known in tables:
        found = next((key for key in (word, word.upper()) if key in known), None)
        if found is not None and name not in parts:
            parts[name] = found
            return True
    if code in OF_SUSPECT and "suspect" not in parts and word.isdecimal():
        same = [key for key in operation.suspects_by_id if [int(f) for f in FIGURES.findall(key)] == [int(word)]]
        if len(same) == 1:
            parts["suspect"] = same[0]
            return True
    return False


def _moment(token: str, operation: Operation) -> datetime | None:
    """The moment that a word says: minutes from H (+12, H-5), or a clock time of the night (06:12); None: none."""
    match = AT.fullmatch(token)
    if match is None:
        return None
    if match[1] is not None:
        return operation.h_hour + timedelta(minutes=int(match[1]))
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        return None
    local = operation.at(0).replace(hour=hour, minute=minute, second=0, microsecond=0)
    near = [local + timedelta(days=days) for days in (-1, 0, 1)]
    return min(near, key=lambda moment: abs(moment - operation.h_hour))


def completions(
    text: str, operation: Operation, plan: Plan, numbers: Mapping[str, int], words: Mapping[str, Code]
) -> Iterator[str]:
    """Lines that begin with what is typed: units, then codes, then the suspects of the unit's doors."""
    tokens, is_open = text.split(), text.endswith(" ")
    start = 1 if tokens and tokens[0].casefold() in LOG else 0
    done, last = (tokens, "") if is_open else (tokens[:-1], tokens[-1] if tokens else "")
    head = " ".join(done) + (" " if done else "")
    if len(done) <= start:
        for unit, number in numbers.items():
            if unit in plan.units_by_id and (
                str(number).startswith(last) or unit.casefold().startswith(last.casefold())
            ):
                yield f"{head}{number}"
        return
    called = unit_called(done[start], plan, numbers)
    if called is None or start:
        return
    words = {**words, **_own(operation, plan, called)}
    said = " ".join([*done[1:], last]).casefold()
    yield from (f"{done[0]} {word}" for word in words if word.startswith(said) and word != said)
    code, _ = _code(done[1:], words)
    if code in OF_SUSPECT:
        sites = {stop.place for stop in plan.units_by_id[called].stops if stop.task == "raid"}
        there = (one.id for site in sites for one in operation.chargeable_by_site.get(site, ()))
        yield from (f"{head}{one}" for one in sorted(there) if one.casefold().startswith(last.casefold()))
