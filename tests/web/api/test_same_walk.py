"""Every scenario of a customer, pressed on the page and sent over the API: the same walk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kbwizard.app import create_app
from kbwizard.assembly import build_desk, share_content
from kbwizard.checks.ports import Subject
from kbwizard.config import Settings
from kbwizard.demo import load_customers
from kbwizard.selfservice.service import SelfService
from kbwizard.selfservice.values import Visit
from kbwizard.walks.service import Standing
from kbwizard.web.help.parts import parts
from kbwizard.web.help.visiting import COOKIE
from kbwizard.web.services import Services
from kbwizard.wizard.choices import choice_of
from kbwizard.wizard.facts import Reading, Reason, Scalar, Source, Unavailable
from kbwizard.wizard.model import Audience, Bundle, Scenario
from kbwizard.wizard.position import Need
from kbwizard.wizard.scenario import run_scenario
from tests.helpers.attending import make_runs
from tests.helpers.clock import FrozenClock
from tests.web.api.conftest import Bot, without_limits

pytestmark = pytest.mark.sqlite_only

ROOT = "autoatendimento"
LOGIN = "maria.gomes"
MOST_STEPS = 120
UNSURE = "Não sei"


class ScenarioSource:
    """The network as a scenario tells it: successive values, the last repeats."""

    name = "cenário"

    def __init__(self, bundle: Bundle, clock: FrozenClock) -> None:
        specs = bundle.registry.facts
        self.provides = frozenset(name for name, spec in specs.items() if spec.read_by)
        self._clock = clock
        self.tell({})

    def tell(self, facts: Mapping[str, tuple[Scalar | Unavailable, ...]]) -> None:
        self._facts, self._said = facts, Counter[str]()

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        line = subject.line.id if subject.line is not None else None
        now = self._clock()
        return {
            fact: Reading(fact, self._next(fact), Source.NETWORK, now, line=line) for fact in facts
        }

    def _next(self, fact: str) -> Scalar | Unavailable:
        values = self._facts.get(fact)
        if not values:
            return Unavailable(Reason.TIMEOUT)
        self._said[fact] += 1
        return values[min(self._said[fact], len(values)) - 1]


@dataclass
class Place:
    """An application whose network is a scenario."""

    app: Flask
    source: ScenarioSource
    clock: FrozenClock
    bundle: Bundle
    line_id: int

    @property
    def selfservice(self) -> SelfService:
        with self.app.app_context():
            return parts().selfservice

    def begin(self, channel: str) -> tuple[Visit, str]:
        """A visit tied to a line, as an agent's link ties it."""
        service = self.selfservice
        begun = service.begin(channel=channel)
        link = service.link_for(self.line_id, case_protocol=None, by="ana.agente")
        return service.tie_by_link(begun.visit, link.token), begun.token


class Page:
    """A phone without JavaScript: presses what it sees."""

    channel = "page"

    def __init__(self, place: Place, token: str, client: FlaskClient) -> None:
        client.set_cookie(COOKIE, token, path="/help")
        self._client = client
        self.look()

    def look(self) -> None:
        self._soup = BeautifulSoup(self._client.get("/help/passo").text, "html.parser")

    def answer(self, standing: Standing, label: str) -> None:
        self._press(label)

    def confirm(self, standing: Standing) -> None:
        self._send(self._form("feito"), {})

    def _press(self, label: str) -> None:
        for button in self._soup.select("main form button"):
            if _words(button) == label:
                form = button.find_parent("form")
                assert isinstance(form, Tag)
                self._send(form, {str(button["name"]): str(button["value"])})
                return
        raise AssertionError(f"{label!r} is not on the page: {self._soup.get_text(' ')[:600]}")

    def _form(self, deed: str) -> Tag:
        form = self._soup.select_one(f'form[action$="/{deed}"]')
        assert form is not None, self._soup.get_text(" ")[:600]
        return form

    def _send(self, form: Tag, pressed: Mapping[str, str]) -> None:
        hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
        answer = self._client.post(str(form["action"]), data={**hidden, **pressed})
        assert answer.status_code == 303, answer.text[:300]
        self.look()


