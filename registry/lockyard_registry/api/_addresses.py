"""Where requests may be forwarded to: an address that somebody reported is not trusted as it is."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import httpx

from lockyard.contract import ServerFaultError


@dataclass(frozen=True, slots=True)
class Address:
    """A place to connect to.

    Attributes:
        url: with the address that was looked up in place of the name, so that nothing is looked up again.
        host: the name, for the `Host` header.
        name: the name, for TLS.
    """

    url: httpx.URL
    host: bytes
    name: str


async def address_of(reported: str, allowed: Sequence[str]) -> Address:
    """Looks an `internalUrl` up.

    Args:
        reported: the URL.
        allowed: patterns of the hosts that may be asked.

    Raises:
        ServerFaultError: 503: it is no HTTP address, its host may not be asked, or is not known.
    """
    try:
        url = httpx.URL(reported)
        host, port = url.host, url.port or (443 if url.scheme == "https" else 80)
    except (httpx.InvalidURL, ValueError):
        raise _refused("is no address") from None
    if url.scheme not in ("http", "https") or not host or url.userinfo:
        raise _refused("is no plain http or https address")
    if not any(fnmatchcase(host.lower(), pattern.lower()) for pattern in allowed):
        raise _refused("names a host that this server may not ask: the operator can allow it (--invoke-hosts)")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise ServerFaultError("The workload's address is not known to the server's resolver", status=503) from None
    ip = str(found[0][4][0])
    if _forbidden(ip):
        raise _refused("lies where no workload does")
    return Address(url.copy_with(host=ip), url.netloc, host)


def _forbidden(ip: str) -> bool:
    # Metadata services of clouds are at link-local addresses.
    address = ipaddress.ip_address(ip.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_link_local or address.is_multicast or address.is_unspecified


def _refused(why: str) -> ServerFaultError:
    return ServerFaultError(f"The address that was reported of the workload {why}", status=503)
