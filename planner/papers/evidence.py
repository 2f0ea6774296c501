"""The tasking of each forensic unit: which scene when, who hands it over, what is to be secured."""

from collections.abc import Iterator

from planner.i18n import N_
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.plan import Stop, Unit
from planner.render.descriptive import fact
from planner.render.sheet_data import RISK_WORDS, point_text

SCENES = (
    PaperColumn(N_("From"), strong=True),
    PaperColumn(N_("Until")),
    PaperColumn(N_("Address"), 2, strong=True),
    PaperColumn(N_("Coordinates"), 1.5),
    PaperColumn(N_("Risk")),
    PaperColumn(N_("Handed over by"), 1.6),
    PaperColumn(N_("Evidence wanted"), 1.3),
    PaperColumn(N_("Scene taken over (time, name)"), 1, blank=True),
    PaperColumn(N_("Released (time, name)"), 1, blank=True),
)
ITEMS = (
    PaperColumn(N_("No.")),
    PaperColumn(N_("Site"), 0.5, blank=True),
    PaperColumn(N_("Item"), 2, blank=True),
    PaperColumn(N_("Found where"), 1.2, blank=True),
    PaperColumn(N_("Secured by (time, name)"), 1.2, blank=True),
    PaperColumn(N_("Handed to"), 1, blank=True),
)
CREW = (
    PaperColumn(N_("Officer"), 1.6, strong=True),
    PaperColumn(N_("Agency"), 2),
    PaperColumn(N_("Rank")),
    PaperColumn(N_("Skills"), 1.2),
)
NUM_ITEMS = 12  # lines of the list that is filled in at the scene


def forensic_taskings(source: PaperSource) -> Iterator[PaperSheet]:
    """For each forensic unit: its scenes in the order of time, its crew, and an empty list of what is secured."""
    for unit in source.plan.units:
        exams = [stop for stop in unit.stops if stop.task == "exam"]
        if not exams:
            continue
        first = next(iter(source.duties.of("units", unit.id)), None)
        yield PaperSheet(
            unit.id,
            source.comma([source.unit(unit), source.leader(unit).name]),
            facts=(
                (source.say("Vehicles"), source.vehicles(unit.vehicles)),
                (source.say("Departs"), source.when(first.start) if first is not None else ""),
                (source.say("Radio channel"), fact(source.operation.details, "radio_nets")),
                (source.say("Exhibits go to"), ""),
            ),
            tables=(
                PaperTable(source.say("Scenes"), SCENES, tuple(_scene(source, stop) for stop in exams)),
                PaperTable(source.say("Crew"), CREW, tuple(_person(source, officer) for officer in unit.officers)),
                PaperTable(
                    source.say("Items secured"),
                    ITEMS,
                    tuple((str(n + 1), *[""] * (len(ITEMS) - 1)) for n in range(NUM_ITEMS)),
                ),
            ),
            notes=(source.say("Take the scene over in person; until then its guards let nobody in."),),
            signs=(source.say("Head of the forensic unit (time, name)"), source.say("Exhibits received (time, name)")),
        )


def _person(source: PaperSource, officer: str) -> tuple[str, ...]:
    row = source.operation.officers_by_id[officer]
    return source.officer(officer), source.operation.agencies_by_id[row.agency].name, str(row.rank), source.skills(row)


def _scene(source: PaperSource, stop: Stop) -> tuple[str, ...]:
    site = source.operation.sites_by_id[stop.place]
    squad, _ = source.plan.raids_by_site[stop.place]
    return (
        source.when(stop.start),
        source.clock(stop.end),
        source.place(stop.place),
        "\n".join(point_text(site.lat, site.lon)),
        source.say(RISK_WORDS[site.risk]),
        _handed_over(source, squad, stop.place),
        fact(site.details, "evidence"),
        "",
        "",
    )


def _handed_over(source: PaperSource, squad: Unit, site: str) -> str:
    kept = source.found.guards_by_unit.get(squad.id)
    if kept is not None and kept.place == site:
        return source.comma([source.unit(squad), source.say("guards {names}", names=source.officers(kept.officers))])
    return source.comma([source.unit(squad), source.officer(source.leader(squad).id)])
