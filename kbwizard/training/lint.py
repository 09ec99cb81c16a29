"""Rules of exercises beyond their form: names that exist, roles that fit, nobody real in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kbwizard.content.articles import Article
from kbwizard.content.fields import did_you_mean
from kbwizard.content.personal import find_personal
from kbwizard.content.topics import TOPICS
from kbwizard.errors import NotFound, Problem, RequestError
from kbwizard.lab.faults import find_fault
from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.exercise import Exercise
from kbwizard.training.impersonal import EXAMPLES
from kbwizard.training.solver import RESTART, ROOT, solve
from kbwizard.training.tracks import Track
from kbwizard.wizard.model import Action, Bundle, Outcome

PLACES = ("holder", "caller", "phone", "value")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class _Look:
    exercise: Exercise
    bundle: Bundle
    articles: Mapping[str, Article]
    tracks: tuple[str, ...]

    def problem(self, key: str, message: str, remedy: str) -> Problem:
        line = self.exercise.lines.get(key, 1)
        return Problem(self.exercise.file, line, "exercise", message, remedy)


def lint_exercise(
    exercise: Exercise,
    bundle: Bundle,
    articles: Mapping[str, Article],
    tracks: tuple[Track, ...],
) -> list[Problem]:
    """Everything wrong with an exercise that was read."""
    look = _Look(exercise, bundle, articles, tuple(track.id for track in tracks))
    rules = (_names, _fault, _steps, _ends, _customer, _persons, _walks)
    return [problem for rule in rules for problem in rule(look)]


def _names(look: _Look) -> Iterator[Problem]:
    exercise = look.exercise
    if exercise.track not in look.tracks:
        yield look.problem("track", f'a trilha "{exercise.track}" não existe',
                           did_you_mean(exercise.track, look.tracks))  # fmt: skip
    if exercise.article and exercise.article not in look.articles:
        yield look.problem("article", f'o artigo "{exercise.article}" não existe',
                           did_you_mean(exercise.article, look.articles))  # fmt: skip
    for topic in exercise.topics:
        if topic not in TOPICS:
            yield look.problem("topics", f'o assunto "{topic}" não existe',
                               did_you_mean(topic, TOPICS))  # fmt: skip


def _fault(look: _Look) -> Iterator[Problem]:
    exercise = look.exercise
    if not exercise.fault:
        return
    try:
        fault = find_fault(exercise.fault)
    except RequestError as error:
        yield look.problem("fault", str(error), "escolha uma falha do laboratório (docs/lab.md)")
        return
    if fault.spreads and exercise.line != "group":
        yield look.problem(
            "fault",
            f'a falha "{fault.name}" apaga os vizinhos da PON',
            "escreva line: group, para não tocar o exercício de outra pessoa",
        )
    if exercise.notice is not None and exercise.line != "group":
        yield look.problem("outage", "um aviso de parada vale para a PON inteira",
                           "escreva line: group")  # fmt: skip


def _steps(look: _Look) -> Iterator[Problem]:
    exercise, expected = look.exercise, look.exercise.expected
    actions = {node.action for tree in look.bundle.trees.values() for node in tree
               if isinstance(node, Action)}  # fmt: skip
    cures = [one for one in exercise.cured_by if one != RESTART and one not in actions]
    for key, names in (("cured_by", cures), ("expect", [*expected.must_visit, *expected.must_not])):
        for name in names:
            if not _exists(look.bundle, name):
                yield look.problem(key, f'o passo "{name}" não existe', _nearest(look, name))
    call = exercise.calls_for
    if call is None:
        return
    if not _exists(look.bundle, call.at):
        yield look.problem("calls_for", f'o passo "{call.at}" não existe', _nearest(look, call.at))
    keys = [way.key for way in look.bundle.trees[ROOT].anytime]
    if call.key not in keys:
        yield look.problem("calls_for", f'a saída "{call.key}" não existe',
                           did_you_mean(call.key, keys))  # fmt: skip


def _ends(look: _Look) -> Iterator[Problem]:
    known = {node.disposition for tree in look.bundle.trees.values() for node in tree
             if isinstance(node, Outcome) and node.disposition}  # fmt: skip
    for name in look.exercise.expected.outcome:
        if name not in known:
            yield look.problem("expect", f'o desfecho "{name}" não existe',
                               did_you_mean(name, known))  # fmt: skip


def _customer(look: _Look) -> Iterator[Problem]:
    persona = look.exercise.persona
    texts = [*persona.opening, *persona.asks, *persona.reveals.values()]
    texts += [phrase for phrases in persona.says.values() for phrase in phrases]
    for text in texts:
        for name in _PLACE.findall(text):
            if name not in PLACES:
                yield look.problem("customer", f'"{{{name}}}" não é preenchido na fala do cliente',
                                   "use {caller}, {holder}, {phone} ou {value}")  # fmt: skip


def _persons(look: _Look) -> Iterator[Problem]:
    text = look.exercise.text
    for example in EXAMPLES:
        text = text.replace(example, "")
    for found in find_personal(text):
        yield look.problem(
            "exercise", f"parece um dado pessoal ({found.kind})", "troque por {phone} ou tire"
        )


def _walks(look: _Look) -> Iterator[Problem]:
    """An exercise that carries its own facts has to walk to the end it expects."""
    exercise = look.exercise
    if not exercise.facts or not exercise.expected.outcome:
        return
    customer = VirtualCustomer(exercise, 1, look.bundle.registry, date(2026, 11, 21))
    start = datetime.fromisoformat("2026-11-21T14:02:00-03:00")
    found = solve(look.bundle, exercise, customer, {}, start)
    if found.disposition not in exercise.expected.outcome:
        told = found.problem or f"as árvores levam a {found.disposition}"
        yield look.problem("expect", told, "corrija os fatos, as respostas ou o desfecho esperado")


def _exists(bundle: Bundle, name: str) -> bool:
    tree, _, node = name.partition(".")
    try:
        return bool(bundle.node(tree, node))
    except (KeyError, NotFound):
        return False


def _nearest(look: _Look, name: str) -> str:
    tree = look.bundle.trees.get(name.partition(".")[0])
    if tree is None:
        return did_you_mean(name.partition(".")[0], look.bundle.trees)
    return did_you_mean(name, [f"{tree.name}.{node}" for node in tree.nodes])
