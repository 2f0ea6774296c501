"""The operation order: one set of values under the headings of SMEAC, IIMARCH or a plan of action; no address."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.files.named_facts import ORDER_FORM
from planner.i18n import N_
from planner.needs import is_child
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.plan import Unit
from planner.render.descriptive import fact
from planner.render.law_words import spot_cards, waivers
from planner.render.map_words import PHASE_WORDS
from planner.render.sheet_data import REPORT_CODES
from planner.render.summary import figures
from planner.render.team_sites import squads_of_team
from planner.render.timeline import PHASE_OF, PHASES, Phase
from planner.reports.own_words import own_words

SMEAC = {
    "cities": N_("1 Situation"),
    "forces": N_("1 Situation"),
    "mission": N_("2 Mission"),
    "phases": N_("3 Execution"),
    "teams": N_("3 Execution"),
    "custody": N_("4 Administration and logistics"),
    "signals": N_("5 Command and signal"),
    "decisions": N_("6 Risk and go / no-go"),
    "law": N_("7 Legal"),
}
IIMARCH = {
    "cities": N_("Information"),
    "forces": N_("Information"),
    "mission": N_("Intention"),
    "phases": N_("Method"),
    "teams": N_("Method"),
    "custody": N_("Administration"),
    "decisions": N_("Risk assessment"),
    "signals": N_("Communications"),
    "law": N_("Human rights and legal"),
}
PLAN = {
    "cities": N_("I Case and targets"),
    "mission": N_("II Objectives and principles"),
    "forces": N_("III Organisation and tasks"),
    "teams": N_("III Organisation and tasks"),
    "steps": N_("IV Steps of the action"),
    "phases": N_("V Timetable"),
    "signals": N_("VI Communications"),
    "custody": N_("VII Logistics"),
    "decisions": N_("VIII Safety and contingencies"),
    "law": N_("IX Legal formalities and discipline"),
    "annexes": N_("X Annexes"),
}
FORMS: Mapping[str, Mapping[str, str]] = {"smeac": SMEAC, "iimarch": IIMARCH, "plan": PLAN}
"""Form of an order (`ORDER_FORMS`) -> its parts in their order, each under its heading."""
CITIES = (
    PaperColumn(N_("City"), 1, strong=True),
    PaperColumn(N_("Sites"), 0.6),
    PaperColumn(N_("Suspects"), 0.6),
    PaperColumn(N_("High risk"), 0.6),
    PaperColumn(N_("Squads"), 0.6),
    PaperColumn(N_("Officers"), 0.6),
    PaperColumn(N_("Local agencies"), 3),
)
FORCES = (
    PaperColumn(N_("Agency"), 2, strong=True),
    PaperColumn(N_("Officers with a task"), 1),
    PaperColumn(N_("Reserve"), 0.6),
    PaperColumn(N_("Liaison officer"), 1),
    PaperColumn(N_("Duty office"), 1),
)
PHASE = (PaperColumn(N_("Phase"), 1, strong=True), PaperColumn(N_("From"), 1), PaperColumn(N_("Until"), 1))
TEAMS = (
    PaperColumn(N_("Team"), strong=True),
    PaperColumn(N_("Commander"), 1.4),
    PaperColumn(N_("City"), 0.8),
    PaperColumn(N_("Assembly point"), 1.5),
    PaperColumn(N_("Briefing"), 0.9),
    PaperColumn(N_("Raids"), 0.9),
    PaperColumn(N_("Squads, leave by"), 1.6),
)
CUSTODY = (
    PaperColumn(N_("Custody place"), 2, strong=True),
    PaperColumn(N_("Detainees"), 0.7),
    PaperColumn(N_("Cells"), 0.6),
    PaperColumn(N_("Interview rooms"), 0.8),
    PaperColumn(N_("First arrival"), 1),
    PaperColumn(N_("Last arrival"), 1),
)
DECISIONS = (
    PaperColumn(N_("Decision"), 1.6, strong=True),
    PaperColumn(N_("Decided by"), 1, blank=True),
    PaperColumn(N_("Until"), 0.8),
    PaperColumn(N_("If not"), 2),
    PaperColumn(N_("Go / no-go (time, name)"), 1, blank=True),
)
SIGNALS = (PaperColumn(N_("Report"), 1, strong=True), PaperColumn(N_("Meaning"), 3))
MEANINGS = {
    "SET": N_("Squad in position, out of sight"),
    "STRIKE": N_("Entry begins"),
    "SECURE": N_("Site under control, nobody hurt or who is hurt"),
    "IN CUSTODY": N_("Suspect arrested; identity checked"),
    "MOVING": N_("Detainee on the way"),
    "LODGED": N_("Detainee handed over"),
}
STEPS = (
    N_("Preparation: warrants at hand, forces named, vehicles and equipment ready"),
    N_("Assembly: check-in and briefing at the assembly points"),
    N_("Positions: each squad at its site, out of sight"),
    N_("Arrest: all entries at H, reports by the code words"),
    N_("Search: with a witness or on camera; exhibits listed and sealed"),
    N_("Escort: men, women and minors apart; head count at each stop"),
    N_("Custody and first interviews: registers kept, deadlines watched"),
)
ANNEXES = (
    N_("Squad cards"),
    N_("Escort manifests"),
    N_("Custody registers and intake lists"),
    N_("Interview boards"),
    N_("Forensic taskings"),
    N_("Communications and medical plan"),
)
LAW = (PaperColumn(N_("Subject"), 2, strong=True), PaperColumn(N_("Number"), 0.6), PaperColumn(N_("What follows"), 3))


def operation_orders(source: PaperSource) -> Iterator[PaperSheet]:
    """The one order of the operation, for command and everybody on its distribution."""
    if not source.plan.teams:
        return
    details = source.operation.details
    parts = FORMS[fact(details, ORDER_FORM) or "smeac"]
    tables = _tables(source)
    yield PaperSheet(
        "all",
        source.say("Command and all leaders"),
        facts=(
            (source.say("Distribution"), fact(details, "distribution")),
            (source.say("Command post"), fact(details, "command_post")),
            (source.say("Commander"), fact(details, "commander")),
            (source.say("Deputy commander"), fact(details, "deputy")),
        ),
        tables=tuple(_titled(source, heading, tables[part]) for part, heading in parts.items()),
        notes=(
            source.say("Annexes: squad cards, escort manifests, custody registers, interview boards, contacts."),
            *([source.say("Abort word: {word}", word=word)] if (word := fact(details, "abort_word")) else []),
        ),
        signs=(source.say("Prepared by (time, name)"), source.say("Approved by (time, name)")),
    )


def _titled(source: PaperSource, heading: str, part: PaperTable) -> PaperTable:
    """The part under its heading, followed by what it is about where several parts stand under one."""
    head = source.say(heading)
    return replace(part, title=source.under(head, part.title) if part.title else head)


def _tables(source: PaperSource) -> dict[str, PaperTable]:
    """Name -> part, whatever the form; the title tells it from others under the same heading."""
    found = figures(source.scenario, source.plan)
    mission = source.say(
        "Arrest {people} suspects at {sites} addresses in {cities} cities from {when} on, all at once where possible; "
        "bring them into custody, secure the scenes and hold the first interviews.",
        people=found.num_arrested, sites=found.num_doors, cities=found.num_cities, when=source.clock(0),
    )  # fmt: skip
    steps = tuple((str(n), source.say(step)) for n, step in enumerate(STEPS, 1))
    annexes = tuple((str(n), source.say(one)) for n, one in enumerate(ANNEXES, 1))
    return {
        "cities": PaperTable(source.say("Cities"), CITIES, tuple(_cities(source))),
        "forces": PaperTable(source.say("Forces"), FORCES, tuple(_forces(source))),
        "mission": PaperTable("", (PaperColumn(N_("Mission"), 1),), ((mission,),)),
        "phases": PaperTable(source.say("Phases"), PHASE, tuple(_phases(source))),
        "teams": PaperTable(source.say("Teams"), TEAMS, tuple(_teams(source))),
        "custody": PaperTable(source.say("Custody places"), CUSTODY, tuple(_custody(source))),
        "signals": PaperTable("", SIGNALS, tuple(_signals(source))),
        "decisions": PaperTable("", DECISIONS, tuple(decisions(source))),
        "law": PaperTable("", LAW, tuple(_law(source))),
        "steps": PaperTable("", (PaperColumn(N_("No.")), PaperColumn(N_("Step"), 1, strong=True)), steps),
        "annexes": PaperTable("", (PaperColumn(N_("No.")), PaperColumn(N_("Annex"), 1)), annexes),
    }


def _cities(source: PaperSource) -> Iterator[tuple[str, ...]]:
    operation, plan = source.operation, source.plan
    raided = [operation.sites_by_id[site] for site in plan.raids_by_site]
    for city in dict.fromkeys(site.city for site in operation.sites if site.id in plan.raids_by_site):
        sites = [site for site in raided if site.city == city]
        units = {plan.raids_by_site[site.id][0].id for site in sites}
        held = sum(len(operation.chargeable_by_site.get(site.id, ())) for site in sites)
        officers = {o for unit in units for o in plan.units_by_id[unit].officers}
        local = source.comma(agency.name for agency in operation.agencies if city in agency.cities)
        high = sum(site.risk == "high" for site in sites)
        yield city, *map(str, (len(sites), held, high, len(units), len(officers))), local


def _forces(source: PaperSource) -> Iterator[tuple[str, ...]]:
    people = Counter(officer.agency for officer in source.operation.officers)
    busy = Counter(o.agency for o in source.operation.officers if source.duties.of("officers", o.id))
    for agency in source.operation.agencies:
        if num := people[agency.id]:
            used = str(busy[agency.id]), str(num - busy[agency.id])
            yield agency.name, *used, fact(agency.details, "liaison"), fact(agency.details, "duty_desk")


def _phases(source: PaperSource) -> Iterator[tuple[str, ...]]:
    spans: dict[Phase, list[int]] = {}
    for stay in (*source.found.stays, *source.found.guards):
        spans.setdefault(PHASE_OF[stay.task], []).extend((stay.start, stay.end))
    for move in source.found.movements:
        spans.setdefault(move.phase, []).append(move.depart)
    for phase in PHASES:
        if phase in spans:
            yield source.say(PHASE_WORDS[phase]), source.when(min(spans[phase])), source.when(max(spans[phase]))


def _teams(source: PaperSource) -> Iterator[tuple[str, ...]]:
    for team in sorted(source.plan.teams, key=lambda team: team.id):
        place, squads = source.operation.places_by_id[team.assembly], squads_of_team(source.plan, team)
        starts = sorted(stop.start for unit in squads for stop in unit.stops if stop.task == "raid")
        span = source.when(starts[0]) + (f" – {source.when(starts[-1])}" if starts[-1] != starts[0] else "")
        yield (
            team.id,
            source.officer(team.commander),
            place.city,
            place.name,
            source.when(min(unit.stops[0].start for unit in squads)),
            span,
            source.comma(_leaving(source, unit) for unit in squads),
        )


def _leaving(source: PaperSource, unit: Unit) -> str:
    """A squad with the clock time at which it leaves the assembly point; alone where it has begun."""
    drive = source.drives.get(unit.id)
    return unit.id if drive is None else f"{unit.id} {source.clock(drive.leave)}"


def _custody(source: PaperSource) -> Iterator[tuple[str, ...]]:
    for place in source.operation.places:
        starts = [r.delivery.start for r in source.found.custody if r.delivery and r.delivery.place == place.id]
        if starts:
            num = str(len(starts)), str(place.cells), str(place.rooms)
            yield place.name, *num, source.when(min(starts)), source.when(max(starts))


def decisions(source: PaperSource) -> Iterator[tuple[str, ...]]:
    """The rows of DECISIONS: what has to be decided, until when, and what happens otherwise."""
    first = source.found.first_minute
    musters = [unit.stops[0].start for unit in source.plan.units if unit.kind == "squad"]
    for what, minute, otherwise in (
        (N_("All warrants and cooperation documents at hand"), first, N_("No departure for the addresses concerned")),
        (N_("All teams assembled"), min(musters, default=0), N_("Replan without those who are missing")),
        (N_("All squads set"), 0, N_("The commander moves H or gives up single addresses")),
    ):
        yield source.say(what), "", source.when(minute), source.say(otherwise), ""


def _signals(source: PaperSource) -> Iterator[tuple[str, str]]:
    """Each report point, after it what agencies call it by words of their own, and what it means."""
    own = {agency.name: own_words(agency) for agency in source.operation.agencies}
    for point, code in REPORT_CODES.items():
        called = [f"{name}{source.say(': ')}{words[code]}" for name, words in own.items() if code in words]
        yield " · ".join([source.say(point), *called]), source.say(MEANINGS[point])


def _law(source: PaperSource) -> Iterator[tuple[str, ...]]:
    operation = source.operation
    people = [s for site in source.plan.raids_by_site for s in operation.chargeable_by_site.get(site, ())]
    women, children = sum(s.sex == "F" for s in people), sum(is_child(operation, s) for s in people)
    without = sum(not operation.is_chargeable(s) for s in operation.suspects)
    for what, num, follows in (
        (N_("Suspects with a warrant valid at H"), len(people), N_("Warrant read and shown by the squad leader")),
        (N_("Suspects without one"), without, N_("Identify, do not arrest")),
        (N_("Women"), women, N_("Women are searched and escorted by female officers only.")),
        (N_("Under 18"), children, N_("Under 18: notify the guardian; keep apart from adults.")),
    ):
        yield source.say(what), str(num), source.say(follows)
    for name, num, told in spot_cards(source.operation, source.plan, source.lang):
        yield name, str(num), told
    for what, row, by in waivers(source.operation, source.lang):
        yield source.say("Waived: {what}", what=what), row, by
