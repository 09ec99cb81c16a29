"""CPU of one step at the desk: an answer posted by HTMX, against the least that could be done.

The floor is a bare Flask application in the same process: one transaction that reads a row and
inserts one, then the same fragment from a context that is ready. No sign-in, no guard, no log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import process_time
from typing import Any

from flask import Flask, render_template, template_rendered
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, insert, select

from benchmarks.calls import Prepared, copy_walk, opened_page, prepare
from benchmarks.figures import Effort, Figure, alternate
from benchmarks.installation import Installation
from kbwizard.db import UtcDateTime, core_writing
from kbwizard.walks.log import WALK
from kbwizard.web import assets
from kbwizard.web.desk import call, helped, home, outages
from kbwizard.web.kb import knowledge
from kbwizard.web.services import Services
from kbwizard.web.services import install as install_services

FRAGMENT = "desk/_call.html"
MOST_TIMES = 2.5
HTMX = {"HX-Request": "true"}
FLOOR_ROW = Table(
    "bench_floor",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("walk_id", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One way of answering: `before` is not counted, `post` is."""

    before: Callable[[], dict[str, str]]
    post: Callable[[dict[str, str]], int]

    def cost_ms(self, times: int) -> float:
        """Mean CPU of this whole process for one post, in ms."""
        spent = 0.0
        for _ in range(times):
            fields = self.before()
            began = process_time()
            status = self.post(fields)
            spent += process_time() - began
            assert status == 200, status
        return spent * 1000 / times


def run(place: Installation, effort: Effort) -> list[Figure]:
    return [_figure(place, effort, events) for events in (15, 40)]


def _figure(place: Installation, effort: Effort, events: int) -> Figure:
    prepared = prepare(place, customer=1 if events < 20 else 6, events=events)
    ours = ours_of(place, prepared)
    floor = floor_of(place, prepared)
    times = effort.of(30, 2)
    for step in (ours, floor):
        step.cost_ms(effort.of(10, 1))  # templates compile, statements are cached
    mine, least = alternate(effort.runs, lambda: ours.cost_ms(times), lambda: floor.cost_ms(times))
    return Figure(
        name=f"passo do atendimento, {prepared.events} eventos",
        unit="ms CPU",
        ours=mine,
        floor=least,
        floor_is="Flask: lê e insere uma linha, mesmo fragmento",
        most_times=MOST_TIMES,
        note=f"resposta em {prepared.node}",
    )


def ours_of(place: Installation, prepared: Prepared) -> Step:
    """The real thing: the page is open, its question is answered."""

    def before() -> dict[str, str]:
        copy_walk(place, prepared)
        return {**opened_page(place, prepared), **prepared.fields}

    def post(fields: dict[str, str]) -> int:
        path = f"/desk/cases/{prepared.protocol}/answer"
        return place.browser.post(path, data=fields, headers=HTMX).status_code

    return Step(before, post)


def floor_of(place: Installation, prepared: Prepared) -> Step:
    """The floor, with the very context that our answer was rendered from."""
    ours = ours_of(place, prepared)
    fields = ours.before()
    browser = floor_browser(place, captured(place.app, lambda: ours.post(fields)))
    return Step(
        lambda: fields,
        lambda given: browser.post("/floor", data=given, headers=HTMX).status_code,
    )


def captured(app: Flask, act: Callable[[], object]) -> dict[str, Any]:
    """The context from which the fragment was rendered while `act` ran."""
    seen: list[dict[str, Any]] = []

    def keep(_app: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        if template.name == FRAGMENT:
            seen.append(dict(context))

    with template_rendered.connected_to(keep, app):
        act()
    context = seen[-1]
    return {name: context[name] for name in context.keys() - {"request", "session", "g"}}


def floor_browser(place: Installation, context: dict[str, Any]) -> FlaskClient:
    """A browser of an application that does no more than a page with one row must do."""
    app = Flask("floor", static_folder=None, template_folder=str(place.settings.templates_dir))
    app.config["SECRET_KEY"] = "floor"
    _dress(app, place.app, Services(settings=place.settings, engine=place.engine))
    with core_writing(place.engine) as connection:
        FLOOR_ROW.create(connection, checkfirst=True)

    @app.post("/floor", endpoint="call.floor")  # the fragment names addresses of its blueprint
    def step() -> str:
        with core_writing(place.engine) as connection:
            walk = connection.execute(select(WALK).where(WALK.c.id == 1)).one()
            connection.execute(
                insert(FLOOR_ROW).values(
                    walk_id=walk.id,
                    at=datetime.now(UTC),
                    kind="answered",
                    body={"visit": 1, "readings": [{"fact": "symptom", "value": "no_internet"}]},
                )
            )
        return render_template(FRAGMENT, **context)

    return app.test_client()


def _dress(app: Flask, real: Flask, bundle: Services) -> None:
    """What the fragment's templates name: filters, addresses, CSRF; permissions are granted."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(real.jinja_env.filters)
    app.jinja_env.tests.update(real.jinja_env.tests)
    own = dict(app.jinja_env.globals)
    app.jinja_env.globals.update(real.jinja_env.globals)
    app.jinja_env.globals.update(own)
    app.jinja_env.globals.update(
        csrf_token=generate_csrf,
        may=lambda _permission: True,
        server_now=lambda: datetime.now(UTC),
        suggested=lambda _call: (),
        article_of_step=lambda _call: None,
    )
    install_services(app.extensions, bundle)
    assets.install(app)
    for screens in (home, call, helped, outages, knowledge):
        app.register_blueprint(screens.blueprint)
