"""What the node's programs are told, as files in the run folder."""

from __future__ import annotations

import json
from pathlib import Path

from .network import Network
from .packages import plugin_folder

NODE = "node0"
PAUSE_IMAGE = "test.local/pause:1"
#: What is to run here and nowhere else selects the first; the others are those that NVIDIA's feature discovery gives to
#: a node with four L4.
NODE_LABELS = {
    "test-node": "real",
    "nvidia.com/gpu.present": "true",
    "nvidia.com/gpu.product": "NVIDIA-L4",
    "nvidia.com/gpu.count": "4",
}

#: Not in the kernel of a small machine, or of no use here; containerd would only complain.
_UNUSED = (
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.internal.v1.opt",
    "io.containerd.tracing.processor.v1.otlp",
    "io.containerd.internal.v1.tracing",
)


def runtime_folder(network: Network) -> Path:
    """Sockets and mounts; a short path, since a socket's may have 107 characters."""
    return Path("/run", network.name)


def socket(network: Network) -> Path:
    """Containerd's socket."""
    return runtime_folder(network) / "containerd.sock"


def write_configuration(run: Path, network: Network, client_ca: Path) -> None:
    """Write all files.

    Args:
        run: The cluster's folder.
        network: Its network.
        client_ca: Certificate of those who may talk to the kubelet.
    """
    folder = run / "node"
    (folder / "cni").mkdir(parents=True, exist_ok=True)
    runtime_folder(network).mkdir(exist_ok=True)
    (folder / "containerd.toml").write_text(_containerd(folder, network))
    (folder / "cni" / "10-bridge.conflist").write_text(json.dumps(_bridge(network), indent=2))
    # Keeps the machine's own name servers out of the pods.
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    # JSON is YAML.
    (folder / "kubelet.yaml").write_text(json.dumps(_kubelet(folder, network, client_ca), indent=2))


def _containerd(folder: Path, network: Network) -> str:
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    # restrict_oom_score_adj: where root lacks CAP_SYS_RESOURCE, no pod starts without it.
    return f"""version = 2
root = {json.dumps(str(folder / "containerd"))}
state = {json.dumps(str(runtime_folder(network) / "containerd"))}
disabled_plugins = {json.dumps(_UNUSED)}
[grpc]
  address = {json.dumps(str(socket(network)))}
[{cri}]
  sandbox_image = "{PAUSE_IMAGE}"
  stream_server_address = "127.0.0.1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [{cri}.containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [{cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [{cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = {json.dumps(str(runtime_folder(network) / "runc"))}
  [{cri}.cni]
    bin_dir = {json.dumps(str(plugin_folder()))}
    conf_dir = {json.dumps(str(folder / "cni"))}
"""


def _bridge(network: Network) -> dict[str, object]:
    addresses = {
        "type": "host-local",
        "dataDir": str(runtime_folder(network) / "addresses"),
        "ranges": [[{"subnet": network.pods_of_node}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": False, "hairpinMode": True}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "1.0.0", "name": network.name, "plugins": [{**bridge, "ipam": addresses}, ports]}


def _kubelet(folder: Path, network: Network, client_ca: Path) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,  # 1.36 refuses such machines unless told
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{network.name}",  # so that its pods are found, and another kubelet's are not touched
        "containerRuntimeEndpoint": f"unix://{socket(network)}",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(client_ca)},
        },
        "authorization": {"mode": "Webhook"},
        "address": network.node,
        "clusterDomain": "cluster.local",
        "resolvConf": str(folder / "resolv.conf"),
        "failSwapOn": False,
        "imageGCHighThresholdPercent": 100,  # an image cannot be fetched again
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {
            "memory.available": "50Mi",
            "nodefs.available": "1%",
            "nodefs.inodesFree": "1%",
            "imagefs.available": "1%",
        },
        "nodeStatusUpdateFrequency": "5s",
        "volumePluginDir": str(folder / "volumeplugins"),
        # One try after another, without the long pauses of production.
        "crashLoopBackOff": {"maxContainerRestartPeriod": "10s"},
    }
