"""Short secrets that the database holds sealed: AES-256-GCM under keys made from the key of the log.

Who holds the database alone opens none of them. Each opens for the owner it was sealed for, and for one purpose.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.database import Database, Session
from models.log_place import LogPlace

NONCE = 12


def place_of(session: Session) -> LogPlace:
    """Where the key lies for the session's database."""
    database: Database = session.info["database"]
    return database.log


def seal(place: LogPlace, purpose: str, owner: str, secret: str) -> str:
    """The secret as it is stored."""
    nonce = secrets.token_bytes(NONCE)
    return base64.b64encode(nonce + _cipher(place, purpose).encrypt(nonce, secret.encode(), owner.encode())).decode()


def unseal(place: LogPlace, purpose: str, owner: str, stored: str) -> str | None:
    """The secret; None where it was sealed with another key, as after a restore without the key of the log."""
    content = base64.b64decode(stored)
    try:
        return _cipher(place, purpose).decrypt(content[:NONCE], content[NONCE:], owner.encode()).decode()
    except InvalidTag:
        return None


def _cipher(place: LogPlace, purpose: str) -> AESGCM:
    return AESGCM(bytes.fromhex(place.mac(purpose, b"")))
