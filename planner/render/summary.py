"""What a plan comes to: its figures, and the same in a few sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from planner.i18n import gettext, ngettext
from planner.needs import chargeable_by_site, is_chargeable
from planner.plan import Plan
from planner.render.clock_words import clock_sentences
from planner.render.endings import ended_sentences, unproved_sentences
from planner.render.formatting import clock, h_minutes, uncovered_text
from planner.render.law_words import law_sentences
from planner.scenario import Scenario
from planner.score import CostParts, cost_parts, exposure, exposure_shut, missed


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a plan's people, doors and tasks; minutes count from H, None where there is nothing to time.

    `num_doors` are raided; `num_doors_due` are all behind which somebody may be arrested. `missed` is a weight: the sum
    of priorities. `exposure_shut` is the part of the exposure that doors cause which stay shut.
    """

    num_suspects: int
    num_arrested: int
    num_without_warrant: int
    num_doors: int
    num_doors_due: int
    num_cities: int
    num_at_h: int
    num_simultaneous: int
    last_door: int | None
    num_teams: int
    num_squads: int
    num_escorts: int
    num_forensics: int
    num_officers: int
    num_vehicles: int
    last_delivery: int | None
    num_exams: int
    num_exams_due: int
    num_interviews: int
    last_interview: int | None
    missed: int
    exposure: int
    exposure_shut: int
    cost: CostParts

    @property
    def num_missed(self) -> int:
        """Suspects not arrested, for whatever reason."""
        return self.num_suspects - self.num_arrested

    @property
    def num_shut(self) -> int:
        """Doors behind which somebody may be arrested, and that nobody opens."""
        return self.num_doors_due - self.num_doors

    @property
    def num_missed_in_vain(self) -> int:
        """Suspects not arrested although a valid warrant exists."""
        return self.num_missed - self.num_without_warrant


def figures(scenario: Scenario, plan: Plan) -> Figures:
    """The plan's figures; the plan's references must hold (R1)."""
    operation, raids = scenario.operation, plan.raids_by_site
    starts = [stop.start for _, stop in raids.values()]
    wanted = chargeable_by_site(operation)
    kinds = [unit.kind for unit in plan.units]
    in_units = {o for u in plan.units for o in u.officers} | {t.commander for t in plan.teams}
    talks = scenario.interviews(plan).values()
    return Figures(
        num_suspects=len(operation.suspects),
        num_arrested=sum(len(wanted.get(site, ())) for site in raids),
        num_without_warrant=sum(not is_chargeable(operation, s) for s in operation.suspects),
        num_doors=len(raids),
        num_doors_due=len(wanted),
        num_cities=len({operation.sites_by_id[site].city for site in raids}),
        num_at_h=starts.count(0),
        num_simultaneous=sum(start <= operation.doctrine.strike_window for start in starts),
        last_door=max(starts, default=None),
        num_teams=len(plan.teams),
        num_squads=kinds.count("squad"),
        num_escorts=kinds.count("escort"),
        num_forensics=kinds.count("forensic"),
        num_officers=len(in_units | {o for talk in talks for o in talk.officers}),
        num_vehicles=len({v for u in plan.units for v in u.vehicles}),
        last_delivery=max((stop.end for _, stop in plan.deliveries_by_suspect.values()), default=None),
        num_exams=len(plan.exams_by_site),
        num_exams_due=sum(operation.sites_by_id[site].exam for site in raids),
        num_interviews=len(talks),
        last_interview=max((talk.start for talk in talks), default=None),
        missed=missed(scenario, plan),
        exposure=exposure(scenario, plan),
        exposure_shut=exposure_shut(scenario, plan),
        cost=cost_parts(scenario, plan),
    )


def gaps(score: Mapping[str, int], bound: Mapping[str, int | None]) -> dict[str, float]:
    """Level -> what a better plan could still save there, as a part of the figure, for each level with a proved bound.

    The bound of a level holds for plans that are as good in the levels before it. 0: no plan is better.
    """
    return {
        level: (figure - least) / figure if figure else 0.0
        for level, figure in score.items()
        if (least := bound.get(level)) is not None
    }


def summary(scenario: Scenario, plan: Plan, lang: str) -> list[str]:
    """The plan in a few sentences, most important first."""
    told = figures(scenario, plan)
    says = _Sentences(scenario, plan, told, lang)
    sentences = [says.arrested(), *says.not_arrested(), *says.ended(), *clock_sentences(scenario.operation, lang)]
    sentences += law_sentences(scenario.operation, lang)
    if told.num_doors:
        sentences += [says.doors(), says.warnings(), says.force(), says.custody()]
    if told.num_exams_due:
        sentences.append(
            gettext("All scene examinations are planned ({n}).", lang).format(n=told.num_exams)
            if told.num_exams == told.num_exams_due
            else gettext("{n} of {due} scene examinations are planned.", lang).format(
                n=told.num_exams, due=told.num_exams_due
            )
        )
    if kept := sum(bool(unit.guards.officers) for unit in plan.units):
        sentences.append(says.guards(kept))
    if told.num_arrested:
        sentences.append(says.interviews())
    return sentences


