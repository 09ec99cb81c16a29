"""Making, finding and disabling users."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Engine, inspect
from sqlmodel import col, select

from kbwizard.accounts.audit import SYSTEM, audit
from kbwizard.accounts.models import SignIn, User
from kbwizard.accounts.passwords import hash_password, password_fits
from kbwizard.accounts.roles import Role
from kbwizard.db import in_turn, reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def create_user(
    engine: Engine,
    *,
    name: str,
    full_name: str,
    role: str,
    password: str,
    now: datetime,
    by: str = SYSTEM,
    demo: bool = False,
) -> User:
    """Add a person. Raises `InvalidInput` with every wrong field, `Conflict` for a taken name."""
    user = User(
        name=name.strip().lower(),
        full_name=" ".join(full_name.split()),
        role=role,
        password_hash="",
        demo=demo,
        created_at=now,
    )
    _check_fields(user, password)
    user.password_hash = hash_password(password)
    with writing(engine) as db:
        in_turn(db.connection(), "users")
        if db.exec(select(User).where(User.name == user.name)).first():
            raise Conflict(f"Já existe um usuário com o nome {user.name}: escolha outro.")
        db.add(user)
        audit(
            db,
            at=now,
            who=by,
            action="user.create",
            record=f"user:{user.name}",
            details={"role": role},
        )
    return user


def check_password(engine: Engine, name: str, password: str) -> User | None:
    """The user whose name and password these are; `None` also for a disabled one.

    Takes as long for a name that does not exist as for a wrong password.
    """
    user = find_user(engine, name)
    fits = password_fits(user.password_hash if user else None, password[:LONGEST_PASSWORD])
    return user if fits and user and not user.disabled else None


def change_password(engine: Engine, name: str, password: str, *, now: datetime) -> None:
    """Give a user a new password. Raises `InvalidInput` when it is too short, `NotFound`."""
    problem = _password_problem(password)
    if problem:
        raise InvalidInput(problem, {"password": problem})
    password_hash = hash_password(password)
    with writing(engine) as db:
        user = db.exec(select(User).where(User.name == name)).first()
        if user is None:
            raise NotFound(f"Não existe usuário com o nome {name}.")
        user.password_hash = password_hash
        audit(db, at=now, who=name, action="user.password", record=f"user:{name}")


def disable_user(engine: Engine, name: str, *, now: datetime, by: str = SYSTEM) -> None:
    """Shut a person out at once: no new sign-in, and every present one is revoked."""
    with writing(engine) as db:
        user = db.exec(select(User).where(User.name == name.strip().lower())).first()
        if user is None:
            raise NotFound(f"Não existe usuário com o nome {name}: veja os nomes com `user list`.")
        user.disabled = True
        open_ones = select(SignIn).where(
            SignIn.user_id == user.id, col(SignIn.revoked_at).is_(None)
        )
        for sign_in in db.exec(open_ones):
            sign_in.revoked_at = now
        audit(db, at=now, who=by, action="user.disable", record=f"user:{user.name}")


def find_user(engine: Engine, name: str) -> User | None:
    """The user with this name, disabled or not."""
    with reading(engine) as db:
        return db.exec(select(User).where(User.name == name.strip().lower())).first()


def list_users(engine: Engine) -> list[User]:
    """Everybody, by name."""
    with reading(engine) as db:
        return list(db.exec(select(User).order_by(User.name)))


def demo_users_exist(engine: Engine) -> bool:
    """Whether a user of demo mode is in this database (an empty database has none)."""
    if not inspect(engine).has_table(str(User.__tablename__)):
        return False
    with reading(engine) as db:
        return db.exec(select(User).where(col(User.demo).is_(True))).first() is not None


def _check_fields(user: User, password: str) -> None:
    problems: dict[str, str] = {}
    if not _NAME.fullmatch(user.name):
        problems["name"] = "Nome: de 2 a 40 letras minúsculas sem acento, números, ponto ou hífen."
    if not 2 <= len(user.full_name) <= 120:
        problems["full_name"] = "Nome completo: de 2 a 120 letras."
    if user.role not in {str(role) for role in Role}:
        problems["role"] = f"Papel: escolha um de {', '.join(Role)}."
    if _password_problem(password):
        problems["password"] = _password_problem(password)
    if problems:
        raise InvalidInput(" ".join(problems.values()), problems)


def _password_problem(password: str) -> str:
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return ""
    return f"Senha: use de {SHORTEST_PASSWORD} a {LONGEST_PASSWORD} caracteres."
