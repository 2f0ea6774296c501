"""The forms of the law's facts and papers: of a suspect, a site, a host agency, and of the operation as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wtforms import SelectField
from wtforms.validators import ValidationError

from planner.files.law_details import GIVEN, PAPER_STATES, GivenFact
from planner.files.limits import TEXT_LENGTH, Span
from planner.law.changes import Law, is_day
from planner.law.facts import FACT_WORDS, given_facts
from planner.law.gate import STATE_WORDS
from planner.law.pack import LawPack, PackPaper, Subject
from planner.law.pack_file import known_packs
from planner.zones import zone_by
from web.forms import LineField, OneLine, PageForm, SeenField, WholeField, typed_moment
from web.language import language, say, t

YES_NO = {"": say("unknown"), "yes": say("yes"), "no": say("no")}
CHOICE_WORDS = {
    "detain": say("detain"),
    "arrest": say("arrest"),
    "summon": say("summon"),
    "force": say("forced appearance"),
    "none": say("none"),
    "congress": say("congress, county level or above"),
    "township": say("township congress"),
    "cppcc": say("CPPCC member"),
    "occupant": say("occupant or family"),
    "witness": say("other witness"),
    "recorded": say("no witness: recorded in full"),
}
PAPER_FIELDS = {
    "number": say("Document number"),
    "issuer": say("Issued by"),
    "signer": say("Signed by"),
    "issued": say("Issued on"),
    "expires": say("Valid until"),
}
LINE = {"maxlength": TEXT_LENGTH.most, "autocomplete": "off"}
DAY = LINE | {"placeholder": "2026-03-25"}
MOMENT = LINE | {"placeholder": "2026-04-08 00:00"}
MOST_OF_FACT = 10_000
REASON = say("Enter a reason of at most 500 characters.")


class LawForm(PageForm):
    """Facts, papers and people of one row; the fields are made for its table and packs.

    That of an agency also has its pack: `named` is the one that it names so far, which not everybody may change.
    """

    named: str | None = None
    is_fixed = False

    seen = SeenField("", default=0)
    reason = LineField(
        say("Reason for another law pack"), [OneLine(Span(0, 500), REASON)], render_kw=LINE | {"maxlength": 500}
    )

    def offer_packs(self, named: str | None, *, is_fixed: bool) -> None:
        """The packs to choose from: who may not change the one that is named has that alone."""
        field: Any = self["pack"]
        field.choices = [one for one in pack_choices(named) if not is_fixed or one[0] == (named or "")]
        self.is_fixed = is_fixed


def pack_choices(named: str | None) -> list[tuple[str, str]]:
    """The packs that there are, and the one that is named, if it is none of them; "" is none."""
    known = {pack.id: pack.name.by(language()) for pack in known_packs().values()}
    return [("", t("none")), *({named: named} if named and named not in known else {}).items(), *known.items()]


@dataclass(frozen=True, slots=True)
class LawPage:
    """The fields of a form by what they are of: facts, papers (item and its fields), people."""

    facts: tuple[str, ...]
    papers: tuple[tuple[PackPaper, dict[str, str]], ...] = ()
    people: tuple[tuple[Any, str], ...] = ()
    has_pack: bool = False


def fact_field(name: str, fact: GivenFact) -> Any:
    """The field of a fact; empty: unknown."""
    label = FACT_WORDS[name]
    if fact.kind == "flag":
        return SelectField(label, choices=lambda: [(key, t(word)) for key, word in YES_NO.items()])
    if fact.kind == "choice":
        words = {"": say("unknown")} | {word: CHOICE_WORDS[word] for word in fact.words}
        return SelectField(label, choices=lambda: [(key, t(word)) for key, word in words.items()])
    if fact.kind == "whole":
        return WholeField(label, 0, MOST_OF_FACT, validators=[_whole], render_kw={"inputmode": "numeric"})
    return LineField(label, render_kw=LINE)


def _whole(form: LawForm, field: WholeField) -> None:
    if field.text and field.data is None:
        raise ValidationError(t("Enter a whole number from 0 to {most}.", most=MOST_OF_FACT))


class PackForm(LawForm):
    """Which pack the operation goes by, which agency runs the case, and the facts of the operation as a whole."""

    pack = SelectField(say("Law pack"))
    case_agency = LineField(say("Case agency"), render_kw=LINE)


for _name, _fact in GIVEN["operation"].items():
    setattr(PackForm, f"fact.{_name}", fact_field(_name, _fact))


def _day(form: LawForm, field: LineField) -> None:
    if field.data and not is_day(field.data):
        raise ValidationError(t("Enter a date, for example 2026-03-25."))


def _states() -> list[tuple[str, str]]:
    return [("", "–"), *((state, t(STATE_WORDS[state])) for state in PAPER_STATES)]  # type: ignore[index]


def form_type(table: Subject, packs: Sequence[LawPack], law: Law) -> tuple[type[LawForm], LawPage]:
    """The form for a row of the table, and what its fields are of; papers unknown to the packs stay as they are.

    It asks the facts that the packs ask for, and those that are given already.
    """
    asked = {*given_facts(packs, table), *law.get("facts", ())}
    facts = {f"fact.{name}": fact_field(name, fact) for name, fact in GIVEN[table].items() if name in asked}
    made: dict[str, Any] = dict(facts)
    papers, people = [], []
    for paper in (paper for pack in packs for paper in pack.papers):
        if paper.per == table:
            made[f"paper.{paper.id}.state"] = SelectField(say("State"), choices=_states)
            names = {"state": f"paper.{paper.id}.state"}
            for field, label in PAPER_FIELDS.items():
                names[field] = f"paper.{paper.id}.{field}"
                rules = [_day] if field == "issued" else []
                look = DAY if field == "issued" else MOMENT if field == "expires" else LINE
                made[names[field]] = LineField(label, rules, render_kw=look)
            papers.append((paper, names))
    for person in (person for pack in packs for person in pack.people):
        if person.per == table:
            made[f"person.{person.id}"] = LineField(person.name.en, render_kw=LINE)
            people.append((person, f"person.{person.id}"))
    if table == "agencies":
        made |= {"pack": SelectField(say("Law pack of its country, if another")), "named": law.get("pack")}
    page = LawPage(tuple(facts), tuple(papers), tuple(people), table == "agencies")
    return type("LawFormOf", (LawForm,), made), page


def shown(law: Law, zone: str) -> dict[str, Any]:
    """What the fields show of a `details.law`."""
    found: dict[str, Any] = {}
    for name, value in law.get("facts", {}).items():
        text = ("yes" if value else "no") if isinstance(value, bool) else value
        found[f"fact.{name}"] = ", ".join(text) if isinstance(text, list) else text
    for paper in law.get("papers", ()):
        for field, value in paper.items():
            found[f"paper.{paper['kind']}.{field}"] = _local(value, zone) if field == "expires" else value
    for person in law.get("people", ()):
        found[f"person.{person['need']}"] = person["name"]
    return found


def _local(text: str, zone: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone_by(zone)):%Y-%m-%d %H:%M}"


def sent_facts(form: PageForm, table: Subject) -> dict[str, Any]:
    """The facts that the form says; those that it leaves unknown are absent."""
    found: dict[str, Any] = {}
    for name, fact in GIVEN[table].items():
        value = form[f"fact.{name}"].data if f"fact.{name}" in form else None
        if value is None or value == "":
            continue
        if fact.kind == "flag":
            value = value == "yes"
        elif fact.kind == "texts":
            value = [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
        found[name] = value
    return found


def sent_law(form: LawForm, page: LawPage, table: Subject, law: Law, zone: str) -> dict[str, Any] | None:
    """The `details.law` that the form says; None where something is wrong, which the form then tells."""
    if not form.validate():
        return None
    known = {paper.id for paper, _ in page.papers}
    papers = [row for row in law.get("papers", ()) if row["kind"] not in known]
    for paper, names in page.papers:
        papers += _said_paper(form, paper, names, law, zone)
    needs = {person.id: name for person, name in page.people}
    people = [row for row in law.get("people", ()) if row["need"] not in needs]
    people += [{"need": need, "name": form[name].data} for need, name in needs.items() if form[name].data]
    if form.errors or form.form_errors:
        return None
    named = {"pack": form["pack"].data} if "pack" in form else {}
    return {**law, **named, "facts": sent_facts(form, table), "papers": papers, "people": people}


def _said_paper(
    form: LawForm, paper: PackPaper, names: Mapping[str, str], law: Law, zone: str
) -> Iterator[dict[str, Any]]:
    values = {field: form[name].data for field, name in names.items()}
    state = values.pop("state")
    values = {field: value for field, value in values.items() if value}
    if not state:
        if values:
            form.refuse(t("Choose the state of the document."), names["state"])
        return
    if "expires" in values:
        old = next((row.get("expires") for row in law.get("papers", ()) if row["kind"] == paper.id), None)
        if old is not None and _local(old, zone) == values["expires"]:
            values["expires"] = old
        elif (at := typed_moment(values["expires"], zone)) is not None:
            values["expires"] = at.isoformat()
        else:
            form.refuse(t("Enter date and time, for example 2026-04-01 06:00."), names["expires"])
    yield {"kind": paper.id, "state": state, **values}
