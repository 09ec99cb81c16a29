"""Commands that run the product: `migrate`, `serve`, and `demo`, all at once on loopback."""

from __future__ import annotations

import argparse
import errno
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask
from sqlalchemy.exc import DBAPIError

from kbwizard.config import Settings, read_settings, tell_library
from kbwizard.db import make_engine
from kbwizard.db_trouble import trouble
from kbwizard.errors import KbwizardError, SetupError, reason
from kbwizard.migrations import migrate, migrate_to

log = logging.getLogger(__name__)

THREADS = 32
"""Requests in flight per process: a check's short wait holds one (docs/performance.md)."""

PORT_PATIENCE_S = 3.0
"""A server that was killed leaves its port to workers that notice within a second or two."""

TERMINATED = 143
"""What a shell expects of a command ended by SIGTERM."""


def add_parsers(subparsers: Any) -> None:
    """Register `migrate`, `serve` and `demo`."""
    one = subparsers.add_parser("migrate", help="leva o banco de dados à versão deste programa")
    one.add_argument(
        "--to", metavar="REVISÃO", default="", help="vai a esta revisão, ou volta a ela"
    )
    one.add_argument(
        "--discard-data", action="store_true", help="ao voltar, apaga o que a revisão não conhece"
    )
    one.set_defaults(run=run_migrate)
    two = subparsers.add_parser("serve", help="atende pela web, com os dados desta instalação")
    two.add_argument("--host", default=None, help="endereço em que atende")
    two.add_argument("--port", type=_port, default=None, help="porta em que atende")
    two.set_defaults(run=run_serve)
    three = subparsers.add_parser("demo", help="tudo de uma vez em 127.0.0.1, com rede simulada")
    three.add_argument("--port", type=_port, default=None, help="porta da web (padrão 8000)")
    three.add_argument("--speed", type=float, default=None, help="recuperação N vezes mais rápida")
    three.set_defaults(run=run_demo)


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} não é uma porta: use um número de 1 a 65535")
    return int(text)


def run_migrate(args: argparse.Namespace) -> int:
    """Bring the database up to date, or to the revision asked for, and say where it stands."""
    engine = make_engine(read_settings().database_url, pooled=False)
    if args.discard_data and not args.to:
        raise SetupError("--discard-data só vale com --to: diga a que revisão voltar.")
    stands = migrate_to(engine, args.to, discard=args.discard_data) if args.to else migrate(engine)
    print(f"Banco de dados na revisão {stands}.")
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """Serve a real installation, or the demo's data with KBWIZARD_DEMO=1."""
    from kbwizard.accounts.demo import check_binding
    from kbwizard.web.logs import start_logging

    settings = read_settings()
    settings = replace(settings, host=args.host or settings.host, port=args.port or settings.port)
    check_binding(settings)
    check_port(settings.host, settings.port)
    start_logging()
    engine = make_engine(settings.database_url)
    migrate(engine)
    engine.dispose()
    _prepare_training(settings)
    serve(settings)
    return 0


def _prepare_training(settings: Settings) -> None:
    """The trainees' database, and the devices of their lab where one is named."""
    from kbwizard.assembly_training import prepare_training, training_url
    from kbwizard.demo import add_devices
    from kbwizard.lab.endpoints import read_endpoints

    prepare_training(settings)
    if settings.training_lab_file is not None:
        engine = make_engine(training_url(settings))
        add_devices(engine, settings, read_endpoints(settings.training_lab_file).devices)
        engine.dispose()


def run_demo(args: argparse.Namespace) -> int:
    """Everything on loopback: database, content, lab, demo data, web server."""
    from kbwizard.accounts.demo import check_binding
    from kbwizard.demo import on_its_own_lab, prepare_demo, welcome
    from kbwizard.web.logs import start_logging

    settings = on_its_own_lab(read_settings(demo=True))
    settings = replace(settings, port=args.port or settings.port)
    check_binding(settings)
    check_port(settings.host, settings.port)
    start_logging(logging.WARNING)  # the terminal is for addresses and users
    signal.signal(signal.SIGTERM, _terminated)  # gunicorn takes it over once it serves
    with prepare_demo(settings, speed=args.speed):
        serve(settings, ready=lambda: print("\n".join(welcome(settings)), flush=True))
    return 0


def _terminated(_number: int, _frame: Any) -> NoReturn:
    raise SystemExit(TERMINATED)


def check_port(host: str, port: int) -> None:
    """Say in one line that a port cannot be had, once a moment's patience did not help."""
    ends = time.monotonic() + PORT_PATIENCE_S
    while (error := _refused(host, port)) is not None:
        if error.errno != errno.EADDRINUSE:
            raise SetupError(_why_not(host, port, error)) from error
        if time.monotonic() > ends:
            raise SetupError(_why_not(host, port, error)) from error
        time.sleep(0.1)


def _refused(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _why_not(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"O endereço {host} não é desta máquina. Mude KBWIZARD_HOST ou --host."
    known = {
        errno.EADDRINUSE: "já está em uso por outro programa",
        errno.EACCES: "não é permitida a este usuário",
    }
    why = known.get(error.errno or 0, f"não pode ser usada ({reason(error)})")
    return f"A porta {port} em {host} {why}. Escolha outra com --port."


def serve(settings: Settings, *, ready: Callable[[], None] | None = None) -> None:
    """Run gunicorn in this process until it is told to stop; `ready` is called once it listens.

    The app is made before the workers are, so that what is wrong with the installation is one
    `SetupError` here and not a traceback of each worker.
    """
    if settings.processes > 1:
        _count_together(settings.data_dir / f"metrics-{settings.port}")
    from gunicorn.app.base import BaseApplication

    from kbwizard.app import create_app
    from kbwizard.checks import loop
    from kbwizard.content.live import read_ahead

    app = create_app(settings)
    read_ahead(settings.trees_dir, settings.articles_dir)
    gc.freeze()  # what the processes share stays shared: the collector leaves it alone

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in options(settings).items():
                self.cfg.set(name, value)
            self.cfg.set("post_worker_init", lambda worker: _warm(worker.app.wsgi()))
            self.cfg.set("worker_exit", lambda _server, _worker: loop.close())
            if ready is not None:
                self.cfg.set("when_ready", lambda _server: ready())

        def load(self) -> Any:
            return app

    Server().run()


def _count_together(folder: Path) -> None:
    """Let the processes of this server count their requests together.

    Before anything that counts is imported: the library looks at the variable then, and only then.
    """
    folder.mkdir(exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    tell_library("PROMETHEUS_MULTIPROC_DIR", str(folder))


def _warm(app: Flask) -> None:
    """What cannot be made ready now is tried again, and said, when somebody asks for it."""
    from kbwizard.web.desk.parts import warm
    from kbwizard.web.kb.parts import keep_watch

    keep_watch(app)
    try:
        warm(app)
    except KbwizardError as error:
        log.warning("preparação: %s", error)
    except DBAPIError as error:
        log.warning("preparação: banco de dados: %s", trouble(error))


def options(settings: Settings) -> Mapping[str, Any]:
    """gunicorn's settings: threads, because requests wait for devices."""
    return {
        "bind": settings.address,
        "workers": settings.processes,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": 5,
        "graceful_timeout": 5,
        "timeout": 60,
        "loglevel": "warning",
        "proc_name": "kbwizard",
        "forwarded_allow_ips": "",  # whom to believe is the app's to say: KBWIZARD_TRUSTED_PROXIES
        "worker_tmp_dir": _memory_folder(),
    }


def _memory_folder() -> str | None:
    """gunicorn touches a file for its heartbeat: in memory, where there is such a folder."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None
