"""`device add|list|test|enable|disable|rotate`: the installation's routers and OLTs."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from kbwizard.checks.credentials import Vault
from kbwizard.checks.device_test import Trial, try_device
from kbwizard.checks.devices import (
    Device,
    all_devices,
    find_device,
    rotate_secrets,
    save_device,
    set_enabled,
)
from kbwizard.checks.limits import utc_now
from kbwizard.checks.new_device import NewDevice
from kbwizard.checks.router_options import add_router_options, pem_of, secret_of
from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.db_trouble import trouble
from kbwizard.errors import InvalidInput, SetupError

Work = Callable[[argparse.Namespace, Settings, Engine], int]


def add_parsers(subparsers: Any) -> None:
    """Add `device` and its actions to the command line."""
    about = "roteadores e OLTs da instalação"
    device = subparsers.add_parser("device", help=about, description=about.capitalize())
    actions = device.add_subparsers(dest="action", required=True, metavar="AÇÃO")
    _add_adding(actions.add_parser("add", help="cadastra um equipamento"))
    listing = actions.add_parser("list", help="lista os equipamentos, sem nenhum segredo")
    listing.add_argument("--json", action="store_true", help="escreve em JSON")
    _runs(listing, _list)
    testing = actions.add_parser("test", help="lê o equipamento de verdade")
    testing.add_argument("name", metavar="NOME")
    testing.add_argument("--json", action="store_true", help="escreve em JSON")
    _runs(testing, _test)
    for word, about_word, enabled in (
        ("enable", "volta a consultar um equipamento", True),
        ("disable", "deixa de consultar um equipamento", False),
    ):
        switching = actions.add_parser(word, help=about_word)
        switching.add_argument("name", metavar="NOME")
        switching.set_defaults(enabled=enabled)
        _runs(switching, _switch)
    _runs(actions.add_parser("rotate", help="cifra tudo de novo com a chave mais nova"), _rotate)


def _add_adding(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="TIPO")
    router = kinds.add_parser("router", help="concentrador RouterOS", allow_abbrev=False)
    router.add_argument("name", metavar="NOME", help="como as conexões o chamam")
    add_router_options(router)
    router.add_argument("--plain", action="store_true", help="sem TLS, por escolha explícita")
    router.add_argument("--action-user", default="", help="usuário que pode derrubar sessões")
    router.add_argument("--action-password-env", metavar="VAR", help="variável da senha dele")
    olt = kinds.add_parser("olt", help="OLT por SNMP", allow_abbrev=False)
    olt.add_argument("name", metavar="NOME", help="como as conexões a chamam")
    _add_olt_options(olt)
    for kind in (router, olt):
        kind.add_argument("--replace", action="store_true", help="troca o de mesmo nome")
        kind.add_argument("--disabled", action="store_true", help="cadastra sem consultar ainda")
    _runs(router, _add_router)
    _runs(olt, _add_olt)


def _add_olt_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", required=True, help="endereço IP ou nome da OLT")
    parser.add_argument("--port", type=int, default=0, help="161 se não disser")
    parser.add_argument("--profile", required=True, help="família, por exemplo huawei-ma5600")
    parser.add_argument("--community-env", metavar="VAR", help="variável da community (v2c)")
    parser.add_argument("--v3-user", default="", help="usuário SNMPv3")
    parser.add_argument("--v3-auth-key-env", metavar="VAR", help="variável da autenticação")
    parser.add_argument("--v3-priv-key-env", metavar="VAR", help="variável da privacidade")
    parser.add_argument("--v3-context", default="", help="contexto SNMPv3")
    parser.add_argument("--v3-auth", default="SHA", help="SHA, SHA224, SHA256, SHA384 ou SHA512")
    parser.add_argument("--v3-priv", default="AES", help="AES, AES192 ou AES256")
    parser.add_argument(
        "--clock-offset", metavar="UTC-03:00", help="diferença do relógio da OLT, se não a daqui"
    )


def _runs(parser: argparse.ArgumentParser, work: Work) -> None:
    parser.set_defaults(run=lambda args: _run(args, work))


def _run(args: argparse.Namespace, work: Work) -> int:
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        _need_table(engine)
        return work(args, settings, engine)
    finally:
        engine.dispose()


def _need_table(engine: Engine) -> None:
    try:
        found = inspect(engine).has_table(str(Device.__tablename__))
    except OperationalError as error:
        raise SetupError(f"O banco de dados não abre: {trouble(error)}.") from error
    if not found:
        raise SetupError(
            "O banco de dados ainda não tem as tabelas. Rode python -m kbwizard migrate e repita."
        )


def _add_router(args: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    return _save(args, settings, engine, NewDevice(
        kind="router",
        name=args.name,
        host=args.host,
        port=args.port,
        tls=not args.plain,
        ca_pem=pem_of(args.ca_file),
        fingerprint=args.fingerprint,
        server_name=args.server_name,
        login_method="token" if args.token_login else "plain",
        user=args.user,
        password=secret_of(args.password_env),
        action_user=args.action_user,
        action_password=secret_of(args.action_password_env),
        block_lists=tuple(args.block_list),
        enabled=not args.disabled,
    ))  # fmt: skip


def _add_olt(args: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    return _save(args, settings, engine, NewDevice(
        kind="olt",
        name=args.name,
        host=args.host,
        port=args.port,
        profile=args.profile,
        community=secret_of(args.community_env),
        v3_user=args.v3_user,
        v3_auth_key=secret_of(args.v3_auth_key_env),
        v3_priv_key=secret_of(args.v3_priv_key_env),
        v3_context=args.v3_context,
        v3_auth=args.v3_auth,
        v3_priv=args.v3_priv,
        clock_offset_minutes=_offset_minutes(args.clock_offset),
        enabled=not args.disabled,
    ))  # fmt: skip


def _save(args: argparse.Namespace, settings: Settings, engine: Engine, new: NewDevice) -> int:
    vault = Vault(settings.credentials_key)
    device = save_device(engine, vault, new, now=utc_now(), replace=args.replace)
    print(f"{device.name} cadastrado. Confira com: device test {device.name}")
    return 0


def _offset_minutes(text: str | None) -> int | None:
    """Minutes of `UTC-03:00`. The word comes first, or argparse would see an option."""
    if not text:
        return None
    match = re.fullmatch(r"UTC([+-])(\d{1,2}):(\d{2})", text)
    if match is None:
        raise InvalidInput(f"--clock-offset {text} não é aceito: escreva como UTC-03:00.")
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes


def _list(args: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    devices = all_devices(engine)
    if args.json:
        print(json.dumps({"devices": [shown(one) for one in devices]}, ensure_ascii=False))
        return 0
    if not devices:
        print("Nenhum equipamento cadastrado.")
    for one in devices:
        how = one.profile if one.kind == "olt" else ("TLS" if one.tls else "sem TLS")
        state = "" if one.enabled else "  (desligado)"
        print(f"{one.name:<24} {one.kind:<7} {one.host}:{one.port}  {how}{state}")
    return 0


def shown(device: Device) -> dict[str, object]:
    """What anybody who may manage devices may see of one: nothing that opens it."""
    return {
        "name": device.name,
        "kind": device.kind,
        "host": device.host,
        "port": device.port,
        "tls": device.tls,
        "profile": device.profile,
        "snmp_version": device.snmp_version,
        "login_method": device.login_method if device.kind == "router" else "",
        "can_drop_sessions": device.action_user != "",
        "block_lists": device.block_lists.splitlines(),
        "enabled": device.enabled,
    }


def _test(args: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    device = find_device(engine, args.name)
    trial = try_device(device, Vault(settings.credentials_key), settings.timezone)
    if args.json:
        print(json.dumps(_trial_as_json(trial), ensure_ascii=False))
    else:
        print(f"{device.name}: {'respondeu' if trial.ok else 'não passou'}")
        for line in trial.lines:
            print(f"  {line}")
    return 0 if trial.ok else 1


def _trial_as_json(trial: Trial) -> dict[str, object]:
    return {"ok": trial.ok, "lines": list(trial.lines), "took_ms": trial.took_ms}


def _switch(args: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    set_enabled(engine, args.name, enabled=args.enabled)
    print(f"{args.name}: {'ligado' if args.enabled else 'desligado'}.")
    return 0


def _rotate(args: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    count = rotate_secrets(engine, Vault(settings.credentials_key))
    print(f"Credenciais de {count} equipamento(s) cifradas com a chave mais nova.")
    return 0
