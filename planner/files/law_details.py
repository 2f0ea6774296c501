"""`details.law` of a suspect, a site, an agency or the operation: papers, facts, people, waivers.

The one part of a row's descriptive facts that has a form: law packs ask for it (`planner/law/`). No rule of the plan
reads it.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow.fields import Field, Nested

from planner.files.fault import did_you_mean, quote
from planner.files.fields import Choice, Day, Details, Flag, Instant, Several, Text, Whole, wrong
from planner.files.limits import Span

LAW = "law"
"""The key within `details`."""
PAPER_STATES = ("held", "asked", "missing")
ROLES = ("commander", "legal", "custody")
"""The roles in an operation in which waivers are granted: who may waive what a pack lets them waive."""
MOST_COUNTED = Span(0, 10_000)
MOST_ROWS = 200  # papers, people or waivers of one row

FactKind = Literal["flag", "choice", "whole", "text", "texts"]


class GivenFact(NamedTuple):
    """A fact that people give: its kind and, of a choice, its words."""

    kind: FactKind
    words: tuple[str, ...] = ()


FLAG, WHOLE, TEXT = GivenFact("flag"), GivenFact("whole"), GivenFact("text")
GIVEN: Mapping[str, Mapping[str, GivenFact]] = {
    "suspects": {
        "act": GivenFact("choice", ("detain", "arrest", "summon", "force", "none")),
        "nationality": TEXT,
        "language": TEXT,
        "deaf_or_mute": FLAG,
        "deputy": GivenFact("choice", ("none", "congress", "township", "cppcc")),
        "immunity": FLAG,
        "pregnant_or_ill": FLAG,
        "vulnerable": FLAG,
        "urgent": FLAG,
        "urgent_ground": WHOLE,
        "grave": FLAG,
        "lodge_on_way": FLAG,
        "body_search": FLAG,
        "body_exam": FLAG,
        "intimate_search": FLAG,
        "lawyer_delayed": FLAG,
        "recused": GivenFact("texts"),
    },
    "sites": {
        "search": FLAG,
        "search_urgent": FLAG,
        "search_emergency": WHOLE,
        "children": FLAG,
        "women_expected": FLAG,
        "devices": WHOLE,
        "seal_kits": WHOLE,
        "cameras": WHOLE,
        "restraints": WHOLE,
        "whole_building": FLAG,
        "all_premises": FLAG,
        "high_value": FLAG,
        "witness": GivenFact("choice", ("occupant", "witness", "recorded", "none")),
        "third_party_home": FLAG,
        "window_exception": TEXT,
    },
    "agencies": {"firearms": FLAG},
    "operation": {"dispute": FLAG, "firearms": FLAG, "interviews_recorded": FLAG, "technical_results": FLAG},
}
"""Table -> fact -> what it may be. A fact that is not given is unknown."""


class GivenFacts(Field[dict[str, Any]]):
    """An object of the facts of a table, each of its own kind; every one that is wrong is told."""

    def __init__(self, table: str, **more: Any) -> None:
        super().__init__(**more)
        self.fields = {name: _field(fact) for name, fact in GIVEN[table].items()}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong("value-not-object", value=quote(value))
        faults: dict[str, Any] = {}
        for name, given in value.items():
            if name not in self.fields:
                faults[name] = wrong("unknown-key", **did_you_mean(name, self.fields)).messages
                continue
            try:
                self.fields[name].deserialize(given)
            except ValidationError as error:
                faults[name] = error.messages
        if faults:
            raise ValidationError(faults)
        return dict(value)


def _field(fact: GivenFact) -> Field[Any]:
    if fact.kind == "choice":
        return Choice(fact.words)
    if fact.kind == "texts":
        return Several(Text())
    if fact.kind == "whole":
        return Whole(MOST_COUNTED)
    return Flag() if fact.kind == "flag" else Text()


class LawPart(Schema):
    """A part of `details.law`: unknown keys are refused."""


class HeldPaperSchema(LawPart):
    """A paper: its kind by the pack's id, and what stands on it."""

    kind, state = Text(required=True), Choice(PAPER_STATES, required=True)
    number, issuer, signer = Text(), Text(), Text()
    issued, expires = Day(), Instant()


class LawPersonSchema(LawPart):
    """Somebody who has to be present, by the pack's id of the need."""

    need, name = Text(required=True), Text(required=True)


class WaiverSchema(LawPart):
    """A paper or rule of the pack (`item`) that is waived: by whom and why.

    `role` is the one that the pack asks for, `granted_as` the one that who granted it had in the operation: the same,
    but for waivers of before, which a commander granted and in which `agreed` names somebody in the pack's role.
    """

    item, by, why = (Text(required=True) for _ in range(3))
    role = Choice(ROLES, required=True)
    granted_as, agreed = Choice(ROLES), Text()


class LawSchema(LawPart):
    """What every row may have; `lapsed` are waivers of the operation that this one was made from: none is in force."""

    papers = Several(Nested(HeldPaperSchema))
    people = Several(Nested(LawPersonSchema))
    waivers, lapsed = Several(Nested(WaiverSchema)), Several(Nested(WaiverSchema))

    @validates_schema(skip_on_field_errors=False)
    def _each_once(self, data: dict[str, Any], **_: Any) -> None:
        for name, key in (("papers", "kind"), ("people", "need"), ("waivers", "item"), ("lapsed", "item")):
            rows = data.get(name, ())
            if len(rows) > MOST_ROWS:
                raise wrong("too-many-items", name, number=len(rows), most=MOST_ROWS)
            seen: set[str] = set()
            for row in rows:
                if row[key] in seen:
                    raise wrong("word-twice", name, value=quote(row[key]))
                seen.add(row[key])


NAMES: Mapping[str, tuple[str, ...]] = {"operation": ("pack", "case_agency"), "agencies": ("pack",)}
"""Table -> what else its law names: the law pack (of an agency: that of its country, if another), the case agency."""
SCHEMAS: Mapping[str, type[Schema]] = {
    table: LawSchema.from_dict(
        {"facts": GivenFacts(table), **{name: Text() for name in NAMES.get(table, ())}},
        name=f"LawOf{table.capitalize()}Schema",
    )
    for table in GIVEN
}
"""Table -> the schema of its rows' `details.law`."""


class LawDetails(Details):
    """Descriptive facts of a table's rows, of which `law` has a form: every fault of it is told."""

    def __init__(self, table: str, **more: Any) -> None:
        super().__init__(**more)
        self.law = SCHEMAS[table]()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        found = super()._deserialize(value, attr, data, **more)
        if LAW in found:
            try:
                self.law.load(found[LAW])
            except ValidationError as error:
                raise ValidationError({LAW: error.messages}) from error
        return found
