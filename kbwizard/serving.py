"""Commands that run the product: `migrate`, `serve`, and `demo`, all at once on loopback."""

from __future__ import annotations

import argparse
import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from kbwizard.migrations import migrate

THREADS = 32
"""Requests in flight per process: a check's short wait holds one (docs/performance.md)."""


def add_parsers(subparsers: Any) -> None:
    """Register `migrate`, `serve` and `demo`."""
    one = subparsers.add_parser("migrate", help="leva o banco de dados à versão deste programa")
    one.set_defaults(run=run_migrate)
    two = subparsers.add_parser("serve", help="atende pela web, com os dados desta instalação")
    _address(two)
    two.set_defaults(run=run_serve)
    three = subparsers.add_parser("demo", help="tudo de uma vez em 127.0.0.1, com rede simulada")
    three.add_argument("--port", type=int, default=None, help="porta da web (padrão 8000)")
    three.add_argument("--speed", type=float, default=None, help="recuperação N vezes mais rápida")
    three.set_defaults(run=run_demo)


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=None, help="endereço em que atende")
    parser.add_argument("--port", type=int, default=None, help="porta em que atende")


def run_migrate(_args: argparse.Namespace) -> int:
    """Bring the database up to date and say where it stands."""
    engine = make_engine(read_settings().database_url)
    print(f"Banco de dados na revisão {migrate(engine)}.")
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """Serve a real installation."""
    settings = read_settings(demo=False)
    settings = replace(settings, host=args.host or settings.host, port=args.port or settings.port)
    check_port(settings.host, settings.port)
    engine = make_engine(settings.database_url)
    migrate(engine)
    engine.dispose()
    serve(settings)
    return 0


def run_demo(args: argparse.Namespace) -> int:
    """Everything on loopback: database, content, lab, demo data, web server."""
    from kbwizard.demo import prepare_demo

    settings = replace(read_settings(demo=True), host="127.0.0.1")
    settings = replace(settings, port=args.port or settings.port)
    check_port(settings.host, settings.port)
    with prepare_demo(settings, speed=args.speed) as lines:
        print("\n".join(lines), flush=True)
        serve(settings)
    return 0


def check_port(host: str, port: int) -> None:
    """Say at once, in one line, that a port cannot be had."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reasons = {
                errno.EADDRINUSE: "já está em uso por outro programa",
                errno.EACCES: "não é permitida a este usuário",
            }
            why = reasons.get(error.errno or 0, f"não pode ser usada ({error.strerror})")
            raise SetupError(
                f"A porta {port} em {host} {why}. Escolha outra com --port."
            ) from error


def serve(settings: Settings) -> None:
    """Run gunicorn in this process until it is told to stop."""
    from gunicorn.app.base import BaseApplication

    from kbwizard.app import create_app
    from kbwizard.checks import loop
    from kbwizard.web.desk.parts import warm

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in options(settings).items():
                self.cfg.set(name, value)
            self.cfg.set("post_worker_init", lambda worker: warm(worker.app.wsgi()))
            self.cfg.set("worker_exit", lambda _server, _worker: loop.close())

        def load(self) -> Any:
            return create_app(settings)

    Server().run()


def options(settings: Settings) -> Mapping[str, Any]:
    """gunicorn's settings: threads, because requests wait for devices; no control characters."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.processes,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": 5,
        "graceful_timeout": 5,
        "timeout": 60,
        "loglevel": "warning",
        "proc_name": "kbwizard",
        "worker_tmp_dir": _memory_folder(),
    }


def _memory_folder() -> str | None:
    """gunicorn touches a file for its heartbeat: in memory, where there is such a folder."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None
