"""Connects to workloads: a name is looked up once, all it leads to is checked, and one of these is connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Iterable, Sequence
from typing import cast

import httpcore

from lockyard.contract import ServerFaultError

from ._invoke_hosts import InvokeHosts
from ._networks import IpAddress, plain_address

_UNKNOWN_NAME = "The workload's address is not known to the server's resolver"


def refused(why: str) -> ServerFaultError:
    """The refusal to ask a reported address."""
    return ServerFaultError(f"The address that was reported of the workload {why}", status=503)


class CheckedConnections(httpcore.AsyncNetworkBackend):
    """Connects where requests may be forwarded to. An address that somebody reported is not trusted as it is.

    Args:
        hosts: what the operator allows.

    Attributes:
        own_ports: ports that this server listens on; at these it never asks this machine.
    """

    def __init__(self, hosts: InvokeHosts) -> None:
        self.own_ports: set[int] = set()
        self._hosts = hosts
        self._sockets = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects.

        Raises:
            ServerFaultError: 503: the host may not be asked, or is not known.
            ConnectError: nobody is there.
            ConnectTimeout: it takes too long.
        """
        ends = None if timeout is None else time.monotonic() + timeout
        addresses = await self._checked(host, port, timeout)
        for number, address in enumerate(addresses):
            left = len(addresses) - number
            share = None if ends is None else max(0.0, ends - time.monotonic()) / left
            try:
                return await self._sockets.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise httpcore.ConnectError("no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """No workload is asked this way."""
        raise httpcore.ConnectError("no socket file is connected to")

    async def sleep(self, seconds: float) -> None:
        """Waits between attempts."""
        await self._sockets.sleep(seconds)

    async def _checked(self, host: str, port: int, timeout: float | None) -> Sequence[IpAddress]:
        try:
            addresses: Sequence[IpAddress] = [plain_address(str(ipaddress.ip_address(host)))]
        except ValueError:
            # What no answer could make allowed is not even looked up.
            addresses = await _looked_up(host, port, timeout) if self._hosts.may_match(host) else []
        why = self._hosts.refusal(host, addresses or [_NOWHERE])
        if why is not None:
            raise refused(why)
        if port in self.own_ports and any(map(_is_of_this_machine, addresses)):
            raise refused("is the registry's own")
        return addresses


_NOWHERE = ipaddress.IPv4Address("0.0.0.0")


async def _looked_up(host: str, port: int, timeout: float | None) -> Sequence[IpAddress]:
    loop = asyncio.get_running_loop()
    try:
        found = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), timeout)
    except (OSError, UnicodeError):
        raise ServerFaultError(_UNKNOWN_NAME, status=503) from None
    if not found:
        raise ServerFaultError(_UNKNOWN_NAME, status=503)
    return list(dict.fromkeys(plain_address(str(entry[4][0])) for entry in found))


def _is_of_this_machine(address: IpAddress) -> bool:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True
