"""Settings, read once from the environment, strict about every value.

Nothing else in kbwizard reads `os.environ`. A value that cannot be understood is a `SetupError`
that names the variable; there is no silent default for a wrong value.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kbwizard.errors import SetupError, reason

ROOT = Path(__file__).resolve().parent.parent

DRAWINGS_DIR = Path(__file__).resolve().parent / "web" / "static" / "help"
"""The drawings that trees name by `media`. They ship with the program: no setting moves them."""

STATES = "AC AL AP AM BA CE DF ES GO MA MT MS MG PA PB PR PE PI RJ RN RS RO RR SC SP SE TO"
"""Whose holidays are known: the federation's 26 states and the Federal District."""


class Secret:
    """A text whose `repr` and `str` hide it. `reveal()` is the only way to the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can choose from outside. Times in seconds."""

    data_dir: Path
    database_url: str
    secret_key: Secret
    credentials_key: Secret
    """Fernet keys for device credentials, comma separated, newest first."""
    demo: bool = False
    company: str = "Provedor Exemplo"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Sao_Paulo"))
    trees_dir: Path = ROOT / "decision_trees"
    articles_dir: Path = ROOT / "articles"
    templates_dir: Path = ROOT / "templates"
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    """Web processes of this node."""
    nodes: int = 1
    """Machines that serve this installation, on one database."""
    session_hours: int = 12
    secure_cookies: bool = False
    holidays_subdivision: str = "SP"
    network_lab_file: Path | None = None
    """Where the running lab wrote its endpoints (demo only)."""
    training_database_url: str = ""
    """Where trainees' calls live, apart from real ones; empty: derived from `database_url`."""
    training_lab_file: Path | None = None
    """Where the lab of the exercises wrote its endpoints; None: no exercises on a network."""
    trusted_proxies: int = 0
    """How many proxies in front of us are believed about who is asking (`X-Forwarded-For`)."""
    bind_by_address: bool = False
    """A customer's line may be known by the address the request comes from."""
    public_url: str = ""
    """How customers reach us, `https://…` without a path; empty: as the agent's own request did."""
    redis_url: Secret = field(default_factory=lambda: Secret(""))
    """Where limits are shared between processes and nodes; empty: each process has its own."""
    sender: str = ""
    """How a code reaches the phone on file: `log` (demo only), `webhook`; empty: it does not."""
    sender_url: Secret = field(default_factory=lambda: Secret(""))
    sender_token: Secret = field(default_factory=lambda: Secret(""))

    @property
    def all_processes(self) -> int:
        """Web processes of the whole installation: limits per device are divided by it."""
        return self.processes * self.nodes

    @property
    def address(self) -> str:
        """Host and port as one text; an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def read_settings(
    environ: Mapping[str, str] | None = None, *, demo: bool | None = None
) -> Settings:
    """Read the `KBWIZARD_*` variables. Raises `SetupError` naming the first wrong one.

    In demo mode missing keys are made once and kept in the data folder with mode 0600; outside
    demo mode `KBWIZARD_SECRET_KEY` and `KBWIZARD_CREDENTIALS_KEY` must be set.
    """
    env = os.environ if environ is None else environ
    named = _boolean(env, "KBWIZARD_DEMO", default=False)  # judged even where it is not asked
    is_demo = named if demo is None else demo
    data_dir = data_folder(env)
    proxies = _integer(env, "KBWIZARD_TRUSTED_PROXIES", 0, least=0, most=5)
    return Settings(
        data_dir=data_dir,
        database_url=env.get("KBWIZARD_DATABASE_URL") or f"sqlite:///{data_dir / 'kbwizard.db'}",
        secret_key=_key(env, "KBWIZARD_SECRET_KEY", data_dir / "secret.key", demo=is_demo),
        credentials_key=_key(
            env, "KBWIZARD_CREDENTIALS_KEY", data_dir / "credentials.key", demo=is_demo
        ),
        demo=is_demo,
        company=env.get("KBWIZARD_COMPANY") or "Provedor Exemplo",
        timezone=_zone(env.get("KBWIZARD_TIMEZONE") or "America/Sao_Paulo"),
        trees_dir=_folder(env, "KBWIZARD_TREES_DIR", ROOT / "decision_trees"),
        articles_dir=_folder(env, "KBWIZARD_ARTICLES_DIR", ROOT / "articles"),
        host=env.get("KBWIZARD_HOST") or "127.0.0.1",
        port=_integer(env, "KBWIZARD_PORT", 8000, least=1, most=65535),
        processes=_integer(env, "KBWIZARD_PROCESSES", 1, least=1, most=64),
        nodes=_integer(env, "KBWIZARD_NODES", 1, least=1, most=64),
        session_hours=_integer(env, "KBWIZARD_SESSION_HOURS", 12, least=1, most=168),
        secure_cookies=_boolean(env, "KBWIZARD_SECURE_COOKIES", default=False),
        holidays_subdivision=_state(env.get("KBWIZARD_HOLIDAYS_STATE") or "SP"),
        training_database_url=env.get("KBWIZARD_TRAINING_DATABASE_URL", ""),
        training_lab_file=_file(env, "KBWIZARD_TRAINING_LAB"),
        trusted_proxies=proxies,
        bind_by_address=_bind_by_address(env, proxies),
        public_url=_site(env, "KBWIZARD_PUBLIC_URL"),
        redis_url=_redis(env),
        **_sender(env, demo=is_demo),
    )


def tell_library(name: str, value: str) -> None:
    """Set a variable that a library of ours looks at by itself."""
    os.environ[name] = value


def timezone_from_environment(environ: Mapping[str, str] | None = None) -> ZoneInfo:
    """The installation's zone, for commands that need no other setting."""
    env = os.environ if environ is None else environ
    return _zone(env.get("KBWIZARD_TIMEZONE") or "America/Sao_Paulo")


