"""The photos and sketches of an operation: kept by their SHA-256, copied with it, gone when it is deleted.

A row names its pictures in its `details`. One that no row names any more stays, as removed rows do: undo brings the row
back, and the plans that were made with it print it.
"""

from base64 import b64decode, b64encode
from collections.abc import Collection

from sqlalchemy import func, select

from models.database import Session, now, write_transaction
from models.errors import ReadOnly
from models.picture_tables import pictures
from models.reading import head_of
from planner.pictures import name_of

MOST_STORED = 256 << 20  # bytes of all pictures of an operation


class PicturesFull(Exception):
    """The operation holds as many pictures as it may."""


def put_picture(session: Session, operation: int, content: bytes, user: int) -> str:
    """The name of the picture, which the operation holds now. Raises ReadOnly, PicturesFull, NotFound."""
    line = head_of(write_transaction(session), operation)
    if line.status == "closed":
        raise ReadOnly(line.id)
    name, mine = name_of(content), pictures.c.operation == operation
    if session.execute(select(pictures.c.hash).where(mine, pictures.c.hash == name)).first() is not None:
        return name
    held = session.scalar(select(func.coalesce(func.sum(pictures.c.size), 0)).where(mine)) or 0
    if held + len(content) > MOST_STORED:
        raise PicturesFull(line.id)
    row = {"operation": operation, "hash": name, "size": len(content), "content": b64encode(content).decode()}
    session.execute(pictures.insert().values(row | {"made_by": user, "made_at": now(session)}))
    return name


def pictures_of(session: Session, operation: int, names: Collection[str]) -> dict[str, bytes]:
    """Name -> content of those of these pictures that the operation holds."""
    wanted = select(pictures.c.hash, pictures.c.content).where(
        pictures.c.operation == operation, pictures.c.hash.in_(list(names))
    )
    return {name: b64decode(content) for name, content in session.execute(wanted)} if names else {}


def copy_pictures(session: Session, source: int, target: int, names: Collection[str]) -> None:
    """The target holds those of these pictures that the source holds."""
    columns = [column for column in pictures.c if column.name != "operation"]
    wanted = select(*columns).where(pictures.c.operation == source, pictures.c.hash.in_(list(names)))
    for row in write_transaction(session).execute(wanted).mappings().all() if names else ():
        session.execute(pictures.insert().values({**row, "operation": target}))
