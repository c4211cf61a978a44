"""A cluster whose one real node runs pods."""

from __future__ import annotations

import itertools
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lightkube.core.exceptions import ApiError
from lightkube.resources.core_v1 import Event, Node, PersistentVolume, Pod, Service
from lightkube.resources.storage_v1 import StorageClass
from tests.cluster.harness import TestCluster, eventually

from .load import Load

ROOT = Path(__file__).resolve().parents[4]
sys.path.append(str(ROOT / "toolchain"))

from testcluster.node.config import NODE  # noqa: E402 - the toolchain is no package of the distribution
from testcluster.node.images import LOAD, images_folder  # noqa: E402
from testcluster.node.start import PRIORITY  # noqa: E402

GPU = "nvidia.com/gpu"
VOLUME_CLASS = "test-node"

Json = dict[str, Any]


class NodeCluster(TestCluster):
    """A Kubernetes with a real control plane and a real node with four fake GPUs.

    Args:
        facts: What `cluster.py start --json` told.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts)
        self._volumes = itertools.count(1)
        spec = {
            "metadata": {"name": VOLUME_CLASS},
            "provisioner": "kubernetes.io/no-provisioner",
            "volumeBindingMode": "WaitForFirstConsumer",
            "allowVolumeExpansion": True,
        }
        self.client.create(StorageClass.from_dict(spec))

    @contextmanager
    def namespace(self, prefix: str = "node", *, pod_security: str | None = "restricted") -> Iterator[str]:
        """A fresh namespace; at its end its pods are killed, so that the GPUs are free for the next one."""
        with super().namespace(prefix, pod_security=pod_security) as name:
            try:
                yield name
            finally:
                self.kubectl("delete", "deployments,jobs", "--all", "-n", name, "--wait=false")
                for pod in self.client.list(Pod, namespace=name):
                    with suppress(ApiError):
                        self.client.delete(Pod, _name(pod), namespace=name, grace_period=0)

    def volume(self, size: str = "10Gi", *, modes: tuple[str, ...] = ("ReadWriteOnce", "ReadWriteMany")) -> Path:
        """A volume that claims of the class `test-node` can get, and the folder it is on this machine."""
        number = next(self._volumes)
        folder = Path(self.facts["run"], "volumes", str(number))
        folder.mkdir(parents=True)
        here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [NODE]}
        spec = {
            "metadata": {"name": f"local-{number}"},
            "spec": {
                "capacity": {"storage": size},
                "accessModes": list(modes),
                "storageClassName": VOLUME_CLASS,
                "persistentVolumeReclaimPolicy": "Retain",
                "local": {"path": str(folder)},
                "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
            },
        }
        self.client.create(PersistentVolume.from_dict(spec))
        return folder

    def address(self, namespace: str, service: str) -> str:
        """The URL of a Service; it has no name here, since there is no cluster DNS."""
        found = self.client.get(Service, service, namespace=namespace)
        assert found.spec is not None and found.spec.ports
        return f"http://{found.spec.clusterIP}:{found.spec.ports[0].port}"

    def pod_url(self, namespace: str, pod: str, port: int = 8080) -> str:
        """The URL of one pod, past the Service."""
        found = self.client.get(Pod, pod, namespace=namespace)
        assert found.status is not None
        return f"http://{found.status.podIP}:{port}"

    def load(self, url: str, *, rate: float = 50.0, timeout: float = 5.0) -> Load:
        """Constant load on a URL, which has answered before: kube-proxy learns of a Service late."""
        eventually(lambda: ask(url, timeout=1), lambda answer: answer[0] == 200, seconds=30, what=f"{url} to answer")
        return Load(images_folder() / LOAD, url, rate=rate, timeout=timeout, priority=PRIORITY)

    def created(self, namespace: str) -> list[Pod]:
        """All pods of a namespace, those on their way out too."""
        return list(self.client.list(Pod, namespace=namespace))

    def restarts(self, namespace: str, prefix: str = "") -> int:
        """How often containers of a namespace's pods were started again; of those named so, with a prefix."""
        return sum(
            status.restartCount
            for pod in self.created(namespace)
            if _name(pod).startswith(prefix)
            for status in ((pod.status and pod.status.containerStatuses) or [])
        )

    def ready_pods(self, namespace: str) -> list[str]:
        """Names of the pods that are ready and not on their way out."""
        return [
            _name(pod)
            for pod in self.pods(namespace)
            if any(one.type == "Ready" and one.status == "True" for one in (pod.status and pod.status.conditions) or [])
        ]

    def events(self, namespace: str) -> list[str]:
        """Reasons and texts of a namespace's events."""
        return [f"{event.reason}: {event.message}" for event in self.client.list(Event, namespace=namespace)]

    def gpus(self) -> int:
        """How many GPUs the node offers."""
        node = self.client.get(Node, NODE)
        assert node.status is not None and node.status.allocatable is not None
        return int(node.status.allocatable[GPU])

    def break_gpus(self, healthy: int) -> None:
        """Let only so many of the GPUs be healthy, and wait until the node says so; 4 mends them all."""
        octet = self.facts["server"].split(".")[1]
        Path(f"/run/lockyard-{octet}/healthy-gpus").write_text(str(healthy))
        eventually(self.gpus, lambda count: count == healthy, what="the node to notice its GPUs")


def ask(url: str, *, method: str = "GET", body: Json | bytes | None = None, timeout: float = 5.0) -> tuple[int, str]:
    """Status and text of an answer; 0 when there is none."""
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, data=data, method=method), timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def _name(pod: Pod) -> str:
    assert pod.metadata is not None and pod.metadata.name is not None
    return pod.metadata.name
