"""The network of one node cluster: a namespace with addresses that nothing else on this machine uses.

Everything of the cluster runs inside, so its iptables rules are not the machine's, and removing the namespace removes
them. There is no route out. The machine reaches the node, Services and pods over one pair of virtual interfaces.
"""

from __future__ import annotations

import ipaddress
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from toolchain import ToolchainError

from .packages import which

#: Second octets that are tried: each gives 10.<octet>.0.0/16.
_OCTETS = range(200, 250)


@dataclass(frozen=True)
class Network:
    """Names and addresses.

    Attributes:
        octet: The second octet of all its addresses.
    """

    octet: int

    @property
    def name(self) -> str:
        """The namespace, and the prefix of what belongs to it elsewhere."""
        return f"lockyard-{self.octet}"

    @property
    def prefix(self) -> tuple[str, ...]:
        """Put before a command that is to run inside."""
        # Not `ip netns exec`: that mounts a new /sys, in which the cgroups are missing.
        return (which("nsenter"), f"--net=/run/netns/{self.name}", "--")

    @property
    def host(self) -> str:
        """The machine's address in it."""
        return f"10.{self.octet}.0.1"

    @property
    def node(self) -> str:
        """The node's address."""
        return f"10.{self.octet}.0.2"

    @property
    def services(self) -> str:
        """Addresses of Services."""
        return f"10.{self.octet}.64.0/18"

    @property
    def first_service(self) -> str:
        """The address of the Service `kubernetes`."""
        return f"10.{self.octet}.64.1"

    @property
    def pods(self) -> str:
        """Addresses of pods."""
        return f"10.{self.octet}.128.0/17"

    @property
    def pods_of_node(self) -> str:
        """Addresses of the pods of the one real node."""
        return f"10.{self.octet}.128.0/22"

    def remove(self) -> None:
        """Take the namespace away, with its interfaces, routes and rules."""
        _ip("netns", "del", self.name, may_fail=True)
        # The kernel removes the other end a moment later; by then a new cluster might use the name.
        _ip("link", "del", f"lkyd{self.octet}", may_fail=True)


def add_network() -> Network:
    """Make the namespace and its addresses."""
    taken = _routes()
    for octet in _OCTETS:
        if any(route.overlaps(ipaddress.ip_network(f"10.{octet}.0.0/16")) for route in taken):
            continue
        network = Network(octet)
        # Making the namespace is the reservation: only one of several starters succeeds.
        if _ip("netns", "add", network.name, may_fail=True):
            try:
                _connect(network)
            except BaseException:
                network.remove()
                raise
            return network
    raise ToolchainError(
        f"every network 10.{_OCTETS[0]}–{_OCTETS[-1]}.0.0/16 is in use; stop clusters, or see `ip route`"
    )


def _connect(network: Network) -> None:
    outside, inside = f"lkyd{network.octet}", f"lkyn{network.octet}"
    _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
    _ip("link", "set", inside, "netns", network.name)
    _ip("addr", "add", f"{network.host}/30", "dev", outside)
    _ip("link", "set", outside, "up")
    within = ("-netns", network.name)
    _ip(*within, "link", "set", "lo", "up")
    _ip(*within, "addr", "add", f"{network.node}/30", "dev", inside)
    _ip(*within, "link", "set", inside, "up")
    # So that processes inside reach Services: the rewrite to a pod comes after the choice of a route.
    _ip(*within, "route", "add", network.services, "dev", inside)
    for setting in ("net.ipv4.ip_forward=1", "net.bridge.bridge-nf-call-iptables=1"):
        name, value = setting.split("=")
        path = Path("/proc/sys", *name.split("."))
        _run(*network.prefix, "sh", "-c", f"echo {value} > {path}")
    for reached in (network.services, network.pods):
        _ip("route", "add", reached, "via", network.node)


def _routes() -> list[ipaddress.IPv4Network]:
    found: list[ipaddress.IPv4Network] = []
    for route in json.loads(_run(which("ip"), "-4", "-json", "route", "show", "table", "all") or "[]"):
        target = str(route.get("dst", "default"))
        if target != "default" and route.get("type", "unicast") == "unicast":
            found.append(ipaddress.IPv4Network(target, strict=False))
    return found


def _ip(*arguments: str, may_fail: bool = False) -> bool:
    try:
        _run(which("ip"), *arguments)
    except ToolchainError:
        if not may_fail:
            raise
        return False
    return True


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30, check=False)
    if done.returncode:
        said = done.stderr.strip()[-200:]
        raise ToolchainError(f"`{' '.join(command[-6:])}` failed: {said or done.returncode}", code=1)
    return done.stdout
