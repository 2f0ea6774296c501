"""Asks the road service of this machine. Loads nothing of what computes on roads."""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roads.wire import MOST_ANSWER, MOST_QUESTION, SOCKET, BadMessage, Message, address_of, receive, send

SECONDS = 60.0
"""For an answer; the largest matrix takes about a quarter of that."""
Point = tuple[float, float]


class NoRoads(Exception):
    """The road service gives no answer; `code` says why.

    not-there: it does not run, or not long enough; slow: no answer in time; loading: an area is being loaded; no-area:
    an area is not there; bad-area: one cannot be used; bad-factors: the table of factors
    cannot be taken; bad-question, busy, internal.
    """

    def __init__(self, code: str, text: str, area: str = "") -> None:
        self.code, self.text, self.area = code, text, area
        super().__init__(text)


@dataclass(frozen=True)
class RoadService:
    """The road service that listens in a data folder. Every question raises NoRoads where there is no answer."""

    data: Path
    seconds: float = SECONDS

    def areas(self) -> Message:
        """Name of an area -> `state` (loading, ready, bad), `reason`, `source` (SHA-256 of its extract)."""
        return dict(self._ask({"ask": "areas"})["areas"])

    def joints(self, areas: Sequence[str], points: Mapping[str, Point]) -> Message:
        """Id of a point -> how it joins the roads (see `roads.service`), or None outside all areas."""
        return dict(self._ask({"ask": "joints", "areas": list(areas), "points": _listed(points)})["joints"])

    def minutes(
        self,
        areas: Sequence[str],
        points: Mapping[str, Point],
        vehicle: str = "car",
        closures: Sequence[Message] = (),
        clock: str | None = None,
    ) -> Message:
        """Minutes between all points, where they come from, how the points join, what closures change.

        `clock`: the clock time of H ("07:30"), whose factors count; without it every factor is 1.
        """
        asked = {"areas": list(areas), "points": _listed(points), "vehicle": vehicle, "closures": list(closures)}
        return self._ask({"ask": "minutes", "clock": clock, **asked})

    def route(
        self,
        areas: Sequence[str],
        ends: tuple[Point, Point],
        vehicle: str = "car",
        closures: Sequence[Message] = (),
        clock: str | None = None,
    ) -> Message | None:
        """The way between two points: `course`, `km`, `minutes`; None where no road leads or no area has both.

        `clock`: as of `minutes`.
        """
        points = {"from": list(ends[0]), "to": list(ends[1])}
        asked = {"areas": list(areas), "points": points, "vehicle": vehicle, "closures": list(closures)}
        route: Message | None = self._ask({"ask": "route", "clock": clock, **asked})["route"]
        return route

    def ways(
        self,
        areas: Sequence[str],
        points: Mapping[str, Point],
        pairs: Sequence[tuple[str, str]],
        vehicle: str = "car",
        closures: Sequence[Message] = (),
        clock: str | None = None,
    ) -> Message:
        """Many ways as maps draw them: `ways`, for each pair its minutes and its course, or None; `metres`.

        A course is a `planner.ground.Trace`, at most `metres` off the road. None: no road leads, no area has both ends,
        or there was no time left. `clock`: as of `minutes`.
        """
        asked = {"areas": list(areas), "points": _listed(points), "vehicle": vehicle, "closures": list(closures)}
        return self._ask({"ask": "ways", "clock": clock, "pairs": [list(pair) for pair in pairs], **asked})

    def shared(
        self,
        areas: Sequence[str],
        points: Mapping[str, Point],
        pairs: Sequence[tuple[str, str]],
        most: int,
        vehicle: str = "car",
        closures: Sequence[Message] = (),
        clock: str | None = None,
    ) -> list[Message]:
        """The bridges and roads that most of these ways lead over, up to `most` of each, the bridges first.

        Each is a closure (`name`, `shape`, `corners`) across it, with how many `ways` lead there. `clock`: as of
        `minutes`.
        """
        asked: Message = {"areas": list(areas), "points": _listed(points), "vehicle": vehicle}
        asked |= {"closures": list(closures)}
        asked |= {"pairs": [list(pair) for pair in pairs], "most": most}
        return list(self._ask({"ask": "shared", "clock": clock, **asked})["shared"])

    def _ask(self, question: Message) -> Message:
        """The answer to a question."""
        try:
            answer = self._answer(question)
        except TimeoutError as error:
            raise NoRoads("slow", f"the road service gave no answer within {self.seconds:.0f} s") from error
        except BadMessage as error:
            raise NoRoads("bad-question", f"the road service was asked too much or broke off: {error}") from error
        except OSError as error:
            raise NoRoads("not-there", "road service is not there") from error
        if "error" in answer:
            raise NoRoads(str(answer["error"]), str(answer.get("text", "")), str(answer.get("area", "")))
        return answer

    def _answer(self, question: Message) -> Message:
        until = time.monotonic() + self.seconds
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(self.seconds)
            with address_of(self.data / SOCKET) as address:
                connection.connect(address)
            send(connection, question, MOST_QUESTION)
            connection.settimeout(max(0.01, until - time.monotonic()))
            return receive(connection, MOST_ANSWER)


def _listed(points: Mapping[str, Point]) -> dict[str, Any]:
    return {name: list(point) for name, point in points.items()}
