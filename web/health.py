"""For whoever watches the server: is it alive, can it work, and, where a token is set, figures for Prometheus.

None of it names a person, an operation or an address: requests are counted by endpoint.
"""

import logging
import secrets
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from models.database import Database
from models.errors import Damaged, Replaced, Unavailable, UnfitDatabase
from models.waiting import num_open
from version import VERSION
from web.database import KEY, session
from web.settings import Settings

health = Blueprint("health", __name__)
TOKEN, REGISTRY, BEGAN = "metrics_token", "metrics_registry", "metrics_began"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
NOT_READY = (Unavailable, UnfitDatabase, Damaged)
log = logging.getLogger(__name__)


@health.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return _plain("ok\n", 200)


@health.get("/readyz")
def ready() -> Response:
    """200 where the database can be asked and is of this version; otherwise 503. Why not, only the log says.

    Of a database that was restored the error page takes note, with 503 too; the next who asks finds the new one.
    """
    try:
        with session() as s:
            num_open(s)
    except NOT_READY as error:
        log.error("not ready: %s", error)
        return _plain("not ready\n", 503)
    return _plain("ready\n", 200)


@health.get("/metrics")
def metrics() -> Response:
    """The figures, for whoever sends the token; without one set there is no such page."""
    token: str = current_app.config[TOKEN]
    if not token:
        abort(404)
    sent = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(sent, f"Bearer {token}".encode()):
        return _plain("The token is missing or wrong.\n", 401)
    answer = _plain(generate_latest(current_app.extensions[REGISTRY]).decode(), 200)
    answer.headers["Content-Type"] = CONTENT_TYPE_PLAIN_0_0_4
    return answer


def _plain(text: str, status: int) -> Response:
    answer = Response(text, status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


class Plans(Collector):
    """How many plans wait and are being made, asked of the database whenever somebody looks."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauge by status; none where the database does not answer."""
        gauge = GaugeMetricFamily("h_hour_plans", "Plans that wait or are being made.", labels=["status"])
        try:
            with self._database().session() as s:
                for status, number in num_open(s).items():
                    gauge.add_metric([status], number)
        except (*NOT_READY, Replaced) as error:
            log.error("no figures of the database: %s", error)
        yield gauge

    def _database(self) -> Database:
        found: Database = self._app.extensions[KEY]
        return found

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The gauge without values: the database is not asked before somebody looks."""
        yield GaugeMetricFamily("h_hour_plans", "Plans that wait or are being made.", labels=["status"])


def watch(app: Flask, settings: Settings) -> None:
    """The pages for watchers are there; requests are counted where a token for the figures is set."""
    app.config[TOKEN] = settings.metrics_token
    app.register_blueprint(health)
    if not settings.metrics_token:
        return
    registry = app.extensions[REGISTRY] = CollectorRegistry()
    Info("h_hour", "The version that runs.", registry=registry).info({"version": VERSION})
    registry.register(Plans(app))
    labels = ("method", "endpoint", "status")
    requests = Counter("h_hour_requests", "Requests that were answered.", labels, registry=registry)
    seconds = Histogram(
        "h_hour_request_seconds", "Seconds until an answer began.", ("endpoint",), buckets=SECONDS, registry=registry
    )

    @app.before_request
    def begun() -> None:
        setattr(g, BEGAN, time.perf_counter())

    @app.after_request
    def counted(answer: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
        requests.labels(method, endpoint, str(answer.status_code)).inc()
        if (began := g.get(BEGAN)) is not None:
            seconds.labels(endpoint).observe(time.perf_counter() - began)
        return answer
