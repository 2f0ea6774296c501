"""The token that a request brings; whoever tries words that are none waits longer and longer, as at the log-in."""

import logging
from contextlib import suppress

from flask import request

from models import api_tokens
from models.attempts import Guesser, seconds_to_wait
from models.errors import Unavailable
from models.log import LogEntry, put_entry
from web.database import session
from web.login_throttle import ADDRESS_FIRST, ADDRESS_FREE, ADDRESS_MOST, ADDRESS_SPAN, network, please_wait
from web.papers import Later

MOST_WORD = 200
log = logging.getLogger(__name__)


def token_in_use() -> api_tokens.Token | None:
    """The valid token of the request; None where it brings none. Raises `Later` where its address has to wait.

    A valid token is never made to wait, whatever others at its address try.
    """
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    word = given.token[:MOST_WORD]
    with session() as s:
        found = api_tokens.valid(s, word)
    if found is None:
        _count()
    elif found.is_stale:
        with suppress(Unavailable), session() as s:
            api_tokens.touch(s, found.key)
    return found


def _count() -> None:
    """One try more of this address with a word that is no token of ours."""
    address = f"token of {network(request.remote_addr or '')}"
    with session() as s:
        wait = seconds_to_wait(s, [Guesser(address, ADDRESS_FREE, ADDRESS_FIRST, ADDRESS_MOST, ADDRESS_SPAN)])
        if not wait:
            put_entry(s, LogEntry("token refused"))
    log.warning("a token was refused")
    if wait:
        raise Later(please_wait(wait), wait)
