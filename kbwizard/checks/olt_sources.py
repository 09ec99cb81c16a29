"""The sources of one registered OLT: its ONUs and its PONs, behind one gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone, tzinfo

from kbwizard.checks.adapters.snmp_engine import V3, Credentials, V2c
from kbwizard.checks.adapters.snmp_olt import Olt, OnuSource, PonSource
from kbwizard.checks.devices import OltAccess
from kbwizard.checks.limits import Clock, Gate
from kbwizard.checks.ports import FactSource
from kbwizard.checks.profiles import find_profile


def olt_sources(
    access: OltAccess, gate: Gate, *, zone: tzinfo, clock: Clock
) -> Sequence[FactSource]:
    """`zone` is the installation's, for an OLT whose clock's offset is not registered.

    Raises `NotFound` for an unknown profile and `SetupError` for keys that cannot work.
    """
    olt = make_olt(access, gate, zone=zone)
    return OnuSource(olt, clock=clock), PonSource(olt, clock=clock)


def make_olt(access: OltAccess, gate: Gate | None, *, zone: tzinfo) -> Olt:
    """A registered OLT as the SNMP adapter needs it."""
    offset = access.clock_offset_minutes
    return Olt(
        name=access.name,
        host=access.host,
        port=access.port,
        profile=find_profile(access.profile),
        credentials=_credentials(access),
        zone=zone if offset is None else timezone(timedelta(minutes=offset)),
        gate=gate,
    )


def _credentials(access: OltAccess) -> Credentials:
    if access.snmp_version != "3":
        return V2c(access.community)
    return V3(
        user=access.v3_user,
        auth_key=access.v3_auth_key,
        priv_key=access.v3_priv_key,
        context=access.v3_context,
        auth=access.v3_auth,
        priv=access.v3_priv,
    )
