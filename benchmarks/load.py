"""Fifty customers and forty agents at once, against one of each: how long a step takes.

Everything is real: gunicorn with two processes, the lab's devices over sockets, a browser for each
person. A person thinks between two steps; what is measured is from pressing to having the answer
(for a customer without JavaScript: the form and the page it leads to).
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic, perf_counter, sleep

from sqlalchemy import Engine, select

from benchmarks.figures import Effort, Figure, percentile
from benchmarks.installation import fill, token_of
from benchmarks.web import Browser, first_page, free_port, running
from kbwizard.config import Settings, read_settings
from kbwizard.db import core_reading, make_engine
from kbwizard.demo import CUSTOMERS, add_devices
from kbwizard.directory.importer import import_file
from kbwizard.directory.queries import CUSTOMER
from kbwizard.lab.running import run_lab_process

AGENTS, CUSTOMERS_AT_ONCE = 40, 50
THINKS_S = (2.0, 5.0)
"""Between two steps: quicker than people are, so that the load is on the safe side."""
FEW_THINK_S = (0.1, 0.3)
WINDOW_S = 12.0
WARMS_UP_S = 4.0
MOST_MS = 150.0
MOST_TIMES = 2.0
CALLS = 900
MOST_FORMS = 40
"""Of one customer: a browser may send 60 a minute."""
TRIED = "/help/conexao"
"""Where codes are guessed: the one door with few tries, and these customers press anything."""
BY_HTMX = {"HX-Request": "true"}
PROCESSES = "2"
_STEP = re.compile(r'<(?:main|div id="call-step").*', re.DOTALL)
_FORM = re.compile(r'<form[^>]*?action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_BUTTON = re.compile(r"<button([^>]*)>")
_FIELD = re.compile(r'<(?:input|select|textarea)[^>]*? name="([^"]+)"')
_NAME = re.compile(r'name="([^"]+)"')
_VALUE = re.compile(r'value="([^"]*)"')


@dataclass
class Person:
    """Somebody at a browser. `step` takes one and gives its time in ms, None where none was."""

    step: Callable[[], float | None]
    random: Random
    took: list[float] = field(default_factory=list)

    def live(self, ends: float, thinks: tuple[float, float]) -> None:
        sleep(self.random.uniform(0, thinks[1]))
        while monotonic() < ends:
            took = self.step()
            if took is not None:
                self.took.append(took)
            sleep(self.random.uniform(*thinks))


@dataclass(frozen=True, slots=True)
class Site:
    """A server, an agent's token, and customers and phones that were not used yet."""

    port: int
    token: str
    waiting: Iterator[int]
    phones: Iterator[int]


Took = tuple[list[float], list[float]]
"""Times of a step in ms: of agents, of customers."""


def run(effort: Effort) -> list[Figure]:
    few, many = (1, 1), (1, 1) if effort.quick else (AGENTS, CUSTOMERS_AT_ONCE)
    window = 4.0 if effort.quick else WINDOW_S
    thinks = FEW_THINK_S if effort.quick else THINKS_S
    pairs: list[tuple[Took, Took]] = []
    with tempfile.TemporaryDirectory(prefix="kbwizard-load-") as scratch, _site(scratch) as site:
        _together(site, few, WARMS_UP_S, FEW_THINK_S)
        for _ in range(effort.runs):
            idle = _together(site, few, window, FEW_THINK_S)
            pairs.append((idle, _together(site, many, window, thinks)))
    return [_figure("passo do atendente", pairs, 0), _figure("passo do cliente", pairs, 1)]


def _figure(name: str, pairs: list[tuple[Took, Took]], who: int) -> Figure:
    steps = sum(len(loaded[who]) for _, loaded in pairs)
    return Figure(
        name=f"{name}, p99 com 50 clientes e 40 atendentes",
        unit="ms",
        ours=tuple(percentile(loaded[who], 0.99) for _, loaded in pairs),
        floor=tuple(percentile(idle[who], 0.99) for idle, _ in pairs),
        floor_is="o mesmo passo, com um de cada",
        most=MOST_MS,
        most_times=MOST_TIMES,
        note=f"{steps} passos medidos",
    )


def _together(
    site: Site, people: tuple[int, int], window_s: float, thinks: tuple[float, float]
) -> Took:
    """These many agents, and customers, for a while; how long their steps took."""
    desk = [_agent(site, Random(number)) for number in range(people[0])]
    home = [_customer(site.port, site.phones, Random(-number)) for number in range(people[1])]
    ends = monotonic() + window_s
    with ThreadPoolExecutor(len(desk) + len(home)) as pool:
        for done in [pool.submit(one.live, ends, thinks) for one in desk + home]:
            done.result()
    return [ms for one in desk for ms in one.took], [ms for one in home for ms in one.took]


