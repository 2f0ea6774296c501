"""The card of each squad: its sites, people, day, detainees and what to do if; of other squads nothing."""

from collections.abc import Iterator, Mapping

from planner.i18n import N_
from planner.operation import Site
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.plan import Unit
from planner.render.absence_words import who_goes
from planner.render.descriptive import fact
from planner.render.formatting import percent
from planner.render.guidance import BRANCHES
from planner.render.sheet_data import custody_row, point_text, report_points, report_row, site
from planner.render.sheet_scope import Scope
from planner.render.sheet_squads import squad_card
from planner.render.sheets import without_warrant_by_site
from planner.render.team_sites import raids

SITE = (
    PaperColumn(N_("Starts"), strong=True),
    PaperColumn(N_("Address"), 2, strong=True),
    PaperColumn(N_("Coordinates"), 1.6),
    PaperColumn(N_("Risk")),
    PaperColumn(N_("Mind"), 2),
)
AT_SITE = (
    PaperColumn(N_("Before entry"), 1.3, strong=True),
    PaperColumn(N_("Known"), 2),
    PaperColumn(N_("Seen on the spot"), 2, blank=True),
)
SUSPECTS = (
    PaperColumn(N_("Suspect"), 1.2, strong=True),
    PaperColumn(N_("Sex")),
    PaperColumn(N_("Born")),
    PaperColumn(N_("ID number ends in")),
    PaperColumn(N_("Alias, description, vehicle"), 1.6),
    PaperColumn(N_("Warrant"), 1.1),
    PaperColumn(N_("Valid until")),
    PaperColumn(N_("Warrant read"), 0.6, blank=True),
)
MEMBERS = (
    PaperColumn("", strong=True),
    PaperColumn(N_("Officer"), 1.5, strong=True),
    PaperColumn(N_("Agency"), 1.6),
    PaperColumn(N_("Rank")),
    PaperColumn(N_("Sex")),
    PaperColumn(N_("Skills"), 1),
    PaperColumn(N_("Phone"), 1),
    PaperColumn(N_("Role at the site"), 1, blank=True),
)
DAY = (PaperColumn(N_("Time"), strong=True), PaperColumn(N_("Minutes from H")), PaperColumn(N_("What"), 1))
DETAINEES = (
    PaperColumn(N_("Detainee"), 1.2, strong=True),
    PaperColumn(N_("Escorted by"), 1.2),
    PaperColumn(N_("Vehicles"), 1),
    PaperColumn(N_("From")),
    PaperColumn(N_("Custody place"), 1.6),
    PaperColumn(N_("Arrives")),
    PaperColumn(N_("Latest"), strong=True),
    PaperColumn(N_("Interview by"), strong=True),
)
TALKS = (
    PaperColumn(N_("From"), strong=True),
    PaperColumn(N_("Until")),
    PaperColumn(N_("Suspect"), 1),
    PaperColumn(N_("Room"), 1),
    PaperColumn(N_("Officers"), 2),
)
IF = (PaperColumn(N_("If"), 1.2, strong=True), PaperColumn(N_("Then"), 3))
ABSENT = (
    PaperColumn(N_("Suspect absent"), 1.2, strong=True),
    PaperColumn(N_("Further address"), 2),
    PaperColumn(N_("Chance"), 0.6),
    PaperColumn(N_("Who goes"), 2),
    PaperColumn(N_("Earliest raid"), 0.8),
    PaperColumn(N_("Exposure then"), 0.7),
    PaperColumn(N_("Exposure if not arrested"), 0.7),
)
AT_THE_DOOR: Mapping[str, tuple[str, ...]] = {
    N_("Building, floor, entrance"): ("building", "floor", "entrance"),
    N_("Exits"): ("exits",),
    N_("Dogs, hazards"): ("dogs", "hazards"),
    N_("Children, others known"): ("children", "others"),
    N_("Evidence wanted"): ("evidence",),
    N_("Bring"): ("bring",),
}
"""What is asked before entry -> the descriptive facts of the site that answer it."""


def squad_cards(source: PaperSource) -> Iterator[PaperSheet]:
    """For each squad, in the order of the teams' sheets."""
    others = without_warrant_by_site(source.operation)
    behind = source.operation.chargeable_by_site
    for team in source.plan.teams:
        scope = Scope(source.scenario, source.plan, team, source.lang, source.found, behind, others)
        for unit in scope.squads:
            yield _card(source, scope, unit)