class _Sentences:
    """The sentences of a summary, one method each."""

    def __init__(self, scenario: Scenario, plan: Plan, told: Figures, lang: str) -> None:
        self.scenario, self.made, self.told, self.lang = scenario, plan.made, told, lang

    def _say(self, sentence: str, **values: object) -> str:
        return gettext(sentence, self.lang).format(**values)

    def _count(self, one: str, many: str, number: int) -> str:
        return ngettext(one, many, number, self.lang)

    def _when(self, minute: int) -> str:
        return f"{h_minutes(minute)} ({clock(self.scenario.operation, minute)})"

    def arrested(self) -> str:
        """How many of how many, and where."""
        told = self.told
        if not told.num_arrested:
            return self._say("No arrests are planned; suspects: {suspects}.", suspects=told.num_suspects)
        return self._say(
            "{arrested} of {suspects} suspects are to be arrested: {doors} in {cities}.",
            arrested=told.num_arrested,
            suspects=told.num_suspects,
            doors=self._count("1 address", "{n} addresses", told.num_doors),
            cities=self._count("1 city", "{n} cities", told.num_cities),
        )

    def not_arrested(self) -> list[str]:
        """Who is not, by the kind of reason."""
        found, told = [], self.told
        if told.num_missed:
            found.append(
                self._say("Not covered: {people}.", people=uncovered_text(told.num_missed, told.missed, self.lang))
            )
        if n := self.told.num_without_warrant:
            found.append(
                self._count("1 suspect has no warrant valid at H.", "{n} suspects have no warrant valid at H.", n)
            )
        if n := self.told.num_missed_in_vain:
            found.append(
                self._count(
                    "1 suspect with a valid warrant is not covered.",
                    "{n} suspects with a valid warrant are not covered.",
                    n,
                )
            )
        return found

    def ended(self) -> list[str]:
        """That the search did not end by itself, or proved no bound, where the report says so."""
        return [*ended_sentences(self.made, self.lang), *unproved_sentences(self.made, self.lang)]

    def doors(self) -> str:
        """When the doors open, of all behind which somebody may be arrested."""
        told, window = self.told, self.scenario.operation.doctrine.strike_window
        at_h, soon = (number == told.num_doors for number in (told.num_at_h, told.num_simultaneous))
        values = {"window": window, "doors": told.num_doors_due, "when": self._when(0)}
        if not told.num_shut and (at_h or soon):
            if at_h:
                return self._say("All addresses are entered at {when}.", **values)
            return self._say("All addresses are entered within {window} minutes of {when}.", **values)
        shut = self._count("1 address is not raided", "{n} addresses are not raided", told.num_shut)
        if at_h:
            return self._say(
                "{n} of {doors} addresses are entered at {when}; {shut}.", n=told.num_at_h, shut=shut, **values
            )
        values |= {"n": told.num_simultaneous, "when": self._when(told.last_door or 0), "shut": shut}
        if told.num_shut:
            return self._say(
                "{n} of {doors} addresses are entered within {window} minutes of H, the last at {when}; {shut}.",
                **values,
            )
        return self._say(
            "{n} of {doors} addresses are entered within {window} minutes of H, the last at {when}.", **values
        )

    def warnings(self) -> str:
        """Whether a warning can travel, and to whom: behind a door that opens later, or behind one that stays shut."""
        n, shut = self.told.exposure, self.told.exposure_shut
        if not n:
            return self._say("No suspect has time to warn another (exposure 0).")
        if not shut:
            return self._say("A warning could reach an address that is entered later (exposure {n}).", n=n)
        if n == shut:
            return self._say("A warning could reach a suspect at an address that is not raided (exposure {n}).", n=n)
        return self._say("A warning could reach an address that is entered later or not raided (exposure {n}).", n=n)

    def force(self) -> str:
        """Who is used."""
        told, operation = self.told, self.scenario.operation
        kinds = (
            self._count("1 team", "{n} teams", told.num_teams) if told.num_teams else "",
            self._count("1 squad", "{n} squads", told.num_squads) if told.num_squads else "",
            self._count("1 escort unit", "{n} escort units", told.num_escorts) if told.num_escorts else "",
            self._count("1 forensic unit", "{n} forensic units", told.num_forensics) if told.num_forensics else "",
        )
        return self._say(
            "{units}: {officers} of {all_officers} officers, {vehicles} of {all_vehicles} vehicles.",
            units=gettext(", ", self.lang).join(filter(None, kinds)),
            officers=told.num_officers,
            all_officers=len(operation.officers),
            vehicles=told.num_vehicles,
            all_vehicles=len(operation.vehicles),
        )

    def custody(self) -> str:
        """When the last detainee is in custody."""
        return self._say("The last detainee is in custody at {when}.", when=self._when(self.told.last_delivery or 0))

    def guards(self, scenes: int) -> str:
        """At how many scenes guards stay."""
        return self._count(
            "1 scene is guarded until its examination.",
            "{n} scenes are guarded until their examination.",
            scenes,
        )

    def interviews(self) -> str:
        """How many first interviews there are, and when the last starts."""
        told = self.told
        if not told.num_interviews:
            return self._say("No first interview is planned.")
        if told.num_interviews == told.num_arrested:
            first = self._say("All first interviews are planned ({n})", n=told.num_interviews)
        else:
            first = self._say("{n} of {due} first interviews are planned", n=told.num_interviews, due=told.num_arrested)
        return self._say("{first}; the last starts at {when}.", first=first, when=self._when(told.last_interview or 0))
