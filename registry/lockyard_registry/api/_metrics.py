"""Numbers about the server for Prometheus (`/metrics`); no names, ids or texts of anybody's objects."""

from __future__ import annotations

import os

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from lockyard.contract import StorageError

from ._health import database_answers

# From a read of one object to a rollout over a slow database.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


SHARED_NUMBERS = "PROMETHEUS_MULTIPROC_DIR"
"""The library's variable for the folder in which several processes count together."""


class ServerMetrics:
    """What one application counts."""

    def __init__(self) -> None:
        # Not the library's global one: a process may hold several applications.
        self.registry = CollectorRegistry()
        self._shared = SHARED_NUMBERS in os.environ
        self._requests = Counter(
            "lockyard_http_requests",
            "Requests by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "lockyard_http_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        # The library looks a series up by the texts of its labels, anew each time.
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.under_way = Gauge(
            "lockyard_http_requests_in_progress",
            "Requests that are being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.database = Gauge(
            "lockyard_database_up",
            "1 if the database answers.",
            registry=self.registry,
            multiprocess_mode="livemostrecent",
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; `route` is the route's pattern, so that ids make no series of their own."""
        series = self._series.get((method, route, status))
        if series is None:
            series = (self._requests.labels(method, route, str(status)), self._seconds.labels(method, route))
            self._series[method, route, status] = series
        requests, times = series
        requests.inc()
        times.observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format; of several processes, their sums."""
        if not self._shared:
            return generate_latest(self.registry)
        everything = CollectorRegistry()
        MultiProcessCollector(everything)
        return generate_latest(everything)


def add_metrics(app: FastAPI, metrics: ServerMetrics) -> None:
    """Declare `/metrics`; needs no token, and tells nothing that would."""

    def show(request: Request) -> Response:
        """The numbers in Prometheus' text format."""
        try:
            database_answers(request.app.state.registry)
            metrics.database.set(1)
        except StorageError:
            metrics.database.set(0)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/metrics", show, methods=["GET"], include_in_schema=False, response_model=None)
