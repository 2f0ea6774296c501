"""What hangs on a row, asked of the tables: an officer on a base, a suspect on a site, a pin on either."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select

from models.database import Session
from models.reading import few
from models.rows import REGISTERS
from models.validation import Place
from planner.edits import HANGS_ON

COLUMNS = {
    ("legs", "from"): ("source",),
    ("legs", "to"): ("target",),
    ("pins", "together"): ("together_a", "together_b"),
}


def dependants_of(
    session: Session, operation: int, rows: Iterable[Place], besides: Collection[Place] = ()
) -> list[Place]:
    """Table and key of every row that goes when these go, also of those that hang on them; nearest first.

    What stands in `besides` is looked after elsewhere, and what hangs on it too.
    """
    start, found = list(rows), dict[Place, None]()
    wave = start
    while wave:
        fresh = dict.fromkeys(_hanging(session, operation, wave))
        wave = [place for place in fresh if place not in found and place not in start and place not in besides]
        found |= dict.fromkeys(wave)
    return list(found)


def _hanging(session: Session, operation: int, on: list[Place]) -> Iterator[Place]:
    for table, field, named in HANGS_ON:
        gone = {key for other, key in on if other in named}
        columns = REGISTERS[table].table.c
        for name in COLUMNS.get((table, field), (field,)) if gone else ():
            found = select(columns.key, columns[name]).where(columns.operation == operation)
            lines = session.execute(few(found.order_by(columns.position), columns[name], gone))
            yield from ((table, key) for key, value in lines if value in gone)
