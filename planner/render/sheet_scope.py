"""What one team's sheet may tell and how it names things: its own people, sites and detainees, and nobody else's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.i18n import N_, gettext
from planner.operation import Officer, Operation, Suspect
from planner.plan import Interview, Plan, Stop, Team, Unit, by_officer
from planner.render.formatting import clock, h_minutes
from planner.render.report_words import UnitWords
from planner.render.team_sites import raids, site_letters, squads_of_team
from planner.render.timeline import Custody, Timeline
from planner.scenario import Scenario

KNOWN_SKILLS = (N_("entry"), N_("medic"), N_("forensics"), N_("interview"), N_("interpreter"), N_("negotiator"))


def skill_word(skill: str, lang: str) -> str:
    """What people call a skill; of one that is not known, its own word."""
    return gettext(skill, lang) if skill in KNOWN_SKILLS else skill


@dataclass(frozen=True)
class Scope:
    """A team of a plan that breaks no rule, with what all sheets of the plan share."""

    scenario: Scenario
    plan: Plan
    team: Team
    lang: str
    found: Timeline
    suspects_by_site: Mapping[str, tuple[Suspect, ...]]  # the chargeable
    others_by_site: Mapping[str, tuple[Suspect, ...]]  # those without a warrant valid at H
    known_letters: Mapping[str, str] | None = None  # of sites on another sheet, with which this one is compared

    @property
    def operation(self) -> Operation:
        """The operation."""
        return self.scenario.operation

    @cached_property
    def words(self) -> UnitWords:
        """What the plan's squads call codes of reports."""
        return UnitWords(self.operation, self.plan, self.lang)

    @cached_property
    def letters(self) -> dict[str, str]:
        """Site id -> its letter on this sheet, or on the one with which it is compared; its id, if none there."""
        own = site_letters(self.plan, self.team)
        return own if self.known_letters is None else {site: self.known_letters.get(site, site) for site in own}

    @cached_property
    def squads(self) -> list[Unit]:
        """The team's squads in the order of the letters."""
        return squads_of_team(self.plan, self.team)

    @cached_property
    def raids(self) -> list[tuple[Unit, Stop]]:
        """Squad and raid of each of the team's sites, in the order of the letters."""
        return [(unit, stop) for unit in self.squads for stop in raids(unit)]

    @cached_property
    def custody(self) -> list[Custody]:
        """What becomes of the team's detainees, in the order of the letters."""
        order = list(self.letters)
        return sorted(
            (row for row in self.found.custody if row.site in self.letters), key=lambda c: order.index(c.site)
        )

    @cached_property
    def talks(self) -> dict[str, list[Interview]]:
        """Officer id -> the officer's interviews in the order of time."""
        found = self.scenario.interviews(self.plan)
        own = found is self.plan.interviews_by_suspect  # sorted once for all sheets
        return self.plan.interviews_by_officer if own else by_officer(found.values())

    @cached_property
    def _own(self) -> Counter[str]:
        """Names of the team's own people, counted."""
        people = {o for unit in self.squads for o in unit.officers} | {self.team.commander}
        return Counter(self.operation.officers_by_id[o].name for o in people)

    @cached_property
    def _own_ids(self) -> frozenset[str]:
        return frozenset(o for unit in self.squads for o in unit.officers) | {self.team.commander}

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the sheet's language."""
        return gettext(sentence, self.lang).format(**values)

    def comma(self, parts: list[str]) -> str:
        """The parts in a row."""
        return gettext(", ", self.lang).join(parts)

    def clock(self, minute: int) -> str:
        """Clock time."""
        return clock(self.operation, minute, self.lang)

    def when(self, minute: int) -> str:
        """Clock time and minutes from H."""
        return f"{self.clock(minute)} {h_minutes(minute)}"

    def place(self, place: str) -> str:
        """A site of the team as its letter and id, a place as its id and name."""
        if place in self.letters:
            return f"{self.letters[place]} ({place})"
        return f"{place} {self.operation.places_by_id[place].name}"

    def spot(self, place: str) -> str:
        """A site of the team as its letter and id, a place as its name alone."""
        return self.place(place) if place in self.letters else self.operation.places_by_id[place].name

    def officer(self, officer: str) -> str:
        """The name; with the id, where it is not one of the team's own people, or two of them are called so."""
        name = self.operation.officers_by_id[officer].name
        return f"{name} {officer}" if officer not in self._own_ids or self._own[name] > 1 else name

    def suspect(self, suspect: str) -> str:
        """The name of a suspect of this team's sites; who belongs to another team is not named."""
        row = self.operation.suspects_by_id[suspect]
        return row.name if row.site in self.letters else self.say("another team's detainee")

    def vehicles(self, vehicles: tuple[str, ...]) -> str:
        """Labels of vehicles."""
        return self.comma([self.operation.vehicles_by_id[v].label for v in vehicles])

    def person(self, officer: Officer) -> dict[str, str]:
        """An officer as the sheet lists people."""
        skills = [skill_word(skill, self.lang) for skill in officer.skills]
        return {
            "id": officer.id,
            "name": officer.name,
            "agency": self.operation.agencies_by_id[officer.agency].name,
            "rank": str(officer.rank),
            "sex": self.say("F") if officer.sex == "F" else self.say("M"),
            "skills": self.comma(skills) or "–",
        }
