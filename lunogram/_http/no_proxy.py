"""The hosts that are reached without a proxy: those that ``NO_PROXY`` lists, and this machine."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_network

from .._urls import address_of, is_loopback

_PORTS = {"http": 80, "https": 443}

# NAME, NAME:PORT, [IPv6], [IPv6]:PORT. An IPv6 address without brackets has no port.
_ENTRY = re.compile(r"\[(?P<v6>[^\]]*)\](?::(?P<v6_port>\d+))?|(?P<name>[^:]*)(?::(?P<port>\d+))?")


def is_direct(host: str, port: int | None, scheme: str, no_proxy: str) -> bool:
    """Whether a host is reached without a proxy.

    Args:
        host: The name or address of the host, without brackets.
        port: The port; None for the default port of the scheme.
        scheme: ``http`` or ``https``.
        no_proxy: The value of ``NO_PROXY``: host names (which include their subdomains),
            addresses, networks such as ``10.0.0.0/8``, each optionally with a port, or ``*``.
    """
    name = host.lower().rstrip(".")
    if is_loopback(name):
        return True
    entries = no_proxy.lower().replace(",", " ").split()
    return any(_matches(entry, name, port or _PORTS[scheme]) for entry in entries)


def _matches(entry: str, name: str, port: int) -> bool:
    if entry == "*":
        return True
    address = address_of(name)
    if "/" in entry:
        return address is not None and _is_in_network(address, entry)
    listed, listed_port = _parts(entry)
    if listed_port is not None and int(listed_port) != port:
        return False
    if address is not None:
        return address_of(listed) == address
    suffix = listed.removeprefix("*").strip(".")
    return bool(suffix) and (name == suffix or name.endswith(f".{suffix}"))


def _is_in_network(address: IPv4Address | IPv6Address, entry: str) -> bool:
    try:
        return address in ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False


def _parts(entry: str) -> tuple[str, str | None]:
    """The host and the port of an entry."""
    found = None if address_of(entry) else _ENTRY.fullmatch(entry)
    if not found:
        return entry, None
    return found["v6"] or found["name"] or "", found["v6_port"] or found["port"]
