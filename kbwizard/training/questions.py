"""Quiz questions drawn from trees and articles: which outcome, which light, which deadline.

Nothing is written by hand: a question is a way of a tree, a policy of the installation, a word of
the forbidden list. The same content and seed give the same questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from kbwizard.cases.deadlines import POLICIES, Policy
from kbwizard.content.articles import Article
from kbwizard.content.forbidden import forbidden_words
from kbwizard.training.coach import step_label
from kbwizard.wizard.facts import FactSpec
from kbwizard.wizard.model import Bundle, Outcome, Question, Tree

OPTIONS = 4
KINDS = ("outcome", "light", "deadline", "word", "article")


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """One question. `right` is one of `options`; screens do not show it before the answer."""

    id: str
    kind: str
    text: str
    options: tuple[str, ...]
    right: str
    explanation: str
    article: str = ""


def draw(
    bundle: Bundle, articles: Mapping[str, Article], *, topic: str, seed: int, count: int
) -> tuple[QuizQuestion, ...]:
    """Questions of a topic (empty: any), of every kind by turns. May be fewer than asked for."""
    chance = Random(f"{bundle.version} {topic} {seed}")
    trees = [tree for tree in bundle.trees.values() if not topic or topic in tree.topics]
    about = [one for one in articles.values() if not topic or topic in one.topics]
    pools = {
        "outcome": list(_outcomes(bundle, trees)),
        "light": list(_lights(bundle, trees)),
        "deadline": list(_deadlines(bundle, trees)),
        "word": list(_words()),
        "article": list(_articles(about, articles)),
    }
    for pool in pools.values():
        chance.shuffle(pool)
    drawn: list[_Seed] = []
    while len(drawn) < count and any(pools.values()):
        for kind in KINDS:
            if pools[kind] and len(drawn) < count:
                drawn.append(pools[kind].pop())
    return tuple(_made(number, one, chance) for number, one in enumerate(drawn, start=1))


@dataclass(frozen=True, slots=True)
class _Seed:
    """A question before its options were drawn."""

    kind: str
    text: str
    right: str
    wrong: tuple[str, ...]
    explanation: str
    article: str = ""


def _made(number: int, one: _Seed, chance: Random) -> QuizQuestion:
    wrong = [text for text in dict.fromkeys(one.wrong) if text != one.right]
    options = [one.right, *chance.sample(wrong, min(OPTIONS - 1, len(wrong)))]
    chance.shuffle(options)
    return QuizQuestion(
        f"q{number}",
        one.kind,
        one.text,
        tuple(options),
        one.right,
        one.explanation,
        one.article.partition("#")[0],
    )


def _outcomes(bundle: Bundle, trees: list[Tree]) -> Iterator[_Seed]:
    """The reason a branch gives, and where it leads."""
    for tree in trees:
        ends = {node.name: step_label(bundle, node) for node in tree if isinstance(node, Outcome)}
        for node in tree:
            for branch in getattr(node, "branches", ()):
                if branch.why and branch.goto in ends and len(set(ends.values())) > 2:
                    yield _Seed(
                        "outcome",
                        f"{tree.title}: “{branch.why}”. Como a ligação termina?",
                        ends[branch.goto],
                        tuple(ends.values()),
                        _why(tree.nodes[branch.goto].texts.why, branch.why),
                        tree.nodes[branch.goto].article,
                    )


def _lights(bundle: Bundle, trees: list[Tree]) -> Iterator[_Seed]:
    """An answer, and the next step; a light is asked about as a light."""
    for tree in trees:
        steps = {node.name: step_label(bundle, node) for node in tree}
        for node in tree:
            if (
                not isinstance(node, Question)
                or len(node.facts) != 1
                or len(set(node.go.values())) < 2
            ):
                continue
            spec = bundle.registry.facts.get(node.facts[0])
            if spec is None:
                continue
            for value, target in node.go.items():
                told = f"{spec.label}: {_label(spec, value)}"
                yield _Seed(
                    "light",
                    f"{tree.title}: o cliente diz “{told}”. Qual é o próximo passo?",
                    steps.get(target, "Voltar ao passo anterior"),
                    tuple(steps.get(one, "") for one in node.go.values() if one in steps)
                    + tuple(steps.values()),
                    _why(node.texts.why, ""),
                    node.article,
                )


def _deadlines(bundle: Bundle, trees: list[Tree]) -> Iterator[_Seed]:
    """An outcome that promises, and how long the house takes at most."""
    told = tuple(_hours(policy) for policy in POLICIES.values())
    for tree in trees:
        for node in tree:
            if isinstance(node, Outcome) and node.deadline in POLICIES:
                policy = POLICIES[node.deadline]
                yield _Seed(
                    "deadline",
                    f"{step_label(bundle, node)}: que prazo se diz a um cliente residencial?",
                    _hours(policy),
                    told,
                    f"É o prazo combinado da casa: {_hours(policy)}. Ele é dito e fica guardado.",
                    node.article,
                )


def _words() -> Iterator[_Seed]:
    """A word that customers should not hear, and what is said instead."""
    words = forbidden_words().values()
    for found in words:
        yield _Seed(
            "word",
            f"Como dizer “{found.word}” ao cliente?",
            found.instead,
            tuple(other.instead for other in words),
            f"Em vez de “{found.word}”, diga: {found.instead}.",
            "saudacao-e-identificacao",
        )


def _articles(about: list[Article], articles: Mapping[str, Article]) -> Iterator[_Seed]:
    """What an article is for, and which one it is."""
    for one in about:
        if one.summary:
            yield _Seed(
                "article",
                f"Qual artigo explica: “{one.summary}”",
                one.title,
                tuple(other.title for other in articles.values()),
                f"Está em “{one.title}”.",
                one.slug,
            )


def _hours(policy: Policy) -> str:
    hours = policy.residential_h
    length = f"{round(hours * 60)} minutos" if hours < 1 else f"{hours:g} h"
    return f"até {length}{' úteis' if policy.business_clock else ''}"


def _label(spec: FactSpec, value: object) -> str:
    if isinstance(value, bool) and not spec.values:
        return "sim" if value else "não"
    return spec.label_of(value, "customer") if isinstance(value, str | int | float | bool) else ""


def _why(first: str, second: str) -> str:
    return " ".join(dict.fromkeys(part for part in (second, " ".join(first.split())) if part))


def topics_of(bundle: Bundle) -> tuple[str, ...]:
    """Topics that have at least one tree: what a quiz may be about."""
    return tuple(sorted({topic for tree in bundle.trees.values() for topic in tree.topics}))
