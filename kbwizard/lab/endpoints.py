"""Where a running lab listens and with which credentials, as data that others read from JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kbwizard.errors import NotFound, SetupError

ENDPOINTS_VERSION = 1


@dataclass(frozen=True, slots=True)
class DeviceEndpoint:
    """One device. Fields that its kind does not have are empty or 0.

    `snmp_version` is "2c" or "3"; the keys of v3 are for SHA and AES-128. `login` is "plain" or
    "token", what the router prefers.
    """

    kind: str
    name: str
    host: str
    port: int
    profile: str = ""
    snmp_version: str = ""
    community: str = ""
    v3_user: str = ""
    v3_auth_key: str = ""
    v3_priv_key: str = ""
    tls_port: int = 0
    tls_ca_file: str = ""
    tls_name: str = ""
    tls_fingerprint: str = ""
    user: str = ""
    password: str = ""
    write_user: str = ""
    write_password: str = ""
    version: str = ""
    login: str = ""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """A running lab."""

    pid: int
    control_host: str
    control_port: int
    timezone: str
    devices: tuple[DeviceEndpoint, ...]

    def device(self, name: str) -> DeviceEndpoint:
        for one in self.devices:
            if one.name == name:
                return one
        raise NotFound(f"Não há o equipamento {name!r} no laboratório.")

    @property
    def control(self) -> tuple[str, int]:
        return self.control_host, self.control_port

    def as_json(self) -> dict[str, Any]:
        """The shape of `docs/lab.md`: empty fields are left out."""
        return {
            "version": ENDPOINTS_VERSION,
            "pid": self.pid,
            "control": {"host": self.control_host, "port": self.control_port},
            "timezone": self.timezone,
            "devices": [
                {key: value for key, value in asdict(one).items() if value not in ("", 0)}
                for one in self.devices
            ],
        }


def endpoints_from(kept: Mapping[str, Any]) -> Endpoints:
    """The other way round."""
    return Endpoints(
        pid=kept["pid"],
        control_host=kept["control"]["host"],
        control_port=kept["control"]["port"],
        timezone=kept["timezone"],
        devices=tuple(DeviceEndpoint(**one) for one in kept["devices"]),
    )


def write_endpoints(endpoints: Endpoints, file: Path) -> None:
    """Write the file whole, readable by its owner only: it holds credentials."""
    scratch = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(endpoints.as_json(), stream, indent=1, ensure_ascii=False)
        stream.write("\n")
    scratch.replace(file)


def read_endpoints(file: Path) -> Endpoints:
    """What a running lab wrote; raises `SetupError` where there is none."""
    try:
        return endpoints_from(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(
            f"Não encontrei um laboratório em {file}. Inicie com: python -m kbwizard lab"
        ) from error
