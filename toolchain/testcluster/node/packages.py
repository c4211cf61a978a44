"""Programs of a node that Debian's packages bring; the others are built."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from toolchain import ToolchainError, say

#: Where Debian puts the network plugins, and other distributions do.
_PLUGIN_FOLDERS = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))
_PLUGINS = ("bridge", "host-local", "loopback", "portmap")

#: Program by the package that brings it.
_PROGRAMS = {
    "containerd": "containerd",
    "ctr": "containerd",
    "containerd-shim-runc-v2": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "conntrack": "conntrack",
    "busybox": "busybox-static",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "nice": "coreutils",
}

#: Where system programs are, whatever the search path of this process says.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def why_not() -> str | None:
    """Why this machine cannot run a node, in one line; None when it can."""
    if not Path("/proc/self/ns/net").exists():
        return "a real node needs Linux; the control plane with fake nodes runs anywhere"
    if os.geteuid() != 0:
        return "a real node needs root, for network namespaces, mounts and cgroups; leave --node out, or run as root"
    missing = _missing()
    if missing and shutil.which("apt-get") is None:
        return f"a real node needs {', '.join(sorted(missing))}; install what brings them on this machine"
    return None


def ensure_packages() -> None:
    """Install what is missing, or say in one line why there can be no node here."""
    reason = why_not()
    if reason:
        raise ToolchainError(reason)
    packages = sorted(set(_missing().values()))
    if not packages:
        return
    say(f"installing {', '.join(packages)} with apt-get")
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    done = _apt(install)
    if done.returncode:  # the lists may be old or absent
        _apt(["apt-get", "update", "--quiet"])
        done = _apt(install)
    if done.returncode or _missing():
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise ToolchainError(f"apt-get cannot install {' '.join(packages)}: {last[:200]}; install them and start again")


def which(name: str) -> str:
    """The path of a program that a package brought."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")
    if found is None:
        raise ToolchainError(f"there is no {name}; install the package {_PROGRAMS[name]}")
    return found


def plugin_folder() -> Path:
    """Where the network plugins are."""
    for folder in _PLUGIN_FOLDERS:
        if all((folder / name).exists() for name in _PLUGINS):
            return folder
    raise ToolchainError("there are no network plugins; install the package containernetworking-plugins")


def _missing() -> dict[str, str]:
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    missing = {name: package for name, package in _PROGRAMS.items() if shutil.which(name, path=path) is None}
    if not any(all((folder / name).exists() for name in _PLUGINS) for folder in _PLUGIN_FOLDERS):
        missing["network plugins"] = "containernetworking-plugins"
    return missing


def _apt(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600, check=False
    )
