"""Whose tries are counted: the address a request came from, or its house's network."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request

HOUSE = 64
"""Bits of an IPv6 address that a subscriber cannot choose; with the others they could be 2⁶⁴."""


def origin() -> str:
    """As limits count it; behind proxies the address that the last trusted one saw."""
    return house_of(request.remote_addr or "")


def house_of(address: str) -> str:
    """
    >>> house_of("2001:db8::1:2:3:4"), house_of("192.0.2.7"), house_of("::ffff:192.0.2.7")
    ('2001:db8::/64', '192.0.2.7', '192.0.2.7')
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    network = int(found) >> HOUSE << HOUSE
    return f"{IPv6Address(network)}/{HOUSE}"
