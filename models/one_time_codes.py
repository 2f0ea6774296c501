"""One-time codes at the log-in: six digits that an app shows for 30 seconds (RFC 6238), and recovery codes.

The secret of an account is stored under AES-256-GCM, recovery codes as keyed hashes (HMAC-SHA-256). Both keys are made
from the key of the log, which lies outside the database: who holds the database alone can make no code. A code opens
once: the step of the last one is kept, and no code of it or of an earlier step is taken again.
"""

import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Literal

import pyotp
from sqlalchemy import delete, select, update

from models.database import Session, now, unless_there, write_transaction
from models.log import LogEntry, put_entry
from models.log_place import LogPlace
from models.outside_key import place_of, seal, unseal
from models.right_tables import one_time_codes

Used = Literal["code", "recovery"]
"""What opened: a code of the app, or a recovery code."""
STEP = 30
DRIFT = (-1, 0, 1)
"""So many steps the clocks of server and app may differ."""
NUM_RECOVERY, GROUPS, GROUP = 10, 4, 4
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other: 79 bits in a recovery code
KEY_OF = "key of one-time codes"
ON, OFF = "one-time codes switched on", "one-time codes switched off"
logger = logging.getLogger(__name__)
rows = one_time_codes.c


class CodesOn(Exception):
    """The account has one-time codes already: they are switched off before they are set up again."""


@dataclass(frozen=True, slots=True)
class CodesState:
    """How far an account is: codes are asked for, or set up and not confirmed yet; recovery codes that are left.

    `off_at`: when an administrator switched them off, until the owner has seen it.
    """

    is_on: bool = False
    is_begun: bool = False
    num_recovery: int = 0
    off_at: datetime | None = None


def state_of(session: Session, person: int) -> CodesState:
    """The state of the account's one-time codes."""
    row = _row(session, person)
    if row is None:
        return CodesState()
    is_on = row.confirmed_at is not None
    return CodesState(is_on, bool(row.secret) and not is_on, len(row.recovery), row.off_at)


def accounts_with(session: Session) -> set[int]:
    """The accounts that are asked for a code."""
    return set(session.scalars(select(rows.person).where(rows.confirmed_at.is_not(None))))


def begin(session: Session, person: int) -> None:
    """The account has a new secret, which counts once a code of it was typed. Raises CodesOn."""
    session = write_transaction(session)
    session.execute(unless_there(session, one_time_codes).values(person=person, secret="", last_step=0, recovery=[]))
    row = _row(session, person, alone=True)
    if row.confirmed_at is not None:
        raise CodesOn
    _put(session, person, secret=_sealed(place_of(session), person, pyotp.random_base32()), last_step=0, recovery=[])


def begun_secret(session: Session, person: int) -> str | None:
    """The secret (base32) that is not confirmed yet: what the owner types or scans; None where there is none."""
    row = _row(session, person)
    if row is None or not row.secret or row.confirmed_at is not None:
        return None
    return _opened(place_of(session), person, row.secret)


def address_of(secret: str, name: str) -> str:
    """What an authenticator app reads from a QR code: the otpauth address of the secret and the user name."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=name, issuer_name="H-Hour")


def confirm(session: Session, person: int, code: str) -> list[str] | None:
    """The recovery codes of the account, which is asked for codes from now on; None for a code that does not fit."""
    row = _row(write_transaction(session), person, alone=True)
    if row is None or not row.secret or row.confirmed_at is not None:
        return None
    step = _step(session, person, row, _plain(code))
    if step is None:
        return None
    shown = [_recovery_code() for _ in range(NUM_RECOVERY)]
    hashes = [_hash(place_of(session), person, _plain(one)) for one in shown]
    _put(session, person, confirmed_at=now(session), last_step=step, recovery=hashes, off_at=None)
    put_entry(session, LogEntry(ON, details={"account": person}))
    return shown


def take(session: Session, person: int, code: str) -> Used | None:
    """What the code is, which opens nothing a second time; None for one that does not fit or has opened before."""
    row = _row(write_transaction(session), person, alone=True)
    if row is None or row.confirmed_at is None:
        return None
    typed = _plain(code)
    step, digest = _step(session, person, row, typed), _hash(place_of(session), person, typed)
    found = [one for one in row.recovery if compare_digest(one, digest)]
    if step is not None:
        _put(session, person, last_step=step)
        return "code"
    if not found:
        return None
    left = [one for one in row.recovery if one != digest]
    _put(session, person, recovery=left)
    put_entry(session, LogEntry("recovery code used", details={"account": person, "left": len(left)}), account=person)
    return "recovery"


def switch_off(session: Session, person: int, *, by_owner: bool) -> bool:
    """Whether the account was asked for codes; it no longer is. When another did it the owner is told, until `seen`."""
    row = _row(write_transaction(session), person, alone=True)
    if row is None or (row.confirmed_at is None and not by_owner):
        return False
    if by_owner:
        session.execute(delete(one_time_codes).where(rows.person == person))
    else:
        _put(session, person, secret="", confirmed_at=None, last_step=0, recovery=[], off_at=now(session))
    if row.confirmed_at is not None:
        put_entry(session, LogEntry(OFF, details={"account": person, "by": "owner" if by_owner else "administrator"}))
    return row.confirmed_at is not None


def seen(session: Session, person: int) -> None:
    """The owner has seen that an administrator switched them off."""
    _put(write_transaction(session), person, off_at=None)


def _row(session: Session, person: int, *, alone: bool = False) -> Any:
    found = select(one_time_codes).where(rows.person == person)
    return session.execute(found.with_for_update() if alone else found).one_or_none()


def _put(session: Session, person: int, **columns: Any) -> None:
    session.execute(update(one_time_codes).where(rows.person == person).values(columns))


def _step(session: Session, person: int, row: Any, typed: str) -> int | None:
    """The step whose code it is: one of a few around now, later than the last that was taken."""
    secret = _opened(place_of(session), person, row.secret)
    if secret is None:
        return None
    present, maker = int(now(session).timestamp()) // STEP, pyotp.TOTP(secret, interval=STEP)
    fits = [one for one in (present + off for off in DRIFT) if compare_digest(maker.generate_otp(one), typed)]
    return next((one for one in fits if one > row.last_step), None)


def _plain(code: str) -> str:
    """The code as it counts: narrow small signs without blanks and hyphens; nothing where it cannot be one."""
    plain = "".join(unicodedata.normalize("NFKC", code).casefold().split()).replace("-", "")
    return plain if plain.isascii() else ""


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(place: LogPlace, person: int, plain: str) -> str:
    return place.mac("recovery code", f"{person} {plain}".encode())


def _sealed(place: LogPlace, person: int, secret: str) -> str:
    """The secret as it is stored: it opens for this account alone."""
    return seal(place, KEY_OF, str(person), secret)


def _opened(place: LogPlace, person: int, stored: str) -> str | None:
    """The secret; None where it was sealed with another key, as after a restore without the key of the log."""
    found = unseal(place, KEY_OF, str(person), stored)
    if found is None:
        logger.error("the one-time codes of user %d were stored with another key of the log", person)
    return found
