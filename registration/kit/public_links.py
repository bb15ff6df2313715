"""Links that the platform fetches must have public hosts: the platform's machine can reach hosts that the public
cannot.
"""

import ipaddress
import re
from urllib.parse import urlsplit

_OF_NETWORKS = ("localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "localdomain")
_HOME = "home.arpa"
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*", re.IGNORECASE)
"""Spellings of an IPv4 address that only some programs read: 2130706433, 0x7f.1, 0177.0.0.1."""
_DOTS = str.maketrans("。．｡", "...")


def why_not_public(url: str) -> str | None:
    """Why the link is not reachable from outside a private network; None if it is public.

    The host is not resolved: a name may resolve to another address a moment later.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").translate(_DOTS)
        named = parts.username is not None or parts.password is not None
    except ValueError:
        return "it names no host"
    if parts.scheme.lower() not in ("http", "https") or not host:
        return "it is no link of the web"
    if named:
        return "it contains a user name"
    return _why_not(host)


def _why_not(host: str) -> str | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if _NUMERIC.fullmatch(host):
            return "its host is a number"
        outside = "." in host and host.rpartition(".")[2].lower() not in _OF_NETWORKS
        return None if outside and not host.lower().endswith(_HOME) else "its host is a name of a local network"
    return None if _is_public(address) else "its host is an address of a local network"


def is_public_address(text: str) -> bool:
    """Whether the IP address is reachable from everywhere; False for a text that is none."""
    try:
        return _is_public(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    embedded = _embedded(address)
    return embedded.is_global and not embedded.is_multicast


def _embedded(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address embedded in an IPv6 address that translates or tunnels to it, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