def _card(source: PaperSource, scope: Scope, unit: Unit) -> PaperSheet:
    card, operation = squad_card(scope, unit), source.operation
    sites = [operation.sites_by_id[stop.place] for stop in raids(unit)]
    boss, assembly = operation.officers_by_id[scope.team.commander], operation.places_by_id[scope.team.assembly]
    held = [row for row in scope.custody if row.squad == unit.id]
    rows = (custody_row(scope, row) for row in held)
    members = tuple(
        (m["lead"], f"{m['name']} {m['id']}", m["agency"], m["rank"], m["sex"], m["skills"],
         fact(operation.officers_by_id[m["id"]].details, "phone"), "")
        for m in card["members"]
    )  # fmt: skip
    reports = tuple(tuple(report_row(scope, one.id)[2:]) for one in sites)
    points = report_points(scope.words.of_unit(unit.id), scope.lang)
    tables = (
        *(table for one in sites for table in _site(source, scope, one)),
        PaperTable(source.say("Squad (★: leader, ◆: scene guard)"), MEMBERS, members),
        PaperTable(source.say("Timeline"), DAY, tuple((at, h, told) for at, h, told, _ in card["timeline"])),
        *_some(source.say("Detainees"), DETAINEES, tuple((r[0], *r[2:]) for r in rows)),
        *_some(source.say("First interviews"), TALKS, tuple(map(tuple, card["talks"]))),
        PaperTable(
            source.say("Reports (planned time; enter actual time)"),
            (
                PaperColumn(N_("Site"), strong=True),
                *(PaperColumn(point, 1, is_said=True) for point in points),
            ),
            tuple((one.id, *row) for one, row in zip(sites, reports, strict=True)),
        ),
        PaperTable(
            source.say("Contingency"), IF, tuple((source.say(when), source.say(then)) for when, then in BRANCHES)
        ),
        *_some(source.say("If a suspect is absent"), ABSENT, tuple(_absent(source, unit))),
    )
    return PaperSheet(
        unit.id,
        source.comma([source.say("Squad {squad}", squad=unit.id), source.leader(unit).name]),
        facts=(
            (source.say("Team"), scope.team.id),
            (source.say("Team commander"), source.comma(filter(None, [boss.name, fact(boss.details, "phone")]))),
            (source.say("Assembly point"), assembly.name),
            *_departure(source, unit),
            (source.say("Vehicles"), source.semicolon(card["vehicles"])),
            (source.say("Driver"), ""),
            (source.say("Radio channel"), fact(operation.details, "radio_nets")),
            (source.say("Call sign"), unit.id),
            (source.say("Abort word"), fact(operation.details, "abort_word")),
            (source.say("Hospital"), fact(operation.details, "hospital")),
        ),
        tables=tables,
        notes=(source.say("Verified before entry: address, unit, floor, flat number"),),
        signs=(source.say("Briefed (time, name)"), source.say("Sheet returned (time, name)")),
    )


def _absent(source: PaperSource, unit: Unit) -> Iterator[tuple[str, ...]]:
    """Where else each suspect of the squad's raids may be, and who looks there."""
    for row in source.absences.get(unit.id, ()):
        yield (
            source.suspect(row.suspect),
            source.place(row.other),
            "" if row.chance is None else percent(row.chance),
            who_goes(row, source.lang),
            "" if row.raided_by else source.when(row.start),
            "" if row.raided_by else f"{row.exposure:,}",
            f"{row.exposure_missed:,}",
        )


def _departure(source: PaperSource, unit: Unit) -> Iterator[tuple[str, str]]:
    """When a squad that has not begun leaves its assembly point, and is in position with the margin that is planned."""
    if (drive := source.drives.get(unit.id)) is not None:
        yield source.say("Leave assembly point by"), source.when(drive.leave)
        yield source.say("In position by"), source.when(drive.arrive)


def _some(title: str, columns: tuple[PaperColumn, ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[PaperTable]:
    if rows:
        yield PaperTable(title, columns, rows)


def _site(source: PaperSource, scope: Scope, row: Site) -> Iterator[PaperTable]:
    """The address, what is known of it, and who is behind its door."""
    told = site(scope, row.id)
    at = (" ".join(told["start"]), row.address, "\n".join(point_text(row.lat, row.lon)), told["risk"])
    yield PaperTable(
        source.say("Site {letter} ({site})", letter=scope.letters[row.id], site=row.id),
        SITE,
        ((*at, source.sentences(told["notes"])),),
    )
    people = tuple(_suspect(source, one) for one in told["suspects"])
    suspects = (source.operation.suspects_by_id[one["id"]] for one in told["suspects"])
    photos = tuple(p for s in suspects for p in source.pictures(f"{s.name} {s.id}", s.details, source.say("Photo")))
    yield PaperTable(source.say("People to be arrested"), SUSPECTS, people, photos)
    known = tuple(
        (source.say(asked), source.semicolon(filter(None, (fact(row.details, name) for name in names))), "")
        for asked, names in AT_THE_DOOR.items()
    )
    sketches = source.pictures(f"{scope.letters[row.id]} ({row.id})", row.details, source.say("Sketch"))
    yield PaperTable(source.say("At the site"), AT_SITE, known, sketches)


def _suspect(source: PaperSource, told: dict[str, str]) -> tuple[str, ...]:
    details = source.operation.suspects_by_id[told["id"]].details
    seen = source.semicolon(filter(None, (fact(details, name) for name in ("alias", "description", "vehicle"))))
    tail = source.identity(told["id"])
    return f"{told['name']} {told['id']}", told["marks"], told["born"], tail, seen, told["warrant"], told["expires"], ""
