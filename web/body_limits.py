"""How large a body may be: little for everybody, a file of tables for somebody in session on the way that takes files.

The server asks for the head of a request, before it reads a body that is not small; the same hooks stand in front of
the application wherever else it is served.
"""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, Response, abort, request

from planner.files.archives import MOST_UPLOAD

MOST_BODY = 1 << 20
MOST_UPLOAD_BODY = MOST_UPLOAD + (2 << 20)  # a file that is a little too large is told so on its own page
TAKES_FILES = ("imports.upload", "drafts.upload", "pictures.add")
REFUSED = "h_hour.refused"
"""Key of the environment: the status with which the server refused the body; the application makes the page."""
QUESTION = "h_hour.question"
"""Key of the environment: an object that takes the answer to how large the body may be; nothing else is done."""

Environment = MutableMapping[str, Any]


class LimitedRequest:
    """How many bytes a body may have."""

    most = MOST_BODY


def tell_refusals(app: Flask) -> None:
    """What the server refused has its page, whoever sent it."""

    @app.before_request
    def refused() -> None:
        if (status := request.environ.get(REFUSED)) is not None:
            abort(status)


def limit_bodies(app: Flask) -> None:
    """Whoever comes as far as here is in session, or asks for what needs none."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY

    @app.before_request
    def limited() -> Response | None:
        if request.endpoint in TAKES_FILES:
            request.max_content_length = MOST_UPLOAD_BODY
        question = request.environ.get(QUESTION)
        if question is None:
            return None
        question.most = request.max_content_length
        return Response(status=204)
