"""Certificates of what was erased: a file for each, which lies there before the erasure is committed.

Under a name of its own (`ABOUT`) it is a certificate that is not in force; after the commit it gets its name. A process
that was killed between the two leaves the first, and `settle` tells by the log which it is: so there is neither an
erasure without a certificate nor a certificate without an erasure.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.database import Database, Session
from models.errors import Unavailable
from models.log import Sealed, seal
from models.log_tables import log
from planner.files.scratch import whole_file

ABOUT = ".about-to-be"


def certify(session: Session, folder: Path, told: Mapping[str, Any]) -> Path:
    """The name that the certificate gets by `in_force` once the transaction, whose entries it names, is committed.

    It is written as the last of the transaction, which is not committed where that fails.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"erasure-{told['operation']}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"

    def ending(session: Session) -> Sealed:
        sealed = seal(session)
        head = {"number": sealed.head.number, "mac": sealed.head.mac}
        try:
            with whole_file(_about(path).resolve()) as file:
                file.write(json.dumps({**told, "log": head}, indent=1, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            sealed.rolled_back()
            raise Unavailable(f"the certificate cannot be written: {error.strerror}") from error
        return sealed

    session.info["ending"] = ending
    return path


def in_force(path: Path) -> None:
    """The certificate has its name. Raises OSError; then `settle` gives it."""
    _about(path).rename(path)


def drop(path: Path) -> None:
    """What was to be certified was not done."""
    _about(path).unlink(missing_ok=True)


def settle(database: Database, folder: Path) -> list[Path]:
    """The certificates that a killed process has left: in force where the log has their entry, otherwise gone.

    Nobody else may be erasing at the moment. Raises OSError, Unavailable.
    """
    found = list[Path]()
    for about in sorted(folder.glob(f"*{ABOUT}")):
        path = about.with_name(about.name.removesuffix(ABOUT))
        if _is_done(database, about):
            in_force(path)
            found.append(path)
        else:
            drop(path)
    return found


def _is_done(database: Database, about: Path) -> bool:
    with suppress(ValueError, KeyError, TypeError):
        head = json.loads(about.read_bytes())["log"]
        with database.session() as session:
            return bool(session.scalar(select(log.c.mac).where(log.c.number == head["number"])) == head["mac"])
    return False


def _about(path: Path) -> Path:
    return path.with_name(path.name + ABOUT)
