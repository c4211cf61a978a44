"""Taking a node away: processes of its pods, mounts, cgroups, namespaces.

It needs none of the node's programs, so it also cleans up after those that were killed.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from .config import runtime_folder, socket
from .devices import remove_devices
from .network import Network

_CGROUPS = Path("/sys/fs/cgroup")
#: What libcni remembers of each pod, its id and the path of its network namespace among it.
_CNI_RESULTS = Path("/var/lib/cni/results")
#: Where containerd 1.6 puts the sockets of its shims.
_SHIM_SOCKETS = Path("/run/containerd/s")

_DETACH = 2  # MNT_DETACH
_SECONDS = 10.0


def remove_node(run: Path, network: Network) -> None:
    """Remove everything of a node whose own programs have ended.

    Args:
        run: The cluster's folder.
        network: The cluster's network.
    """
    _kill(network)
    for point in _mounts((str(run), str(runtime_folder(network)))):
        _unmount(point)
    _remove_pod_traces(network)
    network.remove()
    _remove_cgroups(network)
    remove_devices()
    shutil.rmtree(runtime_folder(network), ignore_errors=True)
    shutil.rmtree(run / "node", ignore_errors=True)
    for folder in (_SHIM_SOCKETS, _SHIM_SOCKETS.parent, _CNI_RESULTS, _CNI_RESULTS.parent):
        with suppress(OSError):
            folder.rmdir()  # only when empty: others may use it


def leftovers(run: Path, network: Network) -> list[str]:
    """What is still there of a node, one line each; for tests and for `stop`."""
    found = [f"process {pid}" for pid in (*_pod_processes(network), *_shims(network))]
    found += [f"mount {point}" for point in _mounts((str(run), str(runtime_folder(network))))]
    found += [f"cgroup {folder}" for folder in _cgroups(network)]
    found += [f"folder {path}" for path in (runtime_folder(network), run / "node") if path.exists()]
    found += [f"namespace {path}" for path in _pod_namespaces(network)]
    if Path("/run/netns", network.name).exists():
        found.append(f"namespace {network.name}")
    return found


def _kill(network: Network) -> None:
    """End what runs in the node's pods, and the shims that look after them."""
    deadline = time.monotonic() + _SECONDS
    while True:
        # Shims first: one that lives would report to a containerd that is not there.
        running = [*_shims(network), *_pod_processes(network)]
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not running or time.monotonic() > deadline:
            return
        time.sleep(0.05)


def _shims(network: Network) -> list[int]:
    address = str(socket(network))
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if words[0].rpartition("/")[2].startswith("containerd-shim") and address in words:
                found.append(int(folder.name))
    return found


def _pod_processes(network: Network) -> list[int]:
    found: set[int] = set()
    for folder in _cgroups(network):
        for file in folder.rglob("cgroup.procs"):
            with suppress(OSError, ValueError):
                found.update(int(word) for word in file.read_text().split())
    return sorted(pid for pid in found if _runs(pid))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def _cgroups(network: Network) -> list[Path]:
    """The node's folder in every hierarchy; with cgroup v2 there is one."""
    places = [_CGROUPS / network.name, *(folder / network.name for folder in _CGROUPS.glob("*/"))]
    return [place for place in places if place.is_dir()]


def _remove_cgroups(network: Network) -> None:
    deadline = time.monotonic() + _SECONDS
    while (left := _cgroups(network)) and time.monotonic() < deadline:
        for top in left:
            folders = [folder for folder, _, _ in os.walk(top, topdown=False)]
            for folder in folders:
                with suppress(OSError):
                    os.rmdir(folder)  # noqa: PTH106 - a cgroup's files cannot be deleted, and rmdir is enough
        time.sleep(0.02)


def _mounts(below: tuple[str, ...]) -> list[str]:
    """Mount points below some folders, inner ones first."""
    points: list[str] = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        point = line.split()[4].encode().decode("unicode_escape")
        if any(point.startswith(f"{folder}/") for folder in below):
            points.append(point)
    return sorted(points, reverse=True)


def _unmount(point: str) -> None:
    # Not the umount program: there may be some hundred of them.
    ctypes.CDLL(None, use_errno=True).umount2(point.encode(), _DETACH)


def _results(network: Network) -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in _CNI_RESULTS.glob(f"{network.name}-*"):
        with suppress(OSError, ValueError):
            yield file, json.loads(file.read_text())


def _pod_namespaces(network: Network) -> set[Path]:
    found: set[Path] = set()
    for _, result in _results(network):
        for interface in result.get("result", {}).get("interfaces", []):
            path = Path(interface.get("sandbox", ""))
            if path.name.startswith("cni-") and path.exists():
                found.add(path)
    return found


def _remove_pod_traces(network: Network) -> None:
    """Network namespaces of pods, and what libcni and the shims keep in folders that every containerd shares."""
    for path in _pod_namespaces(network):
        _unmount(str(path))
        with suppress(OSError):
            path.unlink()
    for file, result in list(_results(network)):
        pod = str(result.get("containerId"))
        # A shim's socket is named by a hash of where its containerd listens, the namespace and the pod.
        name = hashlib.sha256(f"{socket(network)}/k8s.io/{pod}".encode()).hexdigest()
        (_SHIM_SOCKETS / name).unlink(missing_ok=True)
        (_CNI_RESULTS / f"cni-loopback-{pod}-lo").unlink(missing_ok=True)
        file.unlink(missing_ok=True)
