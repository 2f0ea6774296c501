"""A plan as tables for a spreadsheet: squads, people, detainees, every task in the order of time, and who is missed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from planner.explain import Reason
from planner.files.cells import escape_formula
from planner.files.exporting import Cells, SheetRows
from planner.i18n import N_, gettext
from planner.plan import Plan, Unit
from planner.render.duties import DUTY_WORDS, Duties, DutyLine
from planner.render.reasons import missed_said
from planner.render.sheet_data import point_text
from planner.render.team_sites import members, raids, squads_of_team
from planner.scenario import Scenario

HEADINGS: Mapping[str, tuple[str, ...]] = {
    N_("Squads"): (
        N_("Team"), N_("Squad"), N_("Squad leader"), N_("Officers"), N_("Vehicles"), N_("Assembly point"),
        N_("Briefing"), N_("Raid"), N_("Minutes from H"), N_("Site"), N_("Address"), N_("MGRS"), N_("Risk"),
        N_("Suspects"),
    ),
    N_("Officers"): (
        N_("Officer"), N_("Name"), N_("Agency"), N_("Team"), N_("Unit"), N_("Begins"), N_("First task"), N_("Place"),
        N_("Until"),
    ),
    N_("Detainees"): (
        N_("Suspect"), N_("Name"), N_("Site"), N_("Squad"), N_("Raid"), N_("By"), N_("Custody"), N_("Delivery"),
        N_("First interview"), N_("Room"), N_("Interviewers"), N_("Latest delivery"),
    ),
    N_("Tasks"): (
        N_("From"), N_("Until"), N_("Minutes from H"), N_("Task"), N_("Unit"), N_("Place"), N_("Suspects"),
        N_("Officers"), N_("Vehicles"),
    ),
    N_("Suspects not covered"): (N_("Suspect"), N_("Name"), N_("Priority"), N_("Site"), N_("Reason")),
}  # fmt: skip
RISK = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}
WIDTH = 18


def plan_sheets(
    scenario: Scenario, plan: Plan, duties: Duties, why: Mapping[str, Reason], lang: str
) -> list[SheetRows]:
    """The tables in the reader's language; no text in them is a formula."""
    tables = _PlanTables(scenario, plan, duties, lang)
    rows = (tables.squads(), tables.people(), tables.detainees(), tables.tasks(), tables.missed(why))
    return [
        (
            gettext(title, lang),
            [WIDTH] * len(columns),
            [[gettext(column, lang) for column in columns], *([_guarded(cell) for cell in row] for row in some)],
        )
        for (title, columns), some in zip(HEADINGS.items(), rows, strict=True)
    ]


def _guarded(cell: object) -> object:
    return escape_formula(cell, str) if isinstance(cell, str) else cell


class _PlanTables:
    """The rows of each table; moments are told as date and time in H's offset."""

    def __init__(self, scenario: Scenario, plan: Plan, duties: Duties, lang: str) -> None:
        self.operation, self.plan, self.duties, self.lang = scenario.operation, plan, duties, lang

    def when(self, minute: int) -> str:
        """Date and time, which sort as texts."""
        return f"{self.operation.h_hour + timedelta(minutes=minute):%Y-%m-%d %H:%M}"

    def place(self, point: str) -> str:
        """A place by name, a site by its id."""
        return self.operation.places_by_id[point].name if point in self.operation.places_by_id else point

    def people_in(self, officers: Iterable[str]) -> str:
        """Their ids and names."""
        return "; ".join(f"{o} {self.operation.officers_by_id[o].name}" for o in officers)

    def suspects_in(self, suspects: Iterable[str]) -> str:
        """Their ids and names."""
        return "; ".join(f"{s} {self.operation.suspects_by_id[s].name}" for s in suspects)

    def cars(self, vehicles: Iterable[str]) -> str:
        """Their labels."""
        return "; ".join(self.operation.vehicles_by_id[v].label for v in vehicles)

    def squads(self) -> Iterator[Cells]:
        """A line for each raid."""
        for team in self.plan.teams:
            for unit in squads_of_team(self.plan, team):
                yield from self.squad(team.id, self.place(team.assembly), unit)

    def squad(self, team: str, assembly: str, unit: Unit) -> Iterator[Cells]:
        """The squad's raids."""
        lead, start = members(self.operation, unit)[0], self.when(unit.stops[0].start)
        for raid in raids(unit):
            site = self.operation.sites_by_id[raid.place]
            behind = self.suspects_in(s.id for s in self.operation.chargeable_by_site.get(site.id, ()))
            who = [team, unit.id, f"{lead.id} {lead.name}", self.people_in(unit.officers), self.cars(unit.vehicles)]
            what = [
                site.id,
                site.address,
                point_text(site.lat, site.lon)[1],
                gettext(RISK[site.risk], self.lang),
                behind,
            ]
            yield [*who, assembly, start, self.when(raid.start), raid.start, *what]

    def people(self) -> Iterator[Cells]:
        """A line for each officer who has a part."""
        for officer in self.operation.officers:
            if lines := self.duties.of("officers", officer.id):
                parts = self.duties.parts_of(officer.id)
                teams, units = ("; ".join(k for t, k in parts if t == table) for table in ("teams", "units"))
                agency = self.operation.agencies_by_id[officer.agency].name
                first = [self.when(lines[0].start), self.task(lines[0]), self.place(lines[0].place)]
                last = self.when(max(line.end for line in lines))
                yield [officer.id, officer.name, agency, teams, units, *first, last]

    def detainees(self) -> Iterator[Cells]:
        """A line for each, in the order of the raids."""
        for row in self.duties.custody:
            suspect, to, talk = self.operation.suspects_by_id[row.suspect], row.delivery, row.interview
            taken = [row.carrier or "", self.place(to.place) if to else "", self.when(to.start) if to else ""]
            told = [self.when(talk.start), talk.room, self.people_in(talk.officers)] if talk else ["", "", ""]
            arrest = [suspect.id, suspect.name, row.site, row.squad, self.when(row.arrest)]
            yield [*arrest, *taken, *told, self.when(row.latest)]

    def tasks(self) -> Iterator[Cells]:
        """A line for each task and way, in the order of time."""
        for line in self.duties.all:
            way = f"{self.place(line.source)} → {self.place(line.place)}" if line.source else self.place(line.place)
            who = [self.suspects_in(line.suspects), self.people_in(line.officers), self.cars(line.vehicles)]
            times = [self.when(line.start), self.when(line.end), line.start]
            yield [*times, self.task(line), line.unit or "", way, *who]

    def missed(self, why: Mapping[str, Reason]) -> Iterator[Cells]:
        """A line for each suspect who is not arrested."""
        for row in self.plan.missed:
            suspect = self.operation.suspects_by_id[row.suspect]
            reason = missed_said(self.plan, row, why.get(row.suspect), self.lang)
            yield [suspect.id, suspect.name, suspect.priority, suspect.site, reason]

    def task(self, line: DutyLine) -> str:
        """What is done, in a word."""
        return gettext(DUTY_WORDS[line.task], self.lang)
