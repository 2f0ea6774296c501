"""Who gets one of each kind of paper: key and name of each reader, known without making any sheet."""

from collections.abc import Callable, Iterator, Mapping

from planner.compare import Comparison
from planner.i18n import gettext
from planner.law.gate import pack_of_operation
from planner.law.subjects import LawSubjects
from planner.papers.custody import places_of
from planner.papers.source import PaperSource
from planner.plan import Unit
from planner.render.change_orders import JOINT, changed_teams, has_joint_order
from planner.render.team_sites import squads_of_team

Readers = Iterator[tuple[str, str]]
"""Key and name, as on the sheet of each reader and in the same order."""


def _all_leaders(source: PaperSource) -> Readers:
    yield "all", source.say("Command and all leaders")


def _order(source: PaperSource) -> Readers:
    if source.plan.teams:
        yield from _all_leaders(source)


def _wall(source: PaperSource) -> Readers:
    if source.plan.teams:
        yield "all", source.say("Command post")


def _teams(source: PaperSource) -> Readers:
    for team in source.plan.teams:
        name = source.operation.officers_by_id[team.commander].name
        yield team.id, source.comma([source.say("Team {team}", team=team.id), name])


def _squads(source: PaperSource) -> Readers:
    for team in source.plan.teams:
        for unit in squads_of_team(source.plan, team):
            yield unit.id, source.comma([source.say("Squad {squad}", squad=unit.id), source.leader(unit).name])


def _custody(source: PaperSource) -> Readers:
    return ((place.id, source.place(place.id)) for place, _ in places_of(source))


def _interviews(source: PaperSource) -> Readers:
    used = {talk.place for talk in source.talks.values()}
    return ((place.id, source.place(place.id)) for place in source.operation.places if place.id in used)


def _units(source: PaperSource, is_reader: Callable[[Unit], bool]) -> Readers:
    for unit in source.plan.units:
        if is_reader(unit):
            yield unit.id, source.comma([source.unit(unit), source.leader(unit).name])


def _escort(source: PaperSource) -> Readers:
    carriers = {row.carrier for row in source.found.custody if row.delivery is not None}
    return _units(source, lambda unit: unit.id in carriers)


def _forensics(source: PaperSource) -> Readers:
    return _units(source, lambda unit: any(stop.task == "exam" for stop in unit.stops))


def _agencies(source: PaperSource) -> Readers:
    agencies = (agency for agency in source.operation.agencies if agency.id in source.officers_by_agency)
    return ((agency.id, f"{agency.name} {agency.id}") for agency in agencies)


def _check_in(source: PaperSource) -> Readers:
    used = {team.assembly for team in source.plan.teams}
    return ((place.id, source.place(place.id)) for place in source.operation.places if place.id in used)


def _slips(source: PaperSource) -> Readers:
    return ((o.id, source.officer(o.id)) for o in source.operation.officers if source.duties.of("officers", o.id))


def _hosts(source: PaperSource) -> Readers:
    pack = pack_of_operation(source.operation)
    if pack is not None:
        for key in LawSubjects(source.operation, pack, source.plan).hosts:
            yield key, f"{source.operation.agencies_by_id[key].name} {key}"


def _vehicles(source: PaperSource) -> Readers:
    if source.operation.vehicles:
        yield "all", source.say("Motor transport")


READERS: Mapping[str, Callable[[PaperSource], Readers]] = {
    "sheets": _teams,
    "order": _order,
    "wall": _wall,
    "squad": _squads,
    "custody": _custody,
    "interviews": _interviews,
    "escort": _escort,
    "forensics": _forensics,
    "agency": _agencies,
    "check-in": _check_in,
    "slip": _slips,
    "vehicles": _vehicles,
    "cooperation": _hosts,
    "contacts": _all_leaders,
}
"""Name of a document -> its readers; those of change orders depend on the plan before (`order_readers`)."""


def order_readers(comparison: Comparison, lang: str) -> Readers:
    """Key and name of each who gets a change order, in the order in which they are printed."""
    people = comparison.now.operation.officers_by_id | comparison.was.operation.officers_by_id
    for team in changed_teams(comparison, lang):
        held = comparison.new.teams_by_id.get(team) or comparison.old.teams_by_id[team]
        said = gettext("Team {team}", lang).format(team=team)
        yield team, gettext(", ", lang).join([said, people[held.commander].name])
    if has_joint_order(comparison):
        yield JOINT, gettext("Joint command", lang)
