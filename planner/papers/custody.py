"""Papers of a custody place: who arrives when, and who is interviewed where by whom. No address stands on them."""

from collections.abc import Iterator

from planner.i18n import N_
from planner.needs import is_child
from planner.operation import Place
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperPicture, PaperSheet, PaperTable
from planner.plan import Interview
from planner.render.descriptive import fact
from planner.render.formatting import day_text
from planner.render.law_words import deadlines
from planner.render.timeline import Custody

INTAKE = (
    PaperColumn(N_("Arrives"), strong=True),
    PaperColumn(N_("Detainee"), 1.6, strong=True),
    PaperColumn(N_("Sex")),
    PaperColumn(N_("Born")),
    PaperColumn(N_("ID number ends in")),
    PaperColumn(N_("Warrant"), 1.2),
    PaperColumn(N_("Brought by"), 1.6),
    PaperColumn(N_("Vehicles"), 1.2),
    PaperColumn(N_("Latest")),
    PaperColumn(N_("First interview"), 1.2),
    PaperColumn(N_("Arrived"), 0.7, blank=True),
    PaperColumn(N_("Cell"), 0.5, blank=True),
)
REGISTER = (
    PaperColumn(N_("Detainee"), 1.3, strong=True),
    PaperColumn(N_("Rights read"), 1, blank=True),
    PaperColumn(N_("Searched by"), 1, blank=True),
    PaperColumn(N_("Property list"), 0.8, blank=True),
    PaperColumn(N_("Medical check"), 1, blank=True),
    PaperColumn(N_("Family or guardian notified"), 1.2, blank=True),
    PaperColumn(N_("Meals and rest"), 1, blank=True),
    PaperColumn(N_("Handed to, when"), 1.2, blank=True),
)
DEADLINES = (
    PaperColumn(N_("Detainee"), 1.3, strong=True),
    PaperColumn(N_("Deadline"), strong=True),
    PaperColumn(N_("By the law pack"), 4),
    PaperColumn(N_("Done"), 0.8, blank=True),
)
ROOMS = (
    PaperColumn(N_("From"), strong=True),
    PaperColumn(N_("Until")),
    PaperColumn(N_("Detainee"), 1.3, strong=True),
    PaperColumn(N_("Interviewers"), 2),
    PaperColumn(N_("Must be present"), 1.3),
    PaperColumn(N_("Latest")),
    PaperColumn(N_("Began"), 0.6, blank=True),
    PaperColumn(N_("Ended"), 0.6, blank=True),
)


def places_of(source: PaperSource) -> Iterator[tuple[Place, list[Custody]]]:
    """Each custody place that somebody is brought to, with its detainees in the order of arrival."""
    for place in source.operation.places:
        rows = [row for row in source.found.custody if row.delivery is not None and row.delivery.place == place.id]
        if rows:
            yield place, sorted(rows, key=lambda row: (row.delivery.start if row.delivery else 0, row.suspect))


def custody_registers(source: PaperSource) -> Iterator[PaperSheet]:
    """For each custody place: who arrives when with whom, the register that is kept of each, and the deadlines."""
    ends = list(deadlines(source.operation, source.plan, source.lang))
    for place, rows in places_of(source):
        yield PaperSheet(
            place.id,
            source.place(place.id),
            facts=(
                (source.say("Detainees"), str(len(rows))),
                (source.say("Cells"), str(place.cells)),
                (source.say("Interview rooms"), str(place.rooms)),
                (source.say("Address"), fact(place.details, "address")),
                (source.say("Phone"), fact(place.details, "phone")),
                (source.say("Custody officer"), ""),
            ),
            tables=(
                PaperTable(
                    source.say("Intake in order of arrival"),
                    INTAKE,
                    tuple(_intake(source, r) for r in rows),
                    tuple(photo for r in rows for photo in _photos(source, r.suspect)),
                ),
                PaperTable(
                    source.say("Custody register"),
                    REGISTER,
                    tuple((source.suspect(r.suspect), *[""] * (len(REGISTER) - 1)) for r in rows),
                ),
                *_deadlines(source, ends, rows),
            ),
            notes=tuple(_notes(source, rows)),
            signs=(source.say("Custody officer (time, name)"), source.say("Head count checked by (time, name)")),
        )


