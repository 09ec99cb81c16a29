"""A real database with the directory's tables, and a way to import text into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from kbwizard.config import Secret, Settings
from kbwizard.db import make_engine
from kbwizard.directory import models
from kbwizard.directory.importer import import_file
from kbwizard.directory.report import ImportReport
from kbwizard.directory.service import Directory
from tests.conftest import FreshDatabase

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
HEADER = (
    "customer_code,name,document,phone,contract_code,segment,plan,down_mbps,up_mbps,contract_state,"
    "address,district,login,technology,auth,concentrator,olt,pon,onu,serial,optic_class,cto,cto_port,"
    "cpe_owner,onu_mode,install_rx_dbm"
)
ANA = (
    "C1,Ana Conceição da Silva,529.982.247-25,(11) 90000-0001,K1,residential,500 Mega,500,250,active,"
    '"Rua das Flores, 10",Centro,ana.silva,fibre,pppoe,bng-1,olt-centro,0/1/3,7,HWTC1A2B3C4D,gpon_b,'
    'CTO-12,5,isp,router,"-19,5"'
)
BRUNO = (
    "C2,Bruno Souza,,(11) 90000-0002,K2,business,Link 100,100,100,blocked,Av. Brasil 20,Jardim,"
    "bruno@loja,radio,pppoe,bng-1,,,,,,,,customer,,"
)

ImportText = Callable[..., ImportReport]


@pytest.fixture
def settings(tmp_path: Path, fresh_database: FreshDatabase) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=fresh_database(directory_tables, tmp_path),
        secret_key=Secret("chave-de-teste"),
        credentials_key=Secret(""),
    )


def directory_tables(engine: Engine) -> None:
    """The tables of the directory and no others."""
    tables = [
        table.__table__  # type: ignore[attr-defined]
        for table in (models.Customer, models.CustomerWord, models.Contract, models.Line)
    ]
    SQLModel.metadata.create_all(engine, tables=tables)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def import_text(engine: Engine, settings: Settings, tmp_path: Path) -> ImportText:
    def run(*lines: str | bytes, now: datetime = NOW, dry_run: bool = False) -> ImportReport:
        file = tmp_path / "clientes.csv"
        raw = [line if isinstance(line, bytes) else line.encode() for line in lines]
        file.write_bytes(b"\n".join(raw) + b"\n")
        return import_file(engine, settings, file, now=now, dry_run=dry_run)

    return run


@pytest.fixture
def directory(engine: Engine, settings: Settings) -> Directory:
    return Directory(engine, settings)
