"""What a database says when it refuses, in a few words of Portuguese.

Never the query, never a value, never a name of host or user: these words reach screens and logs.
PostgreSQL is told by its five-character code, because its messages quote values and come in the
server's own language; only a connection that could not be made has no code.
"""

from __future__ import annotations

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

_BUSY = "outro programa o mantém ocupado"
_FULL = "o disco está cheio"
_GONE = "a conexão com o servidor caiu"
_NO_VALUE = "um valor não é aceito"
_MANY = "o servidor já tem conexões demais"
_PAUSED = "o servidor está parando ou começando"
_READ_ONLY = "o servidor só aceita leitura"
_REFUSED = "o servidor recusou usuário ou senha"
_UNKNOWN = "o banco ou o usuário não existe no servidor"
_NO_TABLES = "faltam tabelas; rode python -m kbwizard migrate"
_OTHER_TABLES = "as tabelas são de outra versão; rode python -m kbwizard migrate"

_FILES = (
    ("not a database", "o arquivo não é um banco de dados"),
    ("malformed", "o arquivo está danificado"),
    ("is full", _FULL),
    ("disk i/o", "o disco não respondeu direito"),
    ("unable to open", "o arquivo não pôde ser aberto; confira a pasta e as permissões"),
    ("readonly", "sem permissão de gravação"),
    ("locked", _BUSY),
)
_TABLES = (("no such table", _NO_TABLES), ("no such column", _OTHER_TABLES))
"""What SQLite says."""

_SERVER_CODES = {
    "08": _GONE,
    "25006": _READ_ONLY,
    "28": _REFUSED,
    "3D000": _UNKNOWN,
    "40": "dois pedidos se cruzaram",
    "53100": _FULL,
    "53200": "o servidor está sem memória",
    "53300": _MANY,
    "53": "o servidor está sem recursos",
    "55P03": _BUSY,
    "57014": "o servidor demorou demais",
    "57": _PAUSED,
    "58": "o disco do servidor não respondeu direito",
}
"""Whose cure is at the server or in a second try. The longest beginning of a code counts."""
_OTHER_CODES = {
    "22001": "um texto é longo demais",
    "22003": "um número é grande demais",
    "22": _NO_VALUE,
    "23505": "já existe um registro igual",
    "23": "o valor não combina com o que está gravado",
    "42501": "falta permissão a este usuário",
    "42P01": _NO_TABLES,
    "42703": _OTHER_TABLES,
}
_CONNECTING = (
    ("connection refused", "o servidor não atende neste endereço e porta"),
    ("no such file", "o servidor não atende neste endereço e porta"),
    ("timeout", "o servidor não respondeu a tempo"),
    ("host name", "o nome do servidor não foi encontrado"),
    ("resolve", "o nome do servidor não foi encontrado"),
    ("authentication failed", _REFUSED),
    ("no password", _REFUSED),
    ("pg_hba", "o servidor não aceita conexões desta máquina"),
    ("does not exist", _UNKNOWN),
    ("too many clients", _MANY),
    ("connection slots", _MANY),
    ("starting up", _PAUSED),
    ("shutting down", _PAUSED),
    ("certificate", "a conexão segura com o servidor falhou"),
    ("ssl", "a conexão segura com o servidor falhou"),
)
"""What libpq says of a connection that was not made; it carries no code."""


def trouble(error: DBAPIError) -> str:
    """Why the database refused."""
    code = getattr(error.orig, "sqlstate", "")
    if code == "":
        first = (str(error.orig).splitlines() or ["sem detalhe"])[0][:200]
        return _by_words(error, _FILES + _TABLES) or first
    if not code:
        return (_by_words(error, _CONNECTING) or _GONE) if _of_connection(error) else _NO_VALUE
    return _by_code(code, {**_SERVER_CODES, **_OTHER_CODES}) or f"código {code}"


def storage_trouble(error: SQLAlchemyError) -> str:
    """What ails the disk, the file or the server, for anybody to read; empty if another thing."""
    if isinstance(error, PoolTimeout):
        return "todas as conexões com ele estão em uso"
    if not isinstance(error, DBAPIError):
        return ""
    code = getattr(error.orig, "sqlstate", "")
    if code == "":
        return _by_words(error, _FILES)
    if not code:
        return trouble(error) if _of_connection(error) else ""
    return _by_code(code, _SERVER_CODES)


def unfit_value(error: SQLAlchemyError) -> str:
    """What ails a value that was sent, when that is what the database refused; else empty."""
    said = trouble(error) if isinstance(error, DataError) else ""
    return said if said in (_NO_VALUE, _OTHER_CODES["22001"], _OTHER_CODES["22003"]) else ""


def _of_connection(error: DBAPIError) -> bool:
    """Errors without a code are of the connection, or psycopg would not even send a value."""
    return isinstance(error, OperationalError | InterfaceError)


def _by_words(error: DBAPIError, known: tuple[tuple[str, str], ...]) -> str:
    said = str(error.orig).lower()
    return next((ours for word, ours in known if word in said), "")


def _by_code(code: str, known: dict[str, str]) -> str:
    fitting = [beginning for beginning in known if code.startswith(beginning)]
    return known[max(fitting, key=len)] if fitting else ""
