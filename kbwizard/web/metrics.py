"""`/metrics` for Prometheus: requests of every process of this node, and how the desk stands.

What all nodes share (open cases, walks, checks under way) is read from the database when asked.
No label holds anything personal: routes are named by endpoint, never by address.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func
from sqlmodel import col, select

from kbwizard.accounts.tokens import Scope
from kbwizard.cases.models import Case
from kbwizard.db import reading
from kbwizard.walks.models import CheckRow, Walk
from kbwizard.web.api.access import needs
from kbwizard.web.services import services

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What counts under its own name: the rest is up to whoever asks, without end."""

_NAME = "kbwizard-metrics"
blueprint = Blueprint("metrics", __name__)


class Requests:
    """Counts of what this process answered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answered = Counter(
            "kbwizard_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "kbwizard_request_seconds",
            "Time to answer, in seconds",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )


class Standing(Collector):
    """How the installation stands, from the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        with reading(self._engine) as db:
            cases = db.exec(select(Case.status, func.count()).group_by(col(Case.status))).all()
            walks = db.exec(select(Walk.audience, func.count()).group_by(col(Walk.audience))).all()
            running = db.exec(
                select(func.count())
                .select_from(CheckRow)
                .where(col(CheckRow.finished_at).is_(None), col(CheckRow.written_at).is_(None))
            ).one()
        yield _family("kbwizard_cases", "Cases by where they stand", "status", cases)
        yield _family("kbwizard_walks", "Walks ever begun", "audience", walks)
        checks = GaugeMetricFamily("kbwizard_checks_running", "Readings under way")
        checks.add_metric([], float(running))
        yield checks


def install(app: Flask) -> None:
    """Count every request, and answer `/metrics` to tokens of that scope."""
    app.extensions[_NAME] = Requests()
    app.before_request(_begin)
    app.after_request(_count)
    app.register_blueprint(blueprint)


@blueprint.get("/metrics")
@needs(Scope.METRICS)
def show() -> Response:
    """All figures, as Prometheus reads them."""
    registry = CollectorRegistry()
    if services().settings.processes > 1:  # then `serving` let them count together
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        own = b""
    else:
        own = generate_latest(_requests().registry)
    registry.register(Standing(services().engine))
    return Response(own + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _begin() -> None:
    g.metrics_began = perf_counter()


def _count(response: Response) -> Response:
    route = request.endpoint or "none"
    requests = _requests()
    method = request.method if request.method in METHODS else "other"
    requests.answered.labels(method, route, str(response.status_code)).inc()
    requests.seconds.labels(route).observe(perf_counter() - g.get("metrics_began", perf_counter()))
    return response


def _requests() -> Requests:
    found: Requests = current_app.extensions[_NAME]
    return found


def _family(name: str, about: str, label: str, rows: object) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for value, count in rows:  # type: ignore[attr-defined]
        family.add_metric([str(value)], float(count))
    return family