def secret_from_environment(name: str, environ: Mapping[str, str] | None = None) -> Secret:
    """The secret in the variable `name`: commands take names, so that no key is seen in `ps`."""
    value = (os.environ if environ is None else environ).get(name, "")
    if not value:
        raise SetupError(f"A variável de ambiente {name} não está definida ou está vazia.")
    return Secret(value)


def content_dirs(environ: Mapping[str, str] | None = None) -> tuple[Path, Path]:
    """The folders of trees and of articles, for commands that need no data folder."""
    env = os.environ if environ is None else environ
    return (
        _folder(env, "KBWIZARD_TREES_DIR", ROOT / "decision_trees"),
        _folder(env, "KBWIZARD_ARTICLES_DIR", ROOT / "articles"),
    )


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The data folder, made if need be: for commands that need it but no key."""
    env = os.environ if environ is None else environ
    folder = Path(env.get("KBWIZARD_DATA_DIR") or ROOT / "data").expanduser().resolve()
    prepare_data_dir(folder)
    return folder


def prepare_data_dir(data_dir: Path) -> None:
    """Make the data folder, and prove that it can be written."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / ".write-test"
        probe.write_text("ok", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"A pasta de dados {data_dir} não pode ser gravada ({reason(error)}). "
            "Ajuste as permissões ou aponte KBWIZARD_DATA_DIR para outra pasta."
        ) from error


def _boolean(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name, "").strip()
    if value == "":
        return default
    if value not in ("0", "1", "true", "false"):
        raise SetupError(f"{name}={value!r} não é aceito: use 1, 0, true ou false.")
    return value in ("1", "true")


def _integer(env: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    value = env.get(name, "").strip()
    if value == "":
        return default
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise SetupError(f"{name}={value!r} não é aceito: use um número de {least} a {most}.")
    return number


def _bind_by_address(env: Mapping[str, str], proxies: int) -> bool:
    wanted = _boolean(env, "KBWIZARD_BIND_BY_ADDRESS", default=False)
    if wanted and not proxies:
        raise SetupError(
            "KBWIZARD_BIND_BY_ADDRESS só vale atrás de um proxy de confiança: diga quantos há em "
            "KBWIZARD_TRUSTED_PROXIES."
        )
    return wanted


def _site(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path):
        raise SetupError(
            f"{name}={value!r} não é aceito: use um endereço sem caminho, por exemplo "
            "https://ajuda.provedor.example."
        )
    return value


def _redis(env: Mapping[str, str]) -> Secret:
    """Redis or Valkey, in Redis' words. It is not repeated: it may hold a password."""
    value = env.get("KBWIZARD_REDIS_URL", "").strip().replace("valkey", "redis", 1)
    if value and not _is_redis(value):
        raise SetupError(
            "KBWIZARD_REDIS_URL não é um endereço de Redis ou Valkey, por exemplo "
            "redis://127.0.0.1:6379/0."
        )
    return Secret(value)


def _is_redis(address: str) -> bool:
    try:
        parts = urlsplit(address)
        database = parts.path.strip("/")
        known = parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False
    return bool(known) and (not database or database.isdecimal())


def _sender(env: Mapping[str, str], *, demo: bool) -> dict[str, Any]:
    """How codes are sent to a customer's phone. In demo mode they are written to the log."""
    kind = env.get("KBWIZARD_SENDER") or ("log" if demo else "")
    if kind not in ("", "log", "webhook"):
        raise SetupError(f"KBWIZARD_SENDER={kind!r} não é aceito: use webhook.")
    if kind == "log" and not demo:
        raise SetupError("KBWIZARD_SENDER=log só existe na demonstração: use webhook.")
    url = env.get("KBWIZARD_SENDER_URL", "")
    if kind == "webhook" and not url.startswith(("https://", "http://127.0.0.1")):
        raise SetupError("KBWIZARD_SENDER=webhook pede KBWIZARD_SENDER_URL com https://.")
    token = env.get("KBWIZARD_SENDER_TOKEN", "")
    return {"sender": kind, "sender_url": Secret(url), "sender_token": Secret(token)}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SetupError(
            f"KBWIZARD_TIMEZONE={name!r} não é um fuso conhecido, por exemplo America/Sao_Paulo."
        ) from error


def _state(code: str) -> str:
    if code not in STATES.split():
        raise SetupError(
            f"KBWIZARD_HOLIDAYS_STATE={code!r} não é aceito: use a sigla de um estado, como SP."
        )
    return code


def _folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    folder = Path(env[name]).expanduser().resolve() if env.get(name) else default
    if not folder.is_dir():
        raise SetupError(f"{name}: a pasta {folder} não existe.")
    return folder


def _file(env: Mapping[str, str], name: str) -> Path | None:
    if not env.get(name):
        return None
    file = Path(env[name]).expanduser().resolve()
    if not file.is_file():
        raise SetupError(f"{name}: o arquivo {file} não existe.")
    return file


def _key(env: Mapping[str, str], name: str, file: Path, *, demo: bool) -> Secret:
    if env.get(name):
        return Secret(env[name])
    if not demo:
        raise SetupError(f"{name} não está definida. Gere uma chave e defina a variável.")
    if not file.exists():
        _write_private(file, _new_key(name))
    return Secret(file.read_text(encoding="utf-8").strip())


def _new_key(name: str) -> str:
    if name != "KBWIZARD_CREDENTIALS_KEY":
        return token_urlsafe(32)
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(os.urandom(32)).decode("ascii")


def _write_private(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text + "\n")
