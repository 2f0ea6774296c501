"""What was found, as JSON values and back: codes, ids and figures, no sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from planner.edits import Edit
from planner.files.pins import dump_pin
from planner.operation import Operation, Pin
from planner.reasons.contrast import Contrast
from planner.reasons.facts import MovableFact
from planner.reasons.pricing import PricedRemedy
from planner.reasons.questions import WhyQuestion
from planner.reasons.reinforcement import Reinforcement, RequestRow
from planner.reasons.why import WhyAnswer
from planner.score import Score

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangePrice:
    """The price of a change: the scores before and after it by level, and how many are not covered after it."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    uncovered: int

    @property
    def changes(self) -> int:
        """Officers of the old plan with other orders."""
        return self.after.get("changes", 0)


@dataclass(frozen=True, slots=True)
class StoredRemedy:
    """A remedy that was tried, without its plan."""

    kind: str
    number: int
    subject: str
    agency: str
    departs: bool
    edits: tuple[Edit, ...]
    outcome: ChangePrice


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request for reinforcement, without its plan."""

    wanted: dict[RequestRow, int]
    least: float | None
    size: float
    is_met: bool
    edits: tuple[Edit, ...] = ()
    outcome: ChangePrice | None = None


@dataclass(frozen=True, slots=True)
class StoredContrast:
    """A contrast, without its plan; `outcome` is None where no plan was found."""

    site: str
    squad: str
    lacks: dict[str, int]
    edits: tuple[Edit, ...]
    lost: tuple[str, ...] = ()
    later: dict[str, int] = field(default_factory=dict)
    outcome: ChangePrice | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """All that was found of one question."""

    kind: str
    site: str | None
    suspect: str | None
    is_proved: bool = False
    beside: str = "all"
    facts: tuple[MovableFact, ...] = ()
    tries: int = 0
    is_possible: bool = False
    num_checks: int = 0
    num_unsettled: int = 0
    remedies: tuple[StoredRemedy, ...] = ()
    request: StoredRequest | None = None
    contrast: StoredContrast | None = None

    @property
    def question(self) -> WhyQuestion:
        """What was asked, without the sites that are to be raided."""
        return WhyQuestion(self.kind, self.site, self.suspect)  # type: ignore[arg-type]  # as it was dumped


def dump_answer(
    answer: WhyAnswer | None,
    remedies: Iterable[PricedRemedy] = (),
    request: Reinforcement | None = None,
    contrast: Contrast | None = None,
) -> Values:
    """What was found as JSON values."""
    values: Values = {"remedies": [_remedy(one) for one in remedies]}
    if answer is not None:
        facts = [
            {"kind": f.kind, "subject": f.subject, "number": f.number, "pins": [dump_pin(pin) for pin in f.pins]}
            for f in answer.facts
        ]
        question = answer.question
        values |= {"kind": question.kind, "site": question.site, "suspect": question.suspect, "facts": facts}
        values |= {"is_proved": answer.is_proved, "beside": answer.beside, "tries": answer.tries}
        values |= {"is_possible": answer.better is not None, "num_checks": answer.num_checks}
        values |= {"num_unsettled": answer.num_unsettled}
    if request is not None:
        found = request.found
        values["request"] = {
            "wanted": [[asdict(row), number] for row, number in request.wanted.items()],
            "least": request.least,
            "size": request.size,
            "is_met": request.is_met,
            "edits": _edits(found.remedy.edits) if found is not None else [],
            "outcome": _outcome(found) if found is not None else None,
        }
    if contrast is not None:
        after = contrast.after
        values |= {"kind": "contrast", "site": contrast.site}
        values["contrast"] = {
            "site": contrast.site,
            "squad": contrast.squad,
            "lacks": contrast.lacks,
            "edits": _edits(contrast.edits),
            "lost": list(contrast.lost),
            "later": contrast.later,
            "outcome": None
            if after is None or contrast.plan is None
            else dump_outcome(contrast.before, after, len(contrast.plan.missed)),
        }
    return values


def _remedy(one: PricedRemedy) -> Values:
    remedy = one.remedy
    same = {name: getattr(remedy, name) for name in ("kind", "number", "subject", "agency", "departs")}
    return {**same, "edits": _edits(remedy.edits), "outcome": _outcome(one)}


def _outcome(one: PricedRemedy) -> Values:
    return dump_outcome(one.before, one.after, len(one.plan.missed))


def dump_outcome(before: Score, after: Score, uncovered: int) -> Values:
    """The price of a change as JSON values."""
    return {"before": before.levels(), "after": after.levels(), "uncovered": uncovered}


def outcome_of(one: PricedRemedy) -> ChangePrice:
    """The price of a remedy that was tried."""
    return ChangePrice(one.before.levels(), one.after.levels(), len(one.plan.missed))


def _edits(edits: Iterable[Edit]) -> list[Values]:
    return [{"table": e.table, "key": e.key, "row": e.row} for e in edits]


def read_answer(values: Values, operation: Operation) -> StoredAnswer:
    """What was dumped. The operation is the plan's: orders that it has not are left out."""
    pins = {_key(dump_pin(pin)): pin for pin in operation.pins}
    facts = tuple(_fact(row, pins) for row in values.get("facts", ()))
    request, contrast = values.get("request"), values.get("contrast")
    return StoredAnswer(
        values.get("kind", ""),
        values.get("site"),
        values.get("suspect"),
        values.get("is_proved", False),
        values.get("beside", "all"),
        facts,
        values.get("tries", 0),
        values.get("is_possible", False),
        values.get("num_checks", 0),
        values.get("num_unsettled", 0),
        tuple(_read_remedy(row) for row in values.get("remedies", ())),
        None
        if request is None
        else StoredRequest(
            {RequestRow(**row): number for row, number in request["wanted"]},
            request["least"],
            request["size"],
            request["is_met"],
            _read_edits(request["edits"]),
            _read_outcome(request["outcome"]),
        ),
        None
        if contrast is None
        else StoredContrast(
            contrast["site"],
            contrast["squad"],
            contrast["lacks"],
            _read_edits(contrast["edits"]),
            tuple(contrast["lost"]),
            contrast["later"],
            _read_outcome(contrast["outcome"]),
        ),
    )


def _key(row: Values) -> str:
    return repr(sorted(row.items(), key=lambda item: item[0]))


def _fact(row: Values, pins: Mapping[str, Pin]) -> MovableFact:
    held = tuple(pins[key] for key in map(_key, row["pins"]) if key in pins)
    return MovableFact(row["kind"], row["subject"], row["number"], held)


def _read_remedy(row: Values) -> StoredRemedy:
    outcome = _read_outcome(row["outcome"])
    assert outcome is not None
    same = {name: row[name] for name in ("kind", "number", "subject", "agency", "departs")}
    return StoredRemedy(**same, edits=_read_edits(row["edits"]), outcome=outcome)


def _read_edits(rows: Iterable[Values]) -> tuple[Edit, ...]:
    return tuple(Edit(row["table"], row["key"], row["row"]) for row in rows)


def _read_outcome(values: Values | None) -> ChangePrice | None:
    return None if values is None else ChangePrice(values["before"], values["after"], values["uncovered"])
