"""Network addresses: whom a request comes from, and who counts as one."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# The smallest network that a customer gets: whoever has one address of it has all (RFC 6177).
IPV6_PREFIX = 64
# How some proxies say who called them: with the port, and IPv6 in brackets (RFC 7239, 6).
_WITH_PORT = re.compile(r"\[([^\]]*:[^\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


def parse_address(text: str) -> Address | None:
    """The address that `text` is, if it is one: without a zone, and IPv4 also when it is written as IPv6."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


def client_address(remote: str, forwarded_for: str, trusted: Iterable[Network]) -> str | None:
    """Whom a request comes from: the last address that a proxy we trust, or nobody, vouches for.

    Args:
        remote: who connected to us.
        forwarded_for: `X-Forwarded-For`. Each proxy adds whom it was called by at the right; what stands
            left of that, anybody may have made up. So it is read from the right, as long as whoever said it
            is trusted and it can be read at all.
        trusted: the networks of our own proxies.
    """
    networks = tuple(trusted)
    hops = forwarded_for.split(",")
    address = parse_address(remote)
    while address is not None and hops and any(address in network for network in networks):
        caller = _parse_hop(hops.pop().strip())
        if caller is None:
            break
        address = caller
    return str(address) if address is not None else None


def _parse_hop(text: str) -> Address | None:
    with_port = _WITH_PORT.fullmatch(text)
    return parse_address((with_port[1] or with_port[2]) if with_port else text)


def neighbourhood(address: str | None) -> str:
    """What a limit counts as one: an IPv4 address, or the /64 of an IPv6 address. The unknown are one too."""
    parsed = parse_address(address or "")
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed or "unknown")
