"""The operation order: the same values under the headings of SMEAC or IIMARCH; no address and no suspect."""

from collections import Counter
from collections.abc import Iterator

from planner.i18n import N_
from planner.needs import is_child
from planner.papers.source import PaperSource, fact
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.render.law_words import spot_cards, waivers
from planner.render.map_words import PHASE_WORDS
from planner.render.sheet_data import REPORTS
from planner.render.summary import figures
from planner.render.team_sites import squads_of_team
from planner.render.timeline import PHASE_OF, PHASES, Phase

SMEAC = {
    "situation": N_("1 Situation"),
    "mission": N_("2 Mission"),
    "execution": N_("3 Execution"),
    "support": N_("4 Administration and logistics"),
    "signal": N_("5 Command and signal"),
    "risk": N_("6 Risk and go / no-go"),
    "legal": N_("7 Legal"),
}
IIMARCH = {
    "situation": N_("Information"),
    "mission": N_("Intention"),
    "execution": N_("Method"),
    "support": N_("Administration"),
    "signal": N_("Communications"),
    "risk": N_("Risk assessment"),
    "legal": N_("Human rights and legal"),
}
FORMS = {"smeac": SMEAC, "iimarch": IIMARCH}
FORM = "order_form"
"""The descriptive fact of an operation that names the headings: "smeac" (without one) or "iimarch"."""
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
    PaperColumn(N_("Squads"), 1.4),
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
LAW = (PaperColumn(N_("Item"), 2, strong=True), PaperColumn(N_("Number"), 0.6), PaperColumn(N_("What follows"), 3))


def operation_orders(source: PaperSource) -> Iterator[PaperSheet]:
    """The one order of the operation, for command and everybody on its distribution."""
    if not source.plan.teams:
        return
    details = source.operation.details
    heads = {k: source.say(v) for k, v in FORMS.get(fact(details, FORM), SMEAC).items()}
    found = figures(source.scenario, source.plan)
    mission = source.say(
        "Arrest {people} suspects at {sites} addresses in {cities} cities from {when} on, all at once where possible; "
        "bring them into custody, secure the scenes and hold the first interviews.",
        people=found.num_arrested, sites=found.num_doors, cities=found.num_cities, when=source.clock(0),
    )  # fmt: skip
    yield PaperSheet(
        "all",
        source.say("Command and all leaders"),
        facts=(
            (source.say("Distribution"), fact(details, "distribution")),
            (source.say("Command post"), fact(details, "command_post")),
            (source.say("Commander"), fact(details, "commander")),
            (source.say("Deputy"), fact(details, "deputy")),
        ),
        tables=(
            PaperTable(f"{heads['situation']}: {source.say('Cities')}", CITIES, tuple(_cities(source))),
            PaperTable(f"{heads['situation']}: {source.say('Forces')}", FORCES, tuple(_forces(source))),
            PaperTable(heads["mission"], (PaperColumn(N_("Mission"), 1),), ((mission,),)),
            PaperTable(f"{heads['execution']}: {source.say('Phases')}", PHASE, tuple(_phases(source))),
            PaperTable(f"{heads['execution']}: {source.say('Teams')}", TEAMS, tuple(_teams(source))),
            PaperTable(f"{heads['support']}: {source.say('Custody places')}", CUSTODY, tuple(_custody(source))),
            PaperTable(heads["signal"], SIGNALS, tuple((source.say(r), source.say(MEANINGS[r])) for r in REPORTS)),
            PaperTable(heads["risk"], DECISIONS, tuple(_decisions(source))),
            PaperTable(heads["legal"], LAW, tuple(_law(source))),
        ),
        notes=(
            source.say("Annexes: squad cards, escort manifests, custody registers, interview boards, contacts."),
            *([source.say("Abort word: {word}", word=word)] if (word := fact(details, "abort_word")) else []),
        ),
        signs=(source.say("Prepared by (time, name)"), source.say("Approved by (time, name)")),
    )


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
            source.comma(unit.id for unit in squads),
        )


def _custody(source: PaperSource) -> Iterator[tuple[str, ...]]:
    for place in source.operation.places:
        starts = [r.delivery.start for r in source.found.custody if r.delivery and r.delivery.place == place.id]
        if starts:
            num = str(len(starts)), str(place.cells), str(place.rooms)
            yield place.name, *num, source.when(min(starts)), source.when(max(starts))


def _decisions(source: PaperSource) -> Iterator[tuple[str, ...]]:
    first = source.found.first_minute
    musters = [unit.stops[0].start for unit in source.plan.units if unit.kind == "squad"]
    for what, minute, otherwise in (
        (N_("All warrants and cooperation documents at hand"), first, N_("No departure for the addresses concerned")),
        (N_("All teams assembled"), min(musters, default=0), N_("Replan without those who are missing")),
        (N_("All squads set"), 0, N_("The commander moves H or gives up single addresses")),
    ):
        yield source.say(what), "", source.when(minute), source.say(otherwise), ""


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
