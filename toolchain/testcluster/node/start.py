"""Starting the node beside a control plane: network first, then containerd, images, kubelet, kube-proxy, fake GPUs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from toolchain import ToolchainError

from .. import programs
from ..api import Api
from ..certificates import add_identity
from ..layout import Layout
from ..processes import Processes
from . import lock
from .cleanup import remove_node
from .config import NODE, NODE_LABELS, runtime_folder, socket, write_configuration
from .devices import answers
from .images import DEVICE_PLUGIN, images_folder, import_images
from .network import Network, add_network
from .packages import SYSTEM_PATH, ensure_packages, which

#: Waits until a condition holds: what for, and the condition.
Wait = Callable[[str, Callable[[], bool]], None]

GPU = "nvidia.com/gpu"
DEFAULT_GPUS = 4

#: Of all processes of the cluster, and of what asks it.
PRIORITY = -10
#: Weight of all pods together against one other process of this machine, which has 1024.
POD_SHARES = 32768


def prepare(layout: Layout) -> Layout:
    """Make sure that there can be a node here, and make the network that the control plane is to start in.

    What a killed cluster left behind is removed first.

    Raises:
        ToolchainError: There can be no node on this machine, or there is one.
    """
    ensure_packages()
    left = lock.take(layout.run)
    try:
        if left is not None and left.octet is not None:
            remove_node(Path(left.run), Network(left.octet))
        if answers():
            raise ToolchainError(
                "another kubelet runs on this machine, and there can be one; stop it, or leave --node out"
            )
        network = add_network()
        lock.note_network(layout.run, network)
    except BaseException:
        lock.release(layout.run)
        raise
    return replace(
        layout,
        # Before what else runs on this machine: a starved server drops requests that its rollout did not.
        prefix=(*network.prefix, which("nice"), "-n", str(PRIORITY)),
        address=network.node,
        bind="0.0.0.0",  # of the namespace
        services=network.services,
    )


def start(layout: Layout, processes: Processes, api: Api, wait: Wait) -> None:
    """Start the node and wait until pods can run on it.

    Args:
        layout: The cluster; its control plane answers.
        processes: Where to start programs.
        api: A client of its API server.
        wait: How to wait.
    """
    run, network = layout.run, network_of(layout)
    write_configuration(run, network, layout.certificates / "ca.crt")
    _make_cgroups(network)
    kubeconfig = add_identity(layout, "kubelet", f"/O=system:nodes/CN=system:node:{NODE}")
    containerd = ["--config", run / "node" / "containerd.toml", "--log-level", "info"]
    # The machine's own search path may lack the folders of system programs.
    path = {"PATH": SYSTEM_PATH}
    processes.start("containerd", [which("containerd"), *containerd], environment=path)
    wait("containerd to answer", lambda: _containerd_ready(network))
    import_images(socket(network))
    kubernetes = programs.built(programs.KUBERNETES)
    processes.start("kubelet", [kubernetes / "kubelet", *_kubelet(run, network, kubeconfig)], environment=path)
    processes.start("kube-proxy", [kubernetes / "kube-proxy", *_proxy(layout, network)], environment=path)
    # Before that the kubelet would delete the plugin's socket.
    wait("the kubelet to take device plugins", answers)
    gpus = ["--count", str(DEFAULT_GPUS), "--control", healthy_gpus(layout)]
    processes.start(DEVICE_PLUGIN, [images_folder() / DEVICE_PLUGIN, *gpus])
    wait("the node to be ready", lambda: _node_ready(api))


def clean(layout: Layout) -> None:
    """Take away all that a node made, after its programs have ended."""
    remove_node(layout.run, network_of(layout))
    lock.release(layout.run)


def build() -> None:
    """Get the packages and the images."""
    ensure_packages()
    images_folder()


def network_of(layout: Layout) -> Network:
    """The network that a cluster was given."""
    return Network(int(layout.address.split(".")[1]))


def healthy_gpus(layout: Layout) -> Path:
    """The file that says how many of the fake GPUs are healthy; without it all are."""
    return runtime_folder(network_of(layout)) / "healthy-gpus"


def _containerd_ready(network: Network) -> bool:
    command = [which("ctr"), "--address", str(socket(network)), "version"]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=False)
    return done.returncode == 0


def _node_ready(api: Api) -> bool:
    status, node = api.get(f"/api/v1/nodes/{NODE}")
    if status != 200:
        return False
    found = node["status"]
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in found.get("conditions", []))
    return ready and found.get("allocatable", {}).get(GPU) == str(DEFAULT_GPUS)


def _make_cgroups(network: Network) -> None:
    """The folder that the kubelet puts its pods into, in every hierarchy of cgroup v1 or in the one of v2."""
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").exists():
        (root / network.name).mkdir(exist_ok=True)
        return
    for hierarchy in root.iterdir():
        if hierarchy.is_mount() and not hierarchy.is_symlink():
            folder = hierarchy / network.name
            folder.mkdir(exist_ok=True)
            # A new folder of this hierarchy may use nothing until told.
            for name in ("cpuset.cpus", "cpuset.mems"):
                if (folder / name).exists() and not (folder / name).read_text().strip():
                    (folder / name).write_text((hierarchy / name).read_text())
            # Priorities of processes count within a folder only.
            if (folder / "cpu.shares").exists():
                (folder / "cpu.shares").write_text(str(POD_SHARES))


def _kubelet(run: Path, network: Network, kubeconfig: Path) -> list[str]:
    folder = run / "node"
    labels = ",".join(f"{name}={value}" for name, value in NODE_LABELS.items())
    return [
        f"--config={folder / 'kubelet.yaml'}",
        f"--kubeconfig={kubeconfig}",
        f"--root-dir={folder / 'kubelet'}",
        f"--cert-dir={folder / 'kubelet-certificates'}",
        f"--hostname-override={NODE}",
        f"--node-ip={network.node}",
        f"--node-labels={labels}",
    ]


def _proxy(layout: Layout, network: Network) -> list[str]:
    return [
        f"--kubeconfig={layout.certificates / 'proxy.kubeconfig'}",
        f"--hostname-override={NODE}",
        "--proxy-mode=iptables",
        f"--cluster-cidr={network.pods}",
        f"--bind-address={network.node}",
        "--healthz-bind-address=127.0.0.1:10256",
        "--metrics-bind-address=127.0.0.1:10249",
        # Zeros: leave the machine's own settings alone.
        "--conntrack-max-per-core=0",
        "--conntrack-tcp-timeout-established=0",
        "--conntrack-tcp-timeout-close-wait=0",
    ]