def _deadlines(source: PaperSource, ends: list[tuple[str, int, str]], rows: list[Custody]) -> Iterator[PaperTable]:
    """Each detainee's own deadlines in clock time, in the order of arrival; nothing where no pack sets any."""
    by_suspect: dict[str, dict[int, list[str]]] = {row.suspect: {} for row in rows}
    for suspect, minute, said in ends:
        if suspect in by_suspect:
            by_suspect[suspect].setdefault(minute, []).append(said)
    lines = [
        (source.suspect(row.suspect), source.clock(minute), source.semicolon(said), "")
        for row in rows
        for minute, said in by_suspect[row.suspect].items()
    ]
    if lines:
        yield PaperTable(source.say("Deadlines by the law pack"), DEADLINES, tuple(lines))


def _photos(source: PaperSource, suspect: str) -> tuple[PaperPicture, ...]:
    """The first photo of a detainee, by whom custody knows who is who."""
    row = source.operation.suspects_by_id[suspect]
    return source.pictures(f"{row.name} {row.id}", row.details, source.say("Photo"))[:1]


def _intake(source: PaperSource, row: Custody) -> tuple[str, ...]:
    assert row.carrier is not None  # whoever has a delivery has who delivers
    assert row.delivery is not None
    unit, talk = source.plan.units_by_id[row.carrier], row.interview
    suspect = source.operation.suspects_by_id[row.suspect]
    return (
        source.when(row.delivery.start),
        source.suspect(row.suspect),
        source.marks(row.suspect),
        day_text(suspect.born, source.lang),
        source.identity(row.suspect),
        source.warrant(row.suspect),
        source.comma([source.unit(unit), source.leader(unit).name]),
        source.vehicles(unit.going_on[1]),
        source.clock(row.latest),
        _talk(source, talk) if talk is not None and talk.place == row.delivery.place else "–",
        "",
        "",
    )


def _talk(source: PaperSource, talk: Interview) -> str:
    return source.say("{when}, room {n}", when=source.when(talk.start), n=talk.room)


def _notes(source: PaperSource, rows: list[Custody]) -> Iterator[str]:
    people = [source.operation.suspects_by_id[row.suspect] for row in rows]
    women, children = [p.name for p in people if p.sex == "F"], [p for p in people if is_child(source.operation, p)]
    if women:
        yield source.say("Women: searched by female officers only, held apart from men: {names}.",
            names=source.comma(women))  # fmt: skip
    if children:
        names = source.comma(p.name for p in children)
        yield source.say("Under 18: guardian notified and present at the interview, held apart: {names}.", names=names)


def interview_boards(source: PaperSource) -> Iterator[PaperSheet]:
    """For each custody place: by room, who is interviewed when by whom, and who must be there."""
    by_place: dict[str, list[Interview]] = {}
    for talk in source.talks.values():
        by_place.setdefault(talk.place, []).append(talk)
    for place in source.operation.places:
        talks = sorted(by_place.get(place.id, ()), key=lambda t: (t.room, t.start))
        if not talks:
            continue
        rooms = dict.fromkeys(talk.room for talk in talks)
        yield PaperSheet(
            place.id,
            source.place(place.id),
            facts=(
                (source.say("Interviews"), str(len(talks))),
                (source.say("Interview rooms"), source.say("{used} of {all}", used=len(rooms), all=place.rooms)),
                (source.say("Break between interviews"),
                 source.say("{n} min", n=source.operation.doctrine.interview_break)),
                (source.say("Phone"), fact(place.details, "phone")),
                (source.say("Interview coordinator"), ""),
            ),
            tables=tuple(
                PaperTable(
                    source.say("Room {n}", n=room),
                    ROOMS,
                    tuple(_interview(source, talk) for talk in talks if talk.room == room),
                )
                for room in rooms
            ),
            signs=(source.say("Interview coordinator (time, name)"),),
        )  # fmt: skip


def _interview(source: PaperSource, talk: Interview) -> tuple[str, ...]:
    operation = source.operation
    suspect, held = operation.suspects_by_id[talk.suspect], source.found.custody_by_suspect.get(talk.suspect)
    present = []
    if is_child(operation, suspect):
        present.append(source.say("guardian"))
    if suspect.sex == "F" and all(operation.officers_by_id[o].sex == "M" for o in talk.officers):
        present.append(source.say("a female officer"))
    if languages := fact(suspect.details, "languages"):
        present.append(source.say("interpreter: {languages}", languages=languages))
    pair = (source.beside(source.officer(o), operation.agencies_by_id[operation.officers_by_id[o].agency].name)
        for o in talk.officers)  # fmt: skip
    latest = None if held is None else held.arrest + operation.doctrine.interview_latest
    return (
        source.when(talk.start),
        source.clock(talk.end),
        source.beside(source.suspect(talk.suspect), source.marks(talk.suspect)),
        source.comma(pair),
        source.comma(present) or "–",
        source.clock(latest),
        "",
        "",
    )
