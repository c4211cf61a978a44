"""Addresses where no workload is, or where one may never be asked unless the operator names it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

_METADATA: Final = "a cloud's metadata address"
_RESERVED: Final = "a reserved address"
_TUNNEL: Final = "an address that stands for an IPv4 address"

_NETWORKS: Final[tuple[tuple[str, str], ...]] = (
    # The narrowest first: the first that an address is in says what it is.
    ("100.100.100.200/32", _METADATA),  # Alibaba
    ("168.63.129.16/32", _METADATA),  # Azure's WireServer
    ("192.0.0.192/32", _METADATA),  # Oracle
    ("192.80.8.124/32", _METADATA),  # Equinix Metal
    ("169.254.0.0/16", "a link-local address, where clouds have their metadata"),
    ("127.0.0.0/8", "a loopback address"),
    ("0.0.0.0/8", "an unspecified address"),
    ("192.0.0.0/24", _RESERVED),
    ("192.0.2.0/24", _RESERVED),
    ("192.88.99.0/24", _TUNNEL),
    ("198.51.100.0/24", _RESERVED),
    ("203.0.113.0/24", _RESERVED),
    ("224.0.0.0/4", "a multicast address"),
    ("255.255.255.255/32", "the broadcast address"),
    ("240.0.0.0/4", _RESERVED),
    ("fd00:ec2::/32", _METADATA),  # Amazon
    ("fd20:ce::/32", _METADATA),  # Google
    ("fd00:c1::/32", _METADATA),  # Oracle
    ("fd00:42::/32", _METADATA),  # Scaleway
    ("fd00:a9fe:a9fe::/48", _METADATA),  # Akamai
    ("::1/128", "a loopback address"),
    ("::/128", "an unspecified address"),
    ("::/96", _TUNNEL),  # IPv4-compatible
    ("::ffff:0:0:0/96", _TUNNEL),  # IPv4-translated
    # How its addresses are translated is known to one network alone.
    ("64:ff9b:1::/48", _TUNNEL),  # local-use NAT64
    ("2002::/16", _TUNNEL),  # 6to4
    ("2001::/32", _TUNNEL),  # Teredo
    ("2001::/23", _RESERVED),
    ("2001:db8::/32", _RESERVED),
    ("3fff::/20", _RESERVED),
    ("fe80::/10", "a link-local address, where clouds have their metadata"),
    ("fec0::/10", _RESERVED),  # site-local
    ("ff00::/8", "a multicast address"),
)
_NEVER: Final = tuple((ip_network(text), what) for text, what in _NETWORKS)
# What is neither global unicast nor unique local is reserved.
_UNICAST: Final = (IPv6Network("2000::/3"), IPv6Network("fc00::/7"))
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)

METADATA_NAMES: Final = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.azure.internal",
        "metadata.goog",
        "metadata.google.internal",
        "metadata.packet.net",
        "metadata.platformequinix.com",
        "metadata.tencentyun.com",
    }
)
"""Names of metadata services; resolvers of clouds know them."""


def plain_address(text: str) -> IpAddress:
    """An address without its zone; an IPv4 address that is written as an IPv6 one is what it is.

    Args:
        text: the address, as resolvers answer it.
    """
    address = ip_address(text.partition("%")[0])
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def never_asked(address: IpAddress) -> str | None:
    """What an address is that no request goes to by itself; None for one where workloads may be.

    Args:
        address: as `plain_address` gives it.
    """
    for network, what in _NEVER:
        if address.version == network.version and address in network:
            return what
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return never_asked(IPv4Address(int(address) & 0xFFFFFFFF))
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return _TUNNEL
    return None if any(address in network for network in _UNICAST) else _RESERVED
