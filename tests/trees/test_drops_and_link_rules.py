"""Rules of the drops and company trees that hold on every walk, whatever is said or read."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from kbwizard.wizard.model import Audience, Bundle, Outcome, Result
from kbwizard.wizard.position import Position
from tests.trees.test_domain_rules import SEEDS, SHIPPED, WALKS, nodes, walked, world

DROPS, LINK = "queda-intermitente", "link-empresarial"
SHORT = ("tv", "telefone", "um-site", "senha-wifi", "mudanca", "financeiro", "outro-assunto")
ENDS_A_DROPS_CALL = {
    Result.CALLBACK, Result.DISPATCH, Result.ESCALATE, Result.PASSED, Result.NOT_SOLVED,
}  # fmt: skip
FIBRE_UP: dict[str, Any] = {
    "access__technology": "fibre",
    "access__auth": "pppoe",
    "onu__serial_matches": True,
    "onu__state": "online",
    "onu__rx_dbm": -20.0,
    "line__install_rx_dbm": -20.0,
    "line__optic_class": "gpon_b",
    "pon__recent_los": 0,
    "pon__recent_dying_gasp": 0,
    "session__state": "online",
    "session__count": 1,
}


def ends(position: Position) -> Outcome:
    assert isinstance(position.node, Outcome)
    return position.node


@WALKS
@given(seed=SEEDS)
def test_drops_are_never_closed_on_a_single_look(seed: int) -> None:
    audience = (Audience.AGENT, Audience.CUSTOMER, Audience.TRAINEE)[seed % 3]

    position = walked(world(DROPS, seed, audience, access__technology="fibre"))

    assert ends(position).result in ENDS_A_DROPS_CALL or position.tree != DROPS


@WALKS
@given(seed=SEEDS)
def test_a_second_contact_about_lost_light_is_a_visit_though_the_line_is_up(seed: int) -> None:
    lost: dict[str, Any] = {"onu__uptime_s": 1800, "onu__last_down_cause": "los"}
    scenario = world(DROPS, seed, **FIBRE_UP, **lost, case__recent_count=1)

    position = walked(scenario)

    assert "os_queda_fibra" in nodes(position) or position.tree == "dados-os"
    assert position.questions == 0


@WALKS
@given(seed=SEEDS)
def test_neighbours_that_fell_together_are_the_networks_and_nobodys_visit(seed: int) -> None:
    together: dict[str, Any] = {**FIBRE_UP, "pon__onus_total": 32, "pon__recent_los": 9}

    position = walked(world(DROPS, seed, **together))

    assert (ends(position).level, position.questions) == ("n3", 0)


@WALKS
@given(seed=SEEDS)
def test_drops_without_an_onu_never_lead_to_the_fibre(seed: int) -> None:
    technology = ("radio", "cable")[seed % 2]

    position = walked(world(DROPS, seed, access__technology=technology, session__state="online"))

    assert not {"conector", "caiu_fibra", "dados_fibra", "dados_sinal"} & set(nodes(position))


@WALKS
@given(seed=SEEDS)
def test_a_company_that_is_down_reaches_n3_or_a_cause_at_its_own_place(seed: int) -> None:
    down: dict[str, Any] = {
        "access__technology": "dedicated",
        "ping__loss_pct": 100,
        "onu__state": "offline",
        "link__equipment": "on",
    }

    position = walked(world(LINK, seed, **down))

    assert (ends(position).level, ends(position).deadline) == ("n3", "empresarial_parado")
    assert position.questions == 1


@WALKS
@given(seed=SEEDS)
def test_loss_in_the_middle_of_a_route_is_not_a_fault_of_the_route(seed: int) -> None:
    position = walked(world(LINK, seed, link__route="middle"))

    assert position.node.name != "n2_rota"


def speakers(bundle: Bundle) -> dict[str, str]:
    """What is said at the outcomes that N3 gets, by node."""
    return {
        f"{tree.name}.{node.name}": node.texts.agent
        for tree in bundle.trees.values()
        for node in tree
        if isinstance(node, Outcome) and node.level == "n3"
    }


def test_n3_is_never_promised_to_a_customer() -> None:
    said = speakers(SHIPPED)

    assert "link-empresarial.p1" in said
    assert "equipe técnica ou o gerente da sua conta" in said["link-empresarial.p1"]
    assert [name for name, text in said.items() if "N3" in text] == []


@WALKS
@given(seed=SEEDS)
def test_a_customer_alone_is_asked_little_and_never_for_the_agents_forms(seed: int) -> None:
    name = (DROPS, LINK, *SHORT)[seed % 9]

    position = walked(world(name, seed, Audience.CUSTOMER))

    asked = {visit.node for visit in position.path if visit.asked}
    assert not {node for node in asked if node.startswith(("contato", "ficha", "dados"))}
    assert position.questions <= 5


def test_password_and_payment_are_never_for_somebody_else() -> None:
    for name in ("senha-wifi", "financeiro"):
        for seed in range(40):
            position = walked(world(name, seed, caller__is_holder=False))

            assert ends(position).disposition in ("RETORNO_SENHA_TITULAR", "FINANCEIRO_TERCEIRO")


def test_business_trees_serve_everybody_with_texts_of_their_own() -> None:
    for name in (DROPS, LINK, *SHORT):
        tree = SHIPPED.trees[name]

        assert set(tree.audiences) == {"agent", "customer", "trainee"}
        assert tree.budget.questions is not None
