"""The public pages in the groups that a customer would look under, in the order of their worry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kbwizard.content.articles import Article

_GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "Estou sem internet",
        frozenset(
            {"fibra-los", "pppoe-down", "erro-691", "falha-massiva", "sinal-optico-fraco"}
            | {"reiniciar-equipamentos"}
        ),
    ),
    (
        "Está lenta ou caindo",
        frozenset({"lentidao", "teste-velocidade", "queda-intermitente", "latencia-jogos", "dns"}),
    ),
    ("Wi-Fi e cabos", frozenset({"wifi-fraco", "wifi-senha", "cabo-rede", "troca-roteador"})),
    ("TV, telefone e câmeras", frozenset({"iptv", "voip", "portas-cgnat", "ip-fixo"})),
    (
        "Conta, visita e mudança",
        frozenset({"segunda-via", "bloqueio-financeiro", "agendar-visita", "mudanca-endereco"}),
    ),
)
OTHERS = "Outros assuntos"


@dataclass(frozen=True, slots=True)
class Group:
    """Some pages under one heading."""

    name: str
    articles: tuple[Article, ...]


def grouped(articles: Iterable[Article]) -> list[Group]:
    """Every page once, under the first of its topics that has a group; no group is empty."""
    found: dict[str, list[Article]] = {name: [] for name in (*(one for one, _ in _GROUPS), OTHERS)}
    for article in sorted(articles, key=lambda one: one.title.casefold()):
        found[_group_of(article)].append(article)
    return [Group(name, tuple(members)) for name, members in found.items() if members]


def _group_of(article: Article) -> str:
    for topic in article.topics:
        for name, topics in _GROUPS:
            if topic in topics:
                return name
    return OTHERS
