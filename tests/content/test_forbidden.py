"""Words customers should not read: whole, accent-blind, with the printed labels allowed."""

from __future__ import annotations

import pytest

from kbwizard.content.forbidden import find_forbidden, forbidden_words


def words_in(text: str) -> list[str]:
    return [found.word for found in find_forbidden(text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A OLT caiu", "OLT"),
        ("as ONUs", "ONU"),
        ("sinal de -27 dBm", "dBm"),
        ("a autenticacao falhou", "autenticação"),
        ("A AUTENTICAÇÃO falhou", "autenticação"),
        ("o cordão  óptico", "cordão óptico"),
        ("houve um ataque DDoS", "ataque"),
        ("o dying gasp", "dying gasp"),
        ("torre off", "torre OFF"),
        ("o PON caiu", "PON"),
        ("seu problema é o roteador", "seu problema é"),
        ("a _ONU_ caiu", "ONU"),
        ("troque a **ONU-2**", "ONU"),
        ("é um IP-fixo", "IP"),
        ("aviso de dying-gasp", "dying gasp"),
    ],
)
def test_forbidden_words_are_found_whatever_their_case_or_accent(text: str, word: str) -> None:
    assert word in words_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vou reiniciá-los agora",
        "Desligue os aparelhos e volte a ligá-los.",
        "Como está a luz escrita LOS?",
        "A luz PON está acesa",
        "LOS vermelha, piscando",
        "Solicite o equipamento pelo dropbox",
        "Veja [como fazer](https://example.net/dns)",
        "Seu número é {session.ip}",
        "O macaco comeu o ipê",
        "Pode ligá‑los de novo",
    ],
)
def test_enclitics_labels_links_and_longer_words_are_let_through(text: str) -> None:
    assert words_in(text) == []


def test_every_word_of_the_list_says_what_to_write_instead() -> None:
    assert len(forbidden_words()) > 30
    assert all(found.instead for found in forbidden_words().values())
