"""Where phones open their links."""

from flask import current_app, url_for

from models.phone_links import words_of
from web.database import session


def address_of(word: str) -> str:
    """The address of a link, as a phone reaches it: where one is named for phones there, else on this machine alone."""
    place = current_app.config["PHONES"]
    path = url_for("phone.page", word=word)
    return f"https://{place}{path}" if place else url_for("phone.page", word=word, _external=True)


def phone_addresses(operation: int) -> dict[str, str]:
    """Unit -> the address of its link, of the units whose link holds."""
    with session() as s:
        words = words_of(s, operation)
    return {unit: address_of(word) for unit, word in words.items()}
