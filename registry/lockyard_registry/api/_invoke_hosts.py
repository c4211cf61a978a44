"""Which hosts requests to workloads may be forwarded to: what the operator allows (`--invoke-hosts`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import Final

from lockyard.contract import ConfigurationError

from ._networks import METADATA_NAMES, IpAddress, IpNetwork, never_asked

EVERY_HOST: Final = ("*",)
_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_PATTERN: Final = re.compile(r"[a-z0-9_.-]*[*?][a-z0-9_.*?-]*")
_NEVER: Final = "loopback, link-local, metadata and reserved addresses"


@dataclass(frozen=True, slots=True)
class InvokeHosts:
    """The operator's list.

    Attributes:
        patterns: patterns of names, such as `*.svc`. They never reach what `never_asked` speaks of.
        names: names that are written out; wherever they lead was meant.
        networks: addresses and networks; so was this.
    """

    patterns: tuple[str, ...]
    names: frozenset[str]
    networks: tuple[IpNetwork, ...]

    def refusal(self, host: str, addresses: Sequence[IpAddress]) -> str | None:
        """Why a host may not be asked; None if it may.

        Args:
            host: a name in lower case, or an address.
            addresses: all that it leads to, one or more.
        """
        name = host.removesuffix(".")
        if name in self.names:
            return None
        if name in METADATA_NAMES:
            return f"names a cloud's metadata service{_REMEDY}"
        matches = any(fnmatchcase(name, pattern) for pattern in self.patterns)
        for address in addresses:
            if any(address.version == network.version and address in network for network in self.networks):
                continue
            if not matches:
                return f"names a host that this server may not ask{_REMEDY}"
            what = never_asked(address)
            if what is not None:
                return f"leads to {what}{_REMEDY}"
        return None

    def may_match(self, host: str) -> bool:
        """Whether a name can be allowed at all: no other one is looked up."""
        name = host.removesuffix(".")
        if name in self.names or name in METADATA_NAMES:
            return name in self.names
        return bool(self.networks) or any(fnmatchcase(name, pattern) for pattern in self.patterns)

    def sentence(self) -> str:
        """What is allowed, for people."""
        if self.patterns == EVERY_HOST and not self.names and not self.networks:
            return f"any host, but never to {_NEVER}"
        listed = ", ".join([*self.patterns, *sorted(self.names), *map(_shown, self.networks)])
        return f"{listed or 'no host'}; to {_NEVER} only if they are written out in this list"


_REMEDY: Final = ": the operator can allow it by name (--invoke-hosts)"


def invoke_hosts(listed: Sequence[str]) -> InvokeHosts:
    """Reads the operator's list.

    Args:
        listed: names, patterns of names, addresses and networks.

    Raises:
        ConfigurationError: an entry is none of these.
    """
    patterns: list[str] = []
    names: set[str] = set()
    networks: list[IpNetwork] = []
    for entry in listed:
        text = entry.strip().lower()
        network = _network(text)
        if network is not None:
            networks.append(network)
        elif _NAME.fullmatch(text):
            names.add(text)
        elif _PATTERN.fullmatch(text):
            patterns.append(text)
        else:
            raise ConfigurationError(
                f"--invoke-hosts: {entry!r} is neither a host name, nor a pattern like '*.svc', nor an address or "
                "network like '10.0.0.0/8': mend or remove it"
            )
    return InvokeHosts(tuple(patterns), frozenset(names), tuple(networks))


def _network(text: str) -> IpNetwork | None:
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        network = ip_network(bare)
    except ValueError:
        return None
    if network.prefixlen == 0:
        raise ConfigurationError(
            f"--invoke-hosts: {text} would name loopback and metadata addresses, too: write '*' for every other host"
        )
    return network


def _shown(network: IpNetwork) -> str:
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)
