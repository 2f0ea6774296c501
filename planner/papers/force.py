"""Papers of the force: where each agency's people and cars are, who checks in where, each officer's own slip."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from planner.i18n import N_
from planner.operation import Officer, Place
from planner.papers.source import KINDS, PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.plan import Team, Unit
from planner.render.descriptive import fact
from planner.render.duties import DUTY_WORDS, DutyLine
from planner.render.team_sites import squads_of_team

PEOPLE = (
    PaperColumn(N_("Officer"), 1.5, strong=True),
    PaperColumn(N_("Rank")),
    PaperColumn(N_("Task"), 1.6),
    PaperColumn(N_("Departs"), strong=True),
    PaperColumn(N_("From"), 1.3),
    PaperColumn(N_("Report to"), 1.6),
    PaperColumn(N_("At"), strong=True),
    PaperColumn(N_("Vehicles"), 1),
    PaperColumn(N_("Until")),
)
CARS = (
    PaperColumn(N_("Vehicle"), 1, strong=True),
    PaperColumn(N_("Base"), 1.6),
    PaperColumn(N_("Seats")),
    PaperColumn(N_("Detainee places")),
    PaperColumn(N_("Unit"), 1.4),
    PaperColumn(N_("Departs"), strong=True),
    PaperColumn(N_("Until")),
    PaperColumn(N_("Driver"), 1, blank=True),
    PaperColumn(N_("Keys handed over"), 1, blank=True),
)
ARRIVALS = (
    PaperColumn(N_("Expected"), strong=True),
    PaperColumn(N_("Officer"), 1.5, strong=True),
    PaperColumn(N_("Agency"), 1.6),
    PaperColumn(N_("Squad")),
    PaperColumn(N_("From"), 1.3),
    PaperColumn(N_("Vehicles"), 1),
    PaperColumn(N_("Arrived"), 0.6, blank=True),
    PaperColumn(N_("Signature"), 1, blank=True),
)
SLIP = (
    PaperColumn(N_("From"), strong=True),
    PaperColumn(N_("Until")),
    PaperColumn(N_("Task"), 1.4, strong=True),
    PaperColumn(N_("Place"), 1.8),
    PaperColumn(N_("Vehicles"), 1.3),
)
TEAMS = (
    PaperColumn(N_("Team"), strong=True),
    PaperColumn(N_("Commander"), 1.5),
    PaperColumn(N_("Phone"), 1),
    PaperColumn(N_("Assembly point"), 1.6),
    PaperColumn(N_("Squads"), 1.6),
    PaperColumn(N_("Radio channel"), 0.8, blank=True),
)
UNITS = (
    PaperColumn(N_("Unit"), strong=True),
    PaperColumn(N_("Leader"), 1.6),
    PaperColumn(N_("Phone"), 1),
    PaperColumn(N_("Call sign"), 0.8),
    PaperColumn(N_("Radio channel"), 0.8, blank=True),
)
DESKS = (
    PaperColumn(N_("Agency or place"), 2, strong=True),
    PaperColumn(N_("Kind")),
    PaperColumn(N_("Phone"), 1.2),
    PaperColumn(N_("Contact"), 1, blank=True),
)
CHANNELS = (
    PaperColumn(N_("Radio channel"), 2, strong=True, blank=True),
    PaperColumn(N_("Reserve channel"), 1, blank=True),
    PaperColumn(N_("Checked (time, name)"), 1, blank=True),
)
HOSPITALS = (
    PaperColumn(N_("Hospital"), 2, strong=True, blank=True),
    PaperColumn(N_("Informed (time, name)"), 1, blank=True),
    PaperColumn(N_("Minutes on the road, from"), 1, blank=True),
)
LEVELS = {"province": N_("province"), "city": N_("city"), "district": N_("district")}


def agency_orders(source: PaperSource) -> Iterator[PaperSheet]:
    """For each agency: where its people are when, with which cars; addresses and suspects are not in it."""
    operation = source.operation
    for agency in operation.agencies:
        people = source.officers_by_agency.get(agency.id, [])
        if not people:
            continue
        busy = [o for o in people if source.duties.of("officers", o.id)]
        reserve = [o for o in people if not source.duties.of("officers", o.id)]
        bases = {o.base for o in people}
        cars = [v.id for v in operation.vehicles if v.base in bases]
        rows = sorted((_report(source, officer) for officer in busy), key=lambda row: row[0])
        yield PaperSheet(
            agency.id,
            f"{agency.name} {agency.id}",
            facts=(
                (source.say("Officers with a task"), source.say("{used} of {all}", used=len(busy), all=len(people))),
                (source.say("Reserve"), str(len(reserve))),
                (source.say("Duty office"), fact(agency.details, "duty_desk")),
                (source.say("Liaison officer"), fact(agency.details, "liaison")),
            ),
            tables=(
                PaperTable(source.say("Officers in order of departure"), PEOPLE, tuple(row for _, row in rows)),
                *_cars(source, source.say("Vehicles of these bases"), cars),
                *_reserve(source, reserve),
            ),
            notes=(source.say("Officers learn their addresses at the briefing, from their team commander."),),
            signs=(source.say("Received for the agency (time, name)"),),
        )


def _report(source: PaperSource, officer: Officer) -> tuple[int, tuple[str, ...]]:
    """When the officer sets out, and the line: from where, where and when to report, with which cars, until when."""
    duties = source.duties.of("officers", officer.id)
    first = duties[0]
    task = next((duty for duty in duties if duty.task not in ("travel", "rest")), first)
    cars = source.vehicles(first.vehicles if first.source == officer.base else ())
    return first.start, (
        source.officer(officer.id),
        str(officer.rank),
        source.role(officer.id),
        source.when(first.start),
        source.operation.places_by_id[officer.base].name,
        source.place_without_address(task.place),
        source.when(task.start),
        cars or source.say("by own means"),
        source.clock(max(duty.end for duty in duties)),
    )


def _reserve(source: PaperSource, officers: list[Officer]) -> Iterator[PaperTable]:
    if officers:
        columns = (PEOPLE[0], PEOPLE[1], PaperColumn(N_("Base"), 1.6), PaperColumn(N_("Skills"), 1.6))
        bases = source.operation.places_by_id
        rows = ((source.officer(o.id), str(o.rank), bases[o.base].name, source.skills(o)) for o in officers)
        yield PaperTable(source.say("Reserve"), columns, tuple(rows))


def _cars(source: PaperSource, title: str, cars: Iterable[str]) -> Iterator[PaperTable]:
    rows = tuple(_car(source, car) for car in cars)
    if rows:
        yield PaperTable(title, CARS, rows)


def _car(source: PaperSource, vehicle: str) -> tuple[str, ...]:
    row, duties = source.operation.vehicles_by_id[vehicle], source.duties.of("vehicles", vehicle)
    units = dict.fromkeys(duty.unit for duty in duties if duty.unit is not None)
    return (
        row.label,
        source.operation.places_by_id[row.base].name,
        str(row.seats),
        str(row.cells),
        source.comma(source.unit(source.plan.units_by_id[unit]) for unit in units) or source.say("not used"),
        source.when(duties[0].start) if duties else "",
        source.clock(max(duty.end for duty in duties)) if duties else "",
        "",
        "",
    )


def vehicle_lists(source: PaperSource) -> Iterator[PaperSheet]:
    """One list of all vehicles by base: which unit drives each, from when until when."""
    bases = {place.id: n for n, place in enumerate(source.operation.places)}
    cars = sorted(source.operation.vehicles, key=lambda v: bases[v.base])
    used = [v for v in cars if source.duties.of("vehicles", v.id)]
    if cars:
        yield PaperSheet(
            "all",
            source.say("Motor transport"),
            facts=((source.say("Vehicles with a task"), source.say("{used} of {all}", used=len(used), all=len(cars))),),
            tables=tuple(_cars(source, source.say("Vehicles by base"), (v.id for v in cars))),
            signs=(source.say("Motor transport (time, name)"),),
        )


def check_in_lists(source: PaperSource) -> Iterator[PaperSheet]:
    """For each assembly point: who is expected when, by team; arrival and signature are filled in there."""
    teams: dict[str, list[Team]] = defaultdict(list)
    for team in source.plan.teams:
        teams[team.assembly].append(team)
    for place in source.operation.places:
        if place.id in teams:
            yield _check_in(source, place, teams[place.id])


def _check_in(source: PaperSource, place: Place, teams: list[Team]) -> PaperSheet:
    tables = []
    for team in teams:
        expected = [_expected(source, team.commander, None)]
        expected += [_expected(source, o, unit) for unit in squads_of_team(source.plan, team) for o in unit.officers]
        rows = tuple(row for _, row in sorted(expected, key=lambda one: one[0]))
        tables.append(PaperTable(source.say("Team {team}", team=team.id), ARRIVALS, rows))
    people = sum(len(table.rows) for table in tables)
    return PaperSheet(
        place.id,
        source.place(place.id),
        facts=(
            (source.say("Officers expected"), str(people)),
            (source.say("Teams"), source.comma(team.id for team in teams)),
            (source.say("Address"), fact(place.details, "address")),
            (source.say("Phone"), fact(place.details, "phone")),
        ),
        tables=tuple(tables),
        notes=(source.say("Report everybody who is 10 minutes late to the team commander."),),
        signs=(source.say("Check-in closed (time, name)"),),
    )


def _expected(source: PaperSource, officer: str, unit: Unit | None) -> tuple[int, tuple[str, ...]]:
    """When the officer is expected at the assembly point, and the line."""
    row = source.operation.officers_by_id[officer]
    ways = source.found.movements_by_officer.get(officer, ()) if unit is None else (
        move for move in source.found.movements_by_unit.get(unit.id, ()) if officer in move.officers
    )  # fmt: skip
    way = next((move for move in ways if move.purpose == "muster"), None)
    minute = way.arrive if way is not None else min(duty.start for duty in source.duties.of("officers", officer))
    return minute, (
        source.when(minute),
        source.officer(officer),
        source.operation.agencies_by_id[row.agency].name,
        source.say("Commander") if unit is None else unit.id,
        source.operation.places_by_id[row.base].name,
        source.vehicles(way.vehicles) if way is not None and way.vehicles else "–",
        "",
        "",
    )


def officer_slips(source: PaperSource) -> Iterator[PaperSheet]:
    """For each officer with a task: when to be where with which cars; addresses are told at the briefing."""
    for officer in source.operation.officers:
        if duties := source.duties.of("officers", officer.id):
            yield _slip(source, officer, duties)


def _slip(source: PaperSource, officer: Officer, duties: tuple[DutyLine, ...]) -> PaperSheet:
    units = [source.plan.units_by_id[key] for table, key in source.duties.parts_of(officer.id) if table == "units"]
    leaders = [source.officer(source.leader(unit).id) for unit in units]
    teams = [source.plan.teams_by_id[key] for table, key in source.duties.parts_of(officer.id) if table == "teams"]
    return PaperSheet(
        officer.id,
        source.officer(officer.id),
        facts=(
            (source.say("Agency"), source.operation.agencies_by_id[officer.agency].name),
            (source.say("Task"), source.role(officer.id)),
            *(((source.say("Leader"), source.comma(leaders)),) if leaders else ()),
            *(((source.say("Team commander"), source.officers(dict.fromkeys(t.commander for t in teams))),)
              if teams else ()),
            (source.say("Call sign"), fact(officer.details, "call_sign")),
            (source.say("Radio channel"), fact(source.operation.details, "radio_nets")),
        ),
        tables=(PaperTable(source.say("Your day"), SLIP, tuple(_duty(source, duty) for duty in duties)),),
        notes=(source.say("Carry this slip on you; hand it back after the operation."),),
    )  # fmt: skip


def _duty(source: PaperSource, duty: DutyLine) -> tuple[str, ...]:
    place = source.place_without_address(duty.place) if duty.place else ""
    if duty.room is not None:
        place = source.say("{place}, room {n}", place=place, n=duty.room)
    task = source.say(DUTY_WORDS[duty.task])
    return source.when(duty.start), source.clock(duty.end), task, place, source.vehicles(duty.vehicles) or "–"


def _lines(known: list[str], columns: tuple[PaperColumn, ...]) -> tuple[tuple[str, ...], ...]:
    """A row for each that is known, else one to fill in."""
    return tuple((one, *[""] * (len(columns) - 1)) for one in known or [""])


def contact_lists(source: PaperSource) -> Iterator[PaperSheet]:
    """One list of who is reached how: command, teams, units, agencies, custody places; the hospital and its way."""
    operation, people = source.operation, source.operation.officers_by_id
    teams = tuple(
        (
            team.id,
            source.officer(team.commander),
            fact(people[team.commander].details, "phone"),
            operation.places_by_id[team.assembly].name,
            source.comma(unit.id for unit in squads_of_team(source.plan, team)),
            "",
        )
        for team in sorted(source.plan.teams, key=lambda team: team.id)
    )
    units = tuple(
        (
            source.unit(unit),
            source.officer(lead.id),
            fact(lead.details, "phone"),
            fact(lead.details, "call_sign") or unit.id,
            "",
        )
        for unit in sorted(source.plan.units, key=lambda unit: (list(KINDS).index(unit.kind), unit.id))
        if (lead := source.leader(unit))
    )
    desks = [(a.name, source.say(LEVELS[a.level]), fact(a.details, "duty_desk"), "") for a in operation.agencies]
    used = {row.delivery.place for row in source.found.custody if row.delivery is not None}
    desks += [
        (p.name, source.say("Custody place"), fact(p.details, "phone"), "") for p in operation.places if p.id in used
    ]
    yield PaperSheet(
        "all",
        source.say("Command and all leaders"),
        facts=(
            (source.say("Command post"), fact(operation.details, "command_post")),
            (source.say("Commander"), fact(operation.details, "commander")),
            (source.say("Deputy commander"), fact(operation.details, "deputy")),
            (source.say("Abort word"), fact(operation.details, "abort_word")),
            (source.say("Ambulance"), fact(operation.details, "ambulance")),
        ),
        tables=(
            PaperTable(source.say("Radio channels"), CHANNELS, _lines(source.each("radio_nets"), CHANNELS)),
            PaperTable(source.say("Hospitals"), HOSPITALS, _lines(source.each("hospital"), HOSPITALS)),
            PaperTable(source.say("Teams"), TEAMS, teams),
            PaperTable(source.say("Squads, escort and forensic units"), UNITS, units),
            PaperTable(source.say("Agencies and custody places"), DESKS, tuple(desks)),
        ),
        notes=(source.say("Lost link: go to the assembly point or call the command post by phone."),),
    )
