"""What looks personal is found by its shape, and what only looks like a number is left alone."""

from __future__ import annotations

import pytest

from kbwizard.content.personal import find_personal, mask_personal, occurrences


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cpf 000.000.001-91 do titular", "cpf"),
        ("00000000191", "cpf"),
        ("99.999.000/0001-44", "cnpj"),
        ("99999000000144", "cnpj"),
        ("ligue (11) 90000-0042", "phone"),
        ("+55 11 90000 0042", "phone"),
        ("11900000042", "cpf"),
        ("90000-0042", "phone"),
        ("(11) 4000-0042", "phone"),
        ("fulana@provedor.example", "email"),
        ("02:00:5E:AA:BB:CC", "mac"),
        ("02-00-5e-aa-bb-cc", "mac"),
        ("0200.5eaa.bbcc", "mac"),
        ("192.0.2.10", "ip"),
        ("2001:db8:0:1::7", "ip"),
        ("HWTCB4048564", "serial"),
        ("CEP 01000-000", "postcode"),
    ],
)
def test_what_looks_personal_is_found(text: str, kind: str) -> None:
    assert [found.kind for found in find_personal(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "RX -26,5 dBm às 14:32 de 22/11/2026",
        "previsão de 3 h, plano de 500 Mbps, porta 100",
        "versão 7.18.2, passo 1.2.3",
        "999.999.999.999",
        "Reiniciei o aparelho três vezes.",
        "OS_FIBRA em 2026-11-25",
    ],
)
def test_what_is_only_a_number_is_left_alone(text: str) -> None:
    assert find_personal(text) == ()


def test_masking_leaves_the_rest_as_it_was() -> None:
    told = mask_personal("Sou eu, a@b.example, 11 90000-0042. Obrigada!")

    assert told == "Sou eu, [removido], [removido]. Obrigada!"


def test_known_values_are_found_however_they_are_written() -> None:
    text = "Falar com ZULMIRA no 11 9 0000 0077"

    assert list(occurrences(text, ["Zulmira", "(11) 90000-0077", "Ana"])) == [
        "Zulmira",
        "(11) 90000-0077",
    ]
