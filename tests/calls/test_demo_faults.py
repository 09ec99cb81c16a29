"""On each fault of the lab's network, read live, the call ends right and asks the customer little."""

from __future__ import annotations

import pytest

from kbwizard.wizard.facts import Scalar
from tests.calls.caller import Caller, whole_call
from tests.calls.conftest import Floor

MOST_QUESTIONS = 2

NETWORK_TELLS = {
    "nilo.souza": "MASSA_ENERGIA",
    "lucas.rocha": "MASSA",
    "10000000047": "SUSPEITA_MASSA",
    "10000000003": "N2_SENHA_PPPOE",
    "livia.mendes": "N2_LOGIN_DESCONHECIDO",
    "caio.ribeiro": "N2_LIMPAR_MAC",
    "vera.moreira": "N3_SEM_ENDERECO",
    "10000000035": "N2_NAO_AUTORIZADA",
    "andre.martins": "N2_NAO_AUTORIZADA",
    "elaine.mendes": "FINANCEIRO_BLOQUEIO",
    "10000000067": "FINANCEIRO_BLOQUEIO",
    "paulo.teixeira": "FINANCEIRO_REDUCAO",
    "joao.freitas": "OS_SINAL",
    "10000000023": "OS_SINAL",
    "marcio.cardoso": "OS_SINAL",
}
"""login: disposition. docs/lab.md says which fault each login has."""


@pytest.mark.parametrize(("login", "disposition"), NETWORK_TELLS.items())
def test_where_the_network_tells_the_customer_is_asked_nothing(
    floor: Floor, login: str, disposition: str
) -> None:
    end = whole_call(floor.desk, login, Caller())

    assert end.outcome is not None
    assert (end.outcome.disposition, end.questions) == (disposition, 0)


@pytest.mark.parametrize(
    ("login", "says", "disposition"),
    [
        ("camila.gomes", {"cable.visible": "damaged"}, "OS_FIBRA"),
        ("dalva.pinto", {"cable.visible": "fallen"}, "OS_FIO_CAIDO"),
    ],
)
def test_what_only_the_customer_can_see_is_at_most_two_questions(
    floor: Floor, login: str, says: dict[str, Scalar], disposition: str
) -> None:
    end = whole_call(floor.desk, login, Caller(says, lambda: floor.lab.restart(login)))

    assert end.outcome is not None
    assert end.outcome.disposition == disposition
    assert end.questions <= MOST_QUESTIONS


@pytest.mark.parametrize(
    ("login", "says", "disposition"),
    [
        ("enzo.lima", {"led.power": "off"}, "RESOLVIDO_FIBRA"),
        ("bruno.martins", {"router.power": "off"}, "RESOLVIDO_PPPOE"),
        ("saulo.campos", {}, "RESOLVIDO_PPPOE"),
    ],
)
def test_what_is_cured_at_home_is_seen_coming_back_and_closes_by_the_customers_word(
    floor: Floor, login: str, says: dict[str, Scalar], disposition: str
) -> None:
    end = whole_call(floor.desk, login, Caller(says, lambda: floor.lab.fix(login)))

    assert end.outcome is not None
    assert end.outcome.disposition == disposition
    assert end.questions <= MOST_QUESTIONS


def test_a_stuck_session_is_dropped_from_here_and_comes_back(floor: Floor) -> None:
    end = whole_call(floor.desk, "10000000007", Caller())

    assert end.outcome is not None
    assert end.outcome.disposition == "RESOLVIDO_PPPOE"
    assert [visit.node for visit in end.path if visit.tree == "pppoe" and visit.exit == "then"]
    assert end.questions <= MOST_QUESTIONS
