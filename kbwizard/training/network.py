"""The exercises' network: a running lab, and the lines in it that are lent to trainees.

The lab is reached through its control port, whose address stands in its ready file; a lab that
restarted has another one, so the file is read each time.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kbwizard.config import Secret
from kbwizard.directory.csvfile import read_header, read_rows, read_source
from kbwizard.directory.identity import Hasher
from kbwizard.directory.records import Record, read_records
from kbwizard.errors import SetupError
from kbwizard.lab.client import LabClient
from kbwizard.lab.endpoints import read_endpoints

CUSTOMERS_FILE = Path(__file__).with_name("training_customers.csv")
GROUP, BUSINESS = "treino.grupo.", "treino.empresa."
PATIENCE_S = 3.0


def lab_client(lab_file: Path | None) -> LabClient:
    """The lab's control port. Raises `SetupError` where there is no lab to practise on."""
    if lab_file is None:
        raise SetupError(
            "Os exercícios pedem a rede simulada: inicie python -m kbwizard lab e aponte "
            "KBWIZARD_TRAINING_LAB para o arquivo que ela escreve."
        )
    return LabClient(read_endpoints(lab_file).control, timeout_s=PATIENCE_S)


def kind_of(login: str) -> str:
    """What a line can be used for: `group`, `business` or `single`."""
    if login.startswith(GROUP):
        return "group"
    return "business" if login.startswith(BUSINESS) else "single"


def lines_for(kind: str, secret: Secret) -> tuple[str, ...]:
    """The logins an exercise of this kind may have, the most fitting first."""
    logins = tuple(training_lines(secret))
    fitting = tuple(login for login in logins if kind_of(login) == kind)
    spare = (
        tuple(login for login in logins if kind_of(login) == "group") if kind == "single" else ()
    )
    return fitting + spare


@lru_cache(maxsize=4)
def _records(key: str) -> dict[str, Record]:
    source = read_source(CUSTOMERS_FILE)
    found = read_records(read_rows(source, read_header(source)), Hasher(Secret(key)))
    if found.problems:
        raise SetupError(f"As conexões de treino não entraram: {found.problems[0]}")
    return {str(record.line["login"]): record for record in found.good}


def training_lines(secret: Secret) -> dict[str, Record]:
    """Every line lent to trainees as the customer file has it, by login."""
    return _records(secret.reveal())