class Api:
    """A bot: sends the value whose label the customer chose."""

    channel = "api"

    def __init__(self, place: Place, token: str, client: FlaskClient, bot_token: str) -> None:
        self._bot, self._path = Bot(client, bot_token), f"/walks/{token}"
        self.look()

    def look(self) -> None:
        self._step = self._walk(self._bot.ask("GET", self._path).json)

    def answer(self, standing: Standing, label: str) -> None:
        (question,) = self._step["questions"]
        labels = {one["label"]: one["value"] for one in question["options"]}
        said = None if label == UNSURE and label not in labels else labels[label]
        self._send("answers", answers={question["fact"]: said})

    def confirm(self, standing: Standing) -> None:
        self._send("confirmations")

    def _send(self, deed: str, **body: Any) -> None:
        sent = {"visit": self._step["visit"], **body}
        answer = self._bot.ask("POST", f"{self._path}/{deed}", sent)
        assert answer.status_code == 200, answer.text
        self._step = self._walk(answer.json)

    def _walk(self, body: Any) -> Any:
        return body["step"]


@pytest.fixture
def place(settings: Settings, engine: Engine, services: Services, frozen: FrozenClock) -> Place:
    load_customers(engine, settings, frozen())
    shared = share_content(settings, engine, frozen)
    desk = build_desk(settings, engine, frozen, shared)
    bundle = shared.live.current()
    source = ScenarioSource(bundle, frozen)
    desk = replace(desk, runs=make_runs(engine, desk.walks, settings, source, clock=frozen))
    app = create_app(services=services, desk=desk)
    app.config["WTF_CSRF_ENABLED"] = False
    without_limits(app)
    line = desk.directory.line_by_login(LOGIN).line_id
    return Place(app, source, frozen, bundle, line)


def scenarios_of(bundle: Bundle) -> list[Scenario]:
    return [
        one
        for tree in bundle.trees.values()
        for one in tree.scenarios
        if one.audience == Audience.CUSTOMER and one.root == ROOT and not one.subtrees
    ]


def test_a_scenario_is_the_same_walk_on_the_page_and_over_the_api(place: Place, bot: Bot) -> None:
    scenarios = scenarios_of(place.bundle)
    different = []
    for scenario in scenarios:
        wanted = run_scenario(place.bundle, scenario, place.clock()).position
        page = walk(place, scenario, "page", bot.token)
        over = walk(place, scenario, "api", bot.token)
        if page != over or page[-1] != (wanted.tree, wanted.node.name):
            different.append((scenario.name, page[-3:], over[-3:], wanted.node.name))

    assert different == []
    assert len(scenarios) >= 15


def walk(place: Place, scenario: Scenario, channel: str, token: str) -> list[tuple[str, str]]:
    """The nodes a scenario passes on one channel, to its outcome."""
    place.clock.pass_time(hours=2)  # a line is read a few times an hour only
    place.source.tell(scenario.facts)
    visit, key = place.begin(channel)
    client = place.app.test_client()
    way: Page | Api = (
        Page(place, key, client) if channel == "page" else Api(place, key, client, token)
    )
    said: Counter[str] = Counter()
    for _ in range(MOST_STEPS):
        standing = place.selfservice.standing(visit)
        if standing.position.outcome is not None:
            return [(one.tree, one.node) for one in standing.position.path]
        _step(place, way, standing, scenario, said)
    raise AssertionError(f"{scenario.name} has no end: {standing.position.node.name}")


def _step(
    place: Place, way: Page | Api, standing: Standing, scenario: Scenario, said: Counter[str]
) -> None:
    pending = standing.position.pending
    place.clock.pass_time(seconds=1)  # what was said before a change is older than it
    if pending.need is Need.ANSWER:
        way.answer(standing, _label(standing, scenario, said))
    elif pending.need is Need.CONFIRMATION:
        way.confirm(standing)
    else:
        due = pending.until if pending.need is Need.WAIT else pending.next_read_at
        place.clock.moment = max(place.clock.moment, due or place.clock.moment)
        place.clock.pass_time(seconds=1)
        way.look()


def _label(standing: Standing, scenario: Scenario, said: Counter[str]) -> str:
    """What the customer of the scenario says to this question, in the words on the button."""
    (fact,) = standing.position.pending.facts
    values = scenario.answers.get(fact)
    if not values:
        return UNSURE
    said[fact] += 1
    value = values[min(said[fact], len(values)) - 1]
    choice = choice_of(standing.bundle.registry.facts[fact], "customer", unsure=True)
    return next((one.label for one in choice.options if one.value == value), UNSURE)


def _words(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip()
