"""Small servers on loopback that answer as OSRM and Valhalla do, or as neither should."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Point = tuple[float, float]
KMH = 36
METRES_PER_DEGREE = 111_195.08


def seconds(a: Point, b: Point) -> float:
    """What the fakes say of a way near the equator: straight, at ten metres a second, to a tenth."""
    return round(METRES_PER_DEGREE * math.hypot(a[0] - b[0], a[1] - b[1]) / KMH * 3.6, 1)


class FakeRouter:
    """What was asked, and how it is answered: status, headers and body for a path and a body of JSON."""

    def __init__(self, url: str) -> None:
        self.url, self.asked = url, list[tuple[str, Any]]()
        self.answers: Callable[[str, Any], tuple[int, dict[str, str], Any]] = lambda path, told: (404, {}, {})
        self.speak: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.shift: Point = (0.0, 0.0)
        """How far to the north and east of each point the nearest road lies, in degrees."""
        self.no_way = set[tuple[Point, Point]]()
        self.kind, self.is_cut = "", False

    def osrm(self, path: str, told: Any) -> tuple[int, dict[str, str], Any]:
        """As OSRM answers."""
        parts = urlsplit(path)
        _, service, _, _, written = parts.path.split("/")
        points = [(float(lat), float(lon)) for lon, lat in (p.split(",") for p in written.split(";"))]
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if service == "table":
            pick = {
                key: [points[int(i)] for i in query[key].split(";")] if key in query else points
                for key in ("sources", "destinations")
            }
            if len(points) > 100:
                return 400, {}, {"code": "TooBig", "message": "Too many table coordinates"}
            places = [
                {"location": [b + self.shift[1], a + self.shift[0]], "name": "A1"} for a, b in pick["destinations"]
            ]
            rows = [[self._between(a, b) for b in pick["destinations"]] for a in pick["sources"]]
            return 200, {}, {"code": "Ok", "durations": rows, "destinations": places}
        took = self._between(*points)
        if took is None:
            return 400, {}, {"code": "NoRoute", "message": "Impossible route between points"}
        line = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in points]}
        return 200, {}, {"code": "Ok", "routes": [{"geometry": line, "distance": 10 * took, "duration": took}]}

    def valhalla(self, path: str, told: Any) -> tuple[int, dict[str, str], Any]:
        """As Valhalla answers."""
        points = {
            key: [(p["lat"], p["lon"]) for p in told[key]] for key in ("locations", "sources", "targets") if key in told
        }
        if path == "/locate":
            north, east = self.shift
            edges = [
                [
                    {"correlated_lat": a + north, "correlated_lon": b + east},
                    {"correlated_lat": a + 1, "correlated_lon": b},
                ]
                for a, b in points["locations"]
            ]
            return (
                200,
                {},
                [
                    {"edges": found if lat < 50 else None}
                    for found, (lat, _) in zip(edges, points["locations"], strict=True)
                ],
            )
        if path == "/sources_to_targets":
            if len(points["sources"]) * len(points["targets"]) > 2500:
                return 400, {}, {"error_code": 150, "error": "Exceeded max locations"}
            rows = [
                [{"from_index": i, "to_index": j, "time": self._between(a, b)} for j, b in enumerate(points["targets"])]
                for i, a in enumerate(points["sources"])
            ]
            return 200, {}, {"sources_to_targets": rows, "units": "kilometers"}
        took = self._between(*points["locations"])
        if took is None:
            return 400, {}, {"error_code": 442, "error": "No path could be found for input"}
        summary = {"time": took, "length": took / 100}
        return 200, {}, {"trip": {"summary": summary, "legs": [{"shape": encoded(points["locations"])}]}}

    def _between(self, a: Point, b: Point) -> float | None:
        return None if (a, b) in self.no_way or (self.is_cut and a != b) else seconds(a, b)


def encoded(points: list[Point]) -> str:
    """The points as a polyline of six digits."""
    letters, last = "", (0, 0)
    for point in points:
        whole = (round(1e6 * point[0]), round(1e6 * point[1]))
        for now, before in zip(whole, last, strict=True):
            value = (now - before) << 1 if now >= before else ~((now - before) << 1)
            while value >= 32:
                letters += chr((value & 31 | 32) + 63)
                value >>= 5
            letters += chr(value + 63)
        last = whole
    return letters


@contextmanager
def fake_router(kind: str = "osrm") -> Iterator[FakeRouter]:
    """A server on a port of its own, which answers as the kind of router does."""

    class Handler(BaseHTTPRequestHandler):
        """Answers as the fake says."""

        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            fake.asked.append((self.path, body))
            if fake.speak is not None:
                fake.speak(self)
                return
            status, headers, told = fake.answers(self.path, body)
            content = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            for key, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is logged."""

        def handle(self) -> None:
            """Who asked may be gone before the answer is."""
            try:
                super().handle()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    fake = FakeRouter(f"http://127.0.0.1:{server.server_address[1]}")
    fake.answers, fake.kind = getattr(fake, kind), kind
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
