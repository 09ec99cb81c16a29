"""Importing a customer file: what is loaded, what is refused and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from kbwizard.config import Settings
from kbwizard.db import reading
from kbwizard.directory.columns import COLUMNS
from kbwizard.directory.importer import import_file
from kbwizard.directory.models import Contract, Customer, CustomerWord, Line
from kbwizard.directory.report import Counts
from kbwizard.directory.service import Directory
from tests.directory.conftest import ANA, BRUNO, HEADER, NOW, ImportText
from tests.helpers.databases import REFUSED, refuse_rows_of

SHORT = "customer_code,name,contract_code,segment,login"


def test_a_good_file_becomes_customers_contracts_and_lines(
    import_text: ImportText, directory: Directory
) -> None:
    report = import_text(HEADER, ANA, BRUNO)

    line = directory.line_by_login("ana.silva")
    assert report.ok
    assert report.customers == report.contracts == report.lines == Counts(new=2)
    assert (line.customer_name, line.pon, line.onu, line.serial) == (
        "Ana Conceição da Silva",
        "0/1/3",
        7,
        "HWTC1A2B3C4D",
    )
    assert (line.down_mbps, line.contract_state, line.install_rx_dbm) == (500.0, "active", -19.5)


def test_no_document_is_kept_in_full(import_text: ImportText, engine: Engine) -> None:
    import_text(HEADER, ANA)

    with reading(engine) as db:
        customer = db.exec(select(Customer)).one()
    assert customer.document_masked == "***.982.247-**"
    assert "52998224725" not in customer.model_dump_json()


def test_importing_again_updates_and_counts_what_is_equal(
    import_text: ImportText, directory: Directory, engine: Engine
) -> None:
    import_text(HEADER, ANA, BRUNO)

    report = import_text(HEADER, ANA.replace("Ana Conceição", "Anna Conceição"), BRUNO)

    with reading(engine) as db:
        words = set(db.exec(select(CustomerWord.word).where(CustomerWord.customer_id == 1)))
    assert report.customers == Counts(new=0, changed=1, same=1)
    assert report.lines == Counts(new=0, changed=0, same=2)
    assert words == {"anna", "conceicao", "silva"}
    assert directory.search("anna").customers[0].name == "Anna Conceição da Silva"


def test_a_column_that_the_file_lacks_keeps_what_is_stored(
    import_text: ImportText, directory: Directory
) -> None:
    import_text(HEADER, ANA)

    import_text(SHORT + ",plan", "C1,Ana Conceição da Silva,K1,residential,ana.silva,")

    line = directory.line_by_login("ana.silva")
    assert line.plan == ""  # an empty cell empties
    assert line.phone_masked == "(11) *****-0001"
    assert line.cto == "CTO-12"


def test_every_bad_row_is_reported_and_the_good_ones_are_loaded(
    import_text: ImportText, directory: Directory
) -> None:
    bad = ANA.replace("ana.silva", "outra").replace("0/1/3", "gpon 1").replace(",7,", ",sete,")

    report = import_text(HEADER, ANA, bad, BRUNO.replace("blocked", "bloqueadíssimo"), "só isto")

    assert (report.rows, report.loaded, report.ok) == (4, 1, False)
    assert [(finding.line, finding.column) for finding in report.problems] == [
        (3, "pon"),
        (3, "onu"),
        (4, "contract_state"),
        (5, ""),
    ]
    assert all(finding.remedy for finding in report.problems)
    assert directory.search("bruno").customers == ()


def test_messages_do_not_repeat_personal_values(import_text: ImportText) -> None:
    row = ANA.replace("529.982.247-25", "111.111.111-11").replace("90000-0001", "12")

    report = import_text(HEADER, row)

    said = " ".join(finding.message + finding.remedy for finding in report.warnings)
    assert {finding.column for finding in report.warnings} == {"document", "phone"}
    assert "111.111" not in said
    assert report.ok


def test_an_alphanumeric_cnpj_is_valid(import_text: ImportText) -> None:
    report = import_text(HEADER, ANA.replace("529.982.247-25", "12.ABC.345/01DE-35"))

    assert report.warnings == ()


def test_a_login_twice_in_one_file_is_refused(import_text: ImportText) -> None:
    report = import_text(SHORT, "C1,Ana,K1,residential,ana", "C2,Bia,K2,residential,ana")

    assert [(finding.line, finding.column) for finding in report.problems] == [(3, "login")]
    assert "linha 2" in report.problems[0].message


def test_a_contract_of_two_customers_is_refused(import_text: ImportText) -> None:
    report = import_text(SHORT, "C1,Ana,K1,residential,ana", "C2,Bia,K1,residential,bia")

    assert [(finding.line, finding.column) for finding in report.problems] == [(3, "contract_code")]


def test_a_customer_with_several_lines_is_one_customer(
    import_text: ImportText, directory: Directory
) -> None:
    import_text(SHORT, "C1,Ana,K1,residential,ana-casa", "C1,Ana,K2,business,ana-loja")

    found = directory.search("ana").customers

    assert [[line.login for line in hit.lines] for hit in found] == [["ana-casa", "ana-loja"]]


def test_a_customer_told_in_two_ways_is_a_warning(import_text: ImportText) -> None:
    report = import_text(SHORT, "C1,Ana,K1,residential,a1", "C1,Ana Lima,K2,residential,a2")

    assert report.ok
    assert [(finding.line, finding.column) for finding in report.warnings] == [(3, "customer_code")]


@pytest.mark.parametrize(
    ("encode", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "latin-1 (Windows-1252)")],
)
def test_the_encoding_is_found_and_told(
    import_text: ImportText, directory: Directory, encode: str, said: str
) -> None:
    report = import_text("\n".join((HEADER, ANA)).encode(encode))

    assert report.encoding == said
    assert directory.search("conceicao").customers[0].name == "Ana Conceição da Silva"


def test_a_broken_byte_in_a_utf8_file_spoils_only_its_row(
    import_text: ImportText, directory: Directory
) -> None:
    report = import_text(
        SHORT.encode(),
        "C1,Conceição Ávila,K1,residential,c1".encode(),
        b"C2,Jo\xe3o,K2,residential,c2",
    )

    assert report.encoding == "UTF-8"
    assert [finding.line for finding in report.problems] == [3]
    assert directory.line_by_login("c1").customer_name == "Conceição Ávila"


def test_semicolons_and_decimal_commas_are_read(
    import_text: ImportText, directory: Directory
) -> None:
    report = import_text(
        "customer_code;name;contract_code;segment;login;install_rx_dbm;contract_state",
        "C1;Ana;K1;Residencial;ana;-19,5;Bloqueado",
    )

    assert report.delimiter == ";"
    assert directory.line_by_login("ana").install_rx_dbm == -19.5
    assert directory.line_by_login("ana").contract_state == "blocked"


def test_wrong_columns_are_named_with_the_likely_one(import_text: ImportText) -> None:
    report = import_text("customer_code,nome,contract_code,segment,login,plann,plan,plan", "x")

    said = {finding.column: finding.message + " " + finding.remedy for finding in report.problems}
    assert set(said) == {"nome", "name", "plann", "plan"}
    assert "você quis dizer name?" in said["nome"]
    assert "mais de uma vez" in said["plan"]
    assert "falta a coluna name" in said["name"]
    assert report.loaded == 0


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vazio"),
        (b"PK\x03\x04abc", "planilha"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"customer_code\x00,name", "binário"),
        ((SHORT + "\n").encode(), "cabeçalho"),
        (b'"customer_code,name\n', "aspas"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(
    engine: Engine, settings: Settings, tmp_path: Path, content: bytes, word: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)

    report = import_file(engine, settings, file, now=NOW)

    assert not report.ok
    assert word in report.problems[0].message


def test_a_missing_file_is_a_problem_and_no_traceback(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    report = import_file(engine, settings, tmp_path / "nada.csv", now=NOW)

    assert "não foi possível ler" in report.problems[0].message


@pytest.mark.parametrize(
    "row",
    [
        'C2,"Bia,K2,residential,bia',
        "C2," + "B" * 200 + ",K2,residential,bia",
        "C2," + "B" * 9000 + ",K2,residential,bia",
        "C2,Bia\x07,K2,residential,bia",
        "C2,Bia,K2,residential,bia lima",
        ",Bia,K2,residential,bia",
    ],
)
def test_one_spoilt_row_costs_only_itself(import_text: ImportText, row: str) -> None:
    report = import_text(SHORT, "C1,Ana,K1,residential,ana", row, "C3,Caio,K3,residential,caio")

    assert [finding.line for finding in report.problems] == [3]
    assert report.loaded == 2


def test_a_dry_run_writes_nothing(import_text: ImportText, engine: Engine) -> None:
    report = import_text(HEADER, ANA, dry_run=True)

    with reading(engine) as db:
        rows = [db.exec(select(table)).all() for table in (Customer, Contract, Line, CustomerWord)]
    assert report.customers == Counts(new=1)
    assert rows == [[], [], [], []]


def test_a_failing_database_leaves_nothing_half_loaded(
    import_text: ImportText, engine: Engine
) -> None:
    refuse_rows_of("line", engine)

    with pytest.raises(DBAPIError, match=REFUSED):
        import_text(HEADER, ANA)

    with reading(engine) as db:
        assert db.exec(select(Customer)).all() == []


def test_every_column_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "importar-clientes.md").read_text("utf-8")

    missing = [column.name for column in COLUMNS if f"`{column.name}`" not in page]
    assert missing == []


@pytest.mark.parametrize(("column", "place"), [("login", 4), ("customer_code", 0), ("document", 5)])
def test_a_number_that_the_spreadsheet_rounded_is_an_error(
    import_text: ImportText, column: str, place: int
) -> None:
    cells = ["C1", "Ana", "K1", "residential", "ana", ""]
    cells[place] = "1,23457E+10"

    report = import_text(f"{SHORT},document".replace(",", ";"), ";".join(cells))

    assert [finding.column for finding in report.problems] == [column]
    assert "texto" in report.problems[0].remedy
    assert report.loaded == 0


@pytest.mark.parametrize(("cell", "overdue"), [("VERDADEIRO", True), ("FALSO", False)])
def test_yes_and_no_may_be_written_as_a_spreadsheet_writes_them(
    import_text: ImportText, directory: Directory, cell: str, overdue: bool
) -> None:
    report = import_text(f"{SHORT},overdue", f"C1,Ana,K1,residential,ana,{cell}")

    line = directory.line_by_login("ana")
    assert report.ok
    assert line is not None
    assert line.overdue is overdue


def test_a_file_that_is_not_there_is_told_in_portuguese(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    report = import_file(engine, settings, tmp_path / "nada.csv", now=NOW)

    assert "No such file" not in report.problems[0].message
