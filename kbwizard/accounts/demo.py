"""Demo users, and the two guards that keep them away from a real installation."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address

from sqlalchemy import Engine

from kbwizard.accounts.people import create_user, demo_users_exist, find_user
from kbwizard.accounts.roles import Role
from kbwizard.config import Settings
from kbwizard.errors import SetupError

DEMO_PASSWORD = "demonstracao"  # documented on purpose: demo mode answers on loopback only
DEMO_USERS: tuple[tuple[str, str, Role], ...] = (
    ("ana.agente", "Ana Agente", Role.AGENT),
    ("nilo.n2", "Nilo Nogueira", Role.N2),
    ("nadia.n3", "Nádia Nunes", Role.N3),
    ("lia.lider", "Lia Líder", Role.LEAD),
    ("aldo.autor", "Aldo Autor", Role.AUTHOR),
    ("ada.admin", "Ada Admin", Role.ADMIN),
    ("tito.treino", "Tito Treino", Role.TRAINEE),
)


def make_demo_users(engine: Engine, *, now: datetime) -> None:
    """Add the demo users that are missing, one for each role."""
    for name, full_name, role in DEMO_USERS:
        if find_user(engine, name) is None:
            create_user(
                engine,
                name=name,
                full_name=full_name,
                role=role,
                password=DEMO_PASSWORD,
                now=now,
                demo=True,
            )


def check_people(settings: Settings, engine: Engine) -> None:
    """Raises `SetupError` when demo users are in the database of a real installation."""
    if not settings.demo and demo_users_exist(engine):
        raise SetupError(
            "Este banco de dados tem usuários de demonstração, com senha conhecida. "
            "Use um banco novo, ou ligue o modo de demonstração (KBWIZARD_DEMO=1)."
        )


def check_binding(settings: Settings) -> None:
    """Raises `SetupError` when demo mode would listen beyond loopback."""
    if settings.demo and not is_loopback(settings.host):
        raise SetupError(
            f"O modo de demonstração só atende em 127.0.0.1, e não em {settings.host}: "
            "mude KBWIZARD_HOST, ou desligue KBWIZARD_DEMO."
        )


def is_loopback(host: str) -> bool:
    """Whether an address, or the name `localhost`, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
