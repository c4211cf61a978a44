"""Where a running cluster keeps things, and at which addresses it answers."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from toolchain import ToolchainError

#: The services that need a port of their own.
PORTS = ("etcd", "etcd-peer", "apiserver", "controller-manager", "scheduler")


@dataclass(frozen=True)
class Layout:
    """One cluster.

    Attributes:
        run: Its folder; everything it writes is inside.
        ports: Port by service.
        prefix: Put before every command of the cluster, as `nsenter --net=…` for a network namespace of its own.
        address: What kubeconfigs name, and the API server advertises.
        bind: What the API server listens on.
        names: More names or addresses for the API server's certificate.
        parts: Names of the optional parts.
        services: Addresses of Services.
    """

    run: Path
    ports: Mapping[str, int]
    prefix: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    bind: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = field(default=())
    services: str = "10.96.0.0/16"

    @property
    def first_service(self) -> str:
        """The address of the Service `kubernetes`."""
        return str(ipaddress.ip_network(self.services)[1])

    @property
    def certificates(self) -> Path:
        """Folder of keys, certificates and the components' kubeconfigs."""
        return self.run / "certificates"

    @property
    def logs(self) -> Path:
        """Folder of what the programs print, one file a program."""
        return self.run / "logs"

    @property
    def pids(self) -> Path:
        """Folder of process ids, one file a program."""
        return self.run / "pids"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.run / "kubeconfig"

    @property
    def server(self) -> str:
        """URL of the API server."""
        return f"https://{self.address}:{self.ports['apiserver']}"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine's own loopback interface is used."""
        return self.address == "127.0.0.1"

    @property
    def bind_of_controllers(self) -> str:
        """What controller manager and scheduler listen on; the supervisor asks them there whether they are ready."""
        return self.address

    def save(self) -> None:
        """Write it down for `status` and `stop`."""
        text = json.dumps({**asdict(self), "run": str(self.run)}, indent=2)
        layout_file(self.run).write_text(text)


def layout_file(run: Path) -> Path:
    """The file that makes a folder a cluster's."""
    return run / "cluster.json"


def load(run: Path) -> Layout:
    """The layout of a cluster that was started in a folder."""
    try:
        saved: dict[str, Any] = json.loads(layout_file(run).read_text())
    except FileNotFoundError:
        raise ToolchainError(f"no cluster was started in {run}; start one with `cluster.py start`") from None
    for name in ("prefix", "names", "parts"):
        saved[name] = tuple(saved[name])
    return Layout(**{**saved, "run": run})


def free_ports(names: tuple[str, ...] = PORTS) -> dict[str, int]:
    """Ports that are free now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    try:
        return {name: opened.getsockname()[1] for name, opened in zip(names, sockets, strict=True)}
    finally:
        for opened in sockets:
            opened.close()
