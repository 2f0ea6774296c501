"""What all papers are made from: a plan, its timeline and duties, and how things are called in the paper's language."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from planner.absences import Absence, absences
from planner.files.named_facts import tail_of
from planner.i18n import N_, gettext
from planner.needs import is_child
from planner.operation import Officer, Operation, Suspect
from planner.papers.values import Paper, PaperPicture, PaperSheet
from planner.pictures import pictures_in
from planner.plan import Plan, Unit
from planner.reliability import SquadDrive, moves_of
from planner.render.descriptive import fact
from planner.render.duties import Duties
from planner.render.formatting import clock, h_minutes
from planner.render.sheet_scope import skill_word
from planner.render.team_sites import members
from planner.render.timeline import timeline
from planner.rules import Violation, check
from planner.scenario import Scenario

KINDS = {"squad": N_("Squad"), "escort": N_("Escort unit"), "forensic": N_("Forensic unit")}


class PaperSource:
    """A plan whose references hold (R1), read for papers in one language."""

    def __init__(self, scenario: Scenario, plan: Plan, lang: str, duties: Duties | None = None) -> None:
        self.scenario, self.plan, self.lang = scenario, plan, lang
        self.operation: Operation = scenario.operation
        self.duties = duties or Duties(scenario, plan, timeline(scenario, plan))
        self.found = self.duties.found
        self._sheets: dict[str, list[PaperSheet]] = {}

    def sheets(self, paper: Paper) -> list[PaperSheet]:
        """The sheets of all readers of a paper, made once."""
        if paper.name not in self._sheets:
            self._sheets[paper.name] = list(paper.sheets(self))
        return self._sheets[paper.name]

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """The rules that the plan breaks: earlier ones, if it was made under them."""
        return tuple(check(self.scenario, self.plan))

    @cached_property
    def talks(self) -> Mapping[str, Any]:
        """Suspect id -> the first interview."""
        return self.scenario.interviews(self.plan)

    @cached_property
    def drives(self) -> Mapping[str, SquadDrive]:
        """Squad id -> its drive to its first address; of squads that have not begun."""
        return {move.squad: move for move in moves_of(self.scenario, self.plan)}

    @cached_property
    def absences(self) -> Mapping[str, list[Absence]]:
        """Squad id -> the further addresses of the suspects whom it is to arrest."""
        found: dict[str, list[Absence]] = {}
        for row in absences(self.scenario, self.plan):
            found.setdefault(row.squad, []).append(row)
        return found

    @cached_property
    def officers_by_agency(self) -> Mapping[str, list[Officer]]:
        """Agency id -> its officers in the register's order."""
        found: dict[str, list[Officer]] = {}
        for officer in self.operation.officers:
            found.setdefault(officer.agency, []).append(officer)
        return found

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the paper's language."""
        return gettext(sentence, self.lang).format(**values)

    def comma(self, parts: Iterable[str]) -> str:
        """The parts in a row."""
        return gettext(", ", self.lang).join(parts)

    def semicolon(self, parts: Iterable[str]) -> str:
        """Parts that hold commas, in a row."""
        return gettext("; ", self.lang).join(parts)

    def sentences(self, parts: Iterable[str]) -> str:
        """Whole sentences one after the other: in Chinese no blank stands between them."""
        return ("" if self.lang == "zh" else " ").join(parts)

    def under(self, heading: str, text: str) -> str:
        """A text behind what it is about."""
        return self.say("{heading}: {part}", heading=heading, part=text)

    def beside(self, text: str, more: str) -> str:
        """A text with something in brackets behind it."""
        return self.say("{text} ({more})", text=text, more=more)

    def clock(self, minute: int | None) -> str:
        """Clock time; "" where there is no minute."""
        return "" if minute is None else clock(self.operation, minute, self.lang)

    def when(self, minute: int | None) -> str:
        """Clock time and minutes from H; "" where there is no minute."""
        return "" if minute is None else f"{self.clock(minute)} {h_minutes(minute)}"

    def officer(self, officer: str) -> str:
        """Name and id."""
        return f"{self.operation.officers_by_id[officer].name} {officer}"

    def officers(self, officers: Iterable[str]) -> str:
        """Names and ids in a row."""
        return self.comma(self.officer(o) for o in officers)

    def sex(self, row: Officer | Suspect) -> str:
        """F or M."""
        return self.say("F") if row.sex == "F" else self.say("M")

    def suspect(self, suspect: str) -> str:
        """Name and id."""
        return f"{self.operation.suspects_by_id[suspect].name} {suspect}"

    def marks(self, suspect: str) -> str:
        """Sex, and whether under 18."""
        row = self.operation.suspects_by_id[suspect]
        return self.comma([self.sex(row), *([self.say("under 18")] if is_child(self.operation, row) else [])])

    def warrant(self, suspect: str) -> str:
        """The number of the warrant."""
        found = self.operation.suspects_by_id[suspect].warrant
        return found.number if found is not None else ""

    def identity(self, suspect: str) -> str:
        """The tail of the number of the suspect's identity document; "" where it is not known."""
        return tail_of(self.operation.suspects_by_id[suspect].details.get("identity"))

    def pictures(self, name: str, details: Mapping[str, Any], lacking: str) -> tuple[PaperPicture, ...]:
        """The pictures of something that is called so; where there is none, a line for what is lacking."""
        found = pictures_in(details)
        told = (self.comma(filter(None, (name, one.caption))) for one in found)
        shown = tuple(PaperPicture(one.sha256, text) for one, text in zip(found, told, strict=True))
        return shown or (PaperPicture("", self.under(lacking, name)),)

    def place(self, place: str) -> str:
        """A place by name and id; a site by its address and id."""
        site = self.operation.sites_by_id.get(place)
        return f"{self.operation.places_by_id[place].name} {place}" if site is None else f"{site.address} {place}"

    def place_without_address(self, place: str) -> str:
        """A place by name and id; of a site the city alone, for readers who need no address."""
        site = self.operation.sites_by_id.get(place)
        if site is None:
            return f"{self.operation.places_by_id[place].name} {place}"
        return self.say("at a site in {city}", city=site.city)

    def vehicles(self, vehicles: Iterable[str]) -> str:
        """Labels in a row."""
        return self.comma(self.operation.vehicles_by_id[v].label for v in vehicles)

    def each(self, name: str) -> list[str]:
        """A fact of the operation of which there may be several: a list, or a text with semicolons between them."""
        return [
            part for text in fact(self.operation.details, name).replace("；", ";").split(";") if (part := text.strip())
        ]

    def skills(self, officer: Officer) -> str:
        """The officer's skills in a row."""
        return self.comma(skill_word(skill, self.lang) for skill in officer.skills)

    def leader(self, unit: Unit) -> Officer:
        """Who leads the unit: highest rank, then lowest id."""
        return members(self.operation, unit)[0]

    def unit(self, unit: Unit) -> str:
        """Kind and call sign."""
        return f"{self.say(KINDS[unit.kind])} {unit.id}"

    def role(self, officer: str) -> str:
        """What the officer is in the plan: the team commanded, the unit and whether its leader; "" without a part."""
        said = [self.say("Commander of team {team}", team=t.id) for t in self.plan.teams if t.commander == officer]
        for table, key in self.duties.parts_of(officer):
            unit = self.plan.units_by_id.get(key) if table == "units" else None
            if unit is not None:
                leads = self.leader(unit).id == officer
                said.append(self.say("{unit}, leader", unit=self.unit(unit)) if leads else self.unit(unit))
        if not said and self.duties.of("officers", officer):
            said.append(self.say("Interviewer"))
        return self.comma(dict.fromkeys(said))
