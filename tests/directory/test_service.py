"""Finding customers: as typed by name and login, only when complete by document and phone."""

from __future__ import annotations

import pytest

from kbwizard.directory.service import Directory
from kbwizard.directory.values import CustomerHit
from kbwizard.errors import NotFound
from tests.directory.conftest import ANA, BRUNO, HEADER, ImportText

CAROL = (
    "C3,Maria Carolina Ávila,12.ABC.345/01DE-35,1130000003,K3,business,,,,,,,"
    "avila-me,dedicated,static,,,,,,,,,,,"
)


@pytest.fixture
def base(import_text: ImportText, directory: Directory) -> Directory:
    assert import_text(HEADER, ANA, BRUNO, CAROL).loaded == 3
    return directory


def names(found: tuple[CustomerHit, ...]) -> list[str]:
    return [hit.name for hit in found]


@pytest.mark.parametrize(
    "typed",
    ["ana", "Concei", "CONCEIÇÃO", "silva ana", "an sil", "Ana da Silva", "  ana   conceicao "],
)
def test_a_name_is_found_by_the_beginning_of_any_of_its_words(base: Directory, typed: str) -> None:
    found = base.search(typed).customers

    assert names(found) == ["Ana Conceição da Silva"]
    assert found[0].document_masked == "***.982.247-**"
    assert found[0].phone_masked == "(11) *****-0001"


def test_every_word_typed_must_fit(base: Directory) -> None:
    assert base.search("ana souza").customers == ()


@pytest.mark.parametrize("typed", ["bruno@loja", "BRUNO@L", "bruno@"])
def test_a_login_is_found_by_its_beginning_and_says_which_line(base: Directory, typed: str) -> None:
    (hit,) = base.search(typed).customers

    assert hit.matched_by == "login"
    assert hit.matched_line_id == hit.lines[0].line_id
    assert (hit.lines[0].contract_state, hit.lines[0].technology) == ("blocked", "radio")


def test_an_exact_login_comes_before_names(base: Directory, import_text: ImportText) -> None:
    import_text(HEADER, ANA.replace("C1", "C9").replace("K1", "K9").replace("ana.silva", "bruno"))

    found = base.search("bruno").customers

    assert [(hit.name, hit.matched_by) for hit in found] == [
        ("Ana Conceição da Silva", "login"),
        ("Bruno Souza", "name"),
    ]


@pytest.mark.parametrize(
    "typed",
    ["52998224725", "529.982.247-25", "(11) 90000-0001", "11900000001", "+55 11 90000-0001"],
)
def test_a_complete_document_or_phone_finds_its_customer(base: Directory, typed: str) -> None:
    assert names(base.search(typed).customers) == ["Ana Conceição da Silva"]


def test_an_alphanumeric_cnpj_is_found_in_any_writing(base: Directory) -> None:
    found = [base.search(typed).customers for typed in ("12abc34501de35", "12.ABC.345/01DE-35")]

    assert [hits[0].matched_by for hits in found] == ["document", "document"]


@pytest.mark.parametrize("typed", ["5299822472", "529982", "529.982.247", "90000-0001", "0001"])
def test_part_of_a_document_or_phone_finds_nobody(base: Directory, typed: str) -> None:
    assert base.search(typed).customers == ()


def test_another_secret_finds_no_document(base: Directory, settings, engine) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from kbwizard.config import Secret

    stranger = Directory(engine, replace(settings, secret_key=Secret("outra")))

    assert stranger.search("52998224725").customers == ()


@pytest.mark.parametrize("typed", ["", " ", "a", "é "])
def test_fewer_than_two_characters_look_nothing_up(base: Directory, typed: str) -> None:
    assert base.search(typed).too_short


@pytest.mark.parametrize("typed", ["%%", "__", "a%", "'; drop", "\x00\x01", "x" * 100_000, "**"])
def test_odd_input_finds_nobody_and_breaks_nothing(base: Directory, typed: str) -> None:
    assert base.search(typed).customers == ()


def test_at_most_eight_are_shown_and_more_is_told(
    import_text: ImportText, directory: Directory
) -> None:
    rows = [f"C{n},Joana {n:02},K{n},residential,j{n}" for n in range(12)]
    import_text("customer_code,name,contract_code,segment,login", *rows)

    found = directory.search("joana")

    assert names(found.customers) == [f"Joana {n:02}" for n in range(8)]
    assert found.more
    assert not directory.search("joana 03").more


def test_a_customer_has_all_lines_in_order(base: Directory, import_text: ImportText) -> None:
    import_text(HEADER, ANA.replace("K1", "K8").replace("ana.silva", "aaa"))

    customer = base.customer(base.line_by_login("aaa").customer_id)

    assert [line.login for line in customer.lines] == ["aaa", "ana.silva"]


def test_personal_data_in_full_is_asked_for_by_itself(base: Directory) -> None:
    line = base.line_by_login("ana.silva")

    assert base.phone(line.customer_id) == "(11) 90000-0001"
    assert base.address(line.contract_id) == "Rua das Flores, 10"
    assert "Flores" not in repr(line)


def test_what_does_not_exist_is_not_found(base: Directory) -> None:
    for look in (base.line, base.customer, base.phone, base.address):
        with pytest.raises(NotFound):
            look(999)