def _agent(site: Site, random: Random) -> Person:
    """Opens a call, answers by the first key or another, opens the next when one is over."""
    browser = Browser(site.port, site.token)
    csrf = browser.csrf()
    page = ""

    def step() -> float | None:
        nonlocal page
        form = _next_form(page, random, skip=("conclude", "record", "reveal", "note"))
        if form is None:
            fields = {"csrf_token": csrf, "customer_id": str(next(site.waiting))}
            status, _ = browser.post("/desk/cases", fields)
            assert status in (200, 303), status
            page = _call_page(browser)
            return None
        began = perf_counter()
        status, page = browser.post(form[0], form[1], **BY_HTMX)
        took = (perf_counter() - began) * 1000
        assert status in (200, 409, 422), (status, page[:300])
        return took

    return Person(step, random)


def _call_page(browser: Browser) -> str:
    status, text = browser.get("/desk/cases")
    assert status == 200, status
    newest = re.search(r'href="(/desk/cases/[0-9-]+)', text)
    assert newest is not None, text[:300]
    return browser.get(newest[1])[1]


def _customer(port: int, phones: Iterator[int], random: Random) -> Person:
    """Walks the help pages without JavaScript; then another does, from a phone of their own."""
    browser, page, left = _phone(port, next(phones)), "", 0

    def step() -> float | None:
        nonlocal browser, page, left
        form = _next_form(page, random, skip=("voltar", "pessoa", "terminar")) if left else None
        if form is None:
            browser.close()
            browser, left = _phone(port, next(phones)), MOST_FORMS
            page = browser.get("/help")[1]
            form = _next_form(page, random, skip=())
            assert form is not None, page[:300]
        began = perf_counter()
        status, answer = browser.post(*form)
        if status == 429 and form[0].startswith(TRIED):
            left = 0  # guessed codes until the door closed: somebody else comes
            return None
        page = browser.get(answer)[1] if status == 303 else answer
        took = (perf_counter() - began) * 1000
        assert status in (303, 409, 422), (status, answer[:300])
        left -= 1
        return took

    return Person(step, random)


def _phone(port: int, number: int) -> Browser:
    """A browser at an address of its own: limits count by address."""
    address = f"127.{number // 62_500 + 1}.{number // 250 % 250 + 1}.{number % 250 + 1}"
    return Browser(port, **{"X-Forwarded-For": address})


def _next_form(
    page: str, random: Random, *, skip: tuple[str, ...]
) -> tuple[str, dict[str, str]] | None:
    """A form of the step, filled in: any of its first buttons, something in each field."""
    step = _STEP.search(page)
    for action, body in _FORM.findall(step[0] if step else ""):
        if any(word in action for word in skip):
            continue
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(body)}
        for name in _FIELD.findall(body):
            fields.setdefault(name, "(11) 90000-0001" if "phone" in name else "Maria")
        buttons = [found for found in _BUTTON.findall(body) if _NAME.search(found)]
        if buttons:
            chosen = random.choice(buttons[:3])
            name, value = _NAME.search(chosen), _VALUE.search(chosen)
            fields[name[1] if name else ""] = unescape(value[1]) if value else ""
        return action, fields
    return None


@contextmanager
def _site(scratch: str) -> Iterator[Site]:
    """Two processes over the lab."""
    folder = Path(scratch)
    settings = read_settings({"KBWIZARD_DATA_DIR": scratch}, demo=True)
    engine = make_engine(settings.database_url)
    fill(engine, settings)
    waiting = iter(_callers(engine, settings))
    lab = run_lab_process(ready_file=folder / "lab.json")
    try:
        add_devices(engine, settings, lab.endpoints.devices)
        port = free_port()
        with running(
            ["-m", "benchmarks.server"],
            folder,
            port,
            KBWIZARD_PROCESSES=PROCESSES,
            KBWIZARD_TRUSTED_PROXIES="1",
        ) as process:
            first_page(process, port)
            yield Site(port, token_of(engine), waiting, count())
    finally:
        lab.stop()
        engine.dispose()


def _callers(engine: Engine, settings: Settings) -> list[int]:
    """The lab's customers many times over, with logins of their own on the same equipment."""
    file = settings.data_dir / "load.csv"
    with CUSTOMERS.open(encoding="utf-8", newline="") as stream:
        like = list(csv.DictReader(stream))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(like[0]))
        writer.writeheader()
        for number in range(CALLS):
            own = {
                "customer_code": f"L{number}",
                "contract_code": f"LK{number}",
                "name": f"Cliente Carga {number}",
                "document": "",
                "login": f"carga.{number}",
                "serial": "",
            }
            writer.writerow({**like[number % len(like)], **own})
    report = import_file(engine, settings, file, now=datetime.now(UTC))
    assert not report.problems, report.problems[0]
    query = select(CUSTOMER.c.id).where(CUSTOMER.c.code.startswith("L")).order_by(CUSTOMER.c.id)
    with core_reading(engine) as connection:
        return [int(row.id) for row in connection.execute(query)]
