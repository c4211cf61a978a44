"""etcd, API server, controller manager and scheduler: their flags, their order, and when they are ready."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import programs
from .api import Api
from .layout import Layout
from .processes import Processes

#: Waits until a condition holds: (what for, condition). Given by the supervisor, which may be asked to stop meanwhile.
Wait = Callable[[str, Callable[[], bool]], None]

_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"


def start_store_and_server(layout: Layout, processes: Processes) -> None:
    """Start etcd and the API server, which waits for etcd itself."""
    kubernetes = programs.built(programs.KUBERNETES)
    processes.start("etcd", [programs.program("etcd"), *_etcd(layout)])
    processes.start("kube-apiserver", [kubernetes / "kube-apiserver", *_apiserver(layout)])


def start_controllers(layout: Layout, processes: Processes) -> None:
    """Start the controller manager and the scheduler."""
    kubernetes = programs.built(programs.KUBERNETES)
    processes.start("kube-controller-manager", [kubernetes / "kube-controller-manager", *_controllers(layout)])
    processes.start("kube-scheduler", [kubernetes / "kube-scheduler", *_scheduler(layout)])


def install(api: Api, definitions: Path, wait: Wait) -> None:
    """Create the definitions of custom resources and the storage classes, and wait until they can be used."""
    files = sorted(definitions.glob("*.yaml"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda file: api.create(_CRDS, file), files))
        list(pool.map(lambda one: api.create(_CLASSES, one), STORAGE_CLASSES))
    wait("the definitions to be served", lambda: _established(api) == len(files))


def _established(api: Api) -> int:
    _, answer = api.get(_CRDS)
    items = answer.get("items", []) if isinstance(answer, dict) else []
    return sum(
        any(one["type"] == "Established" and one["status"] == "True" for one in item["status"].get("conditions") or [])
        for item in items
    )


def server_ready(api: Api) -> bool:
    """Whether the API server says so."""
    return api.get("/readyz")[0] == 200


def accounts_ready(api: Api) -> bool:
    """Whether pods can be made: before there is a default service account all are refused."""
    return api.get("/api/v1/namespaces/default/serviceaccounts/default")[0] == 200


def scheduler_ready(layout: Layout) -> bool:
    """Whether the scheduler says so."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # its certificate is made by itself
    connection = http.client.HTTPSConnection(
        layout.bind_of_controllers, layout.ports["scheduler"], timeout=5, context=context
    )
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# --- Flags -----------------------------------------------------------------------------------------------------------


def _etcd(layout: Layout) -> list[str]:
    client = f"http://127.0.0.1:{layout.ports['etcd']}"
    peer = f"http://127.0.0.1:{layout.ports['etcd-peer']}"
    return [
        f"--data-dir={layout.run / 'etcd'}",
        "--unsafe-no-fsync",  # a test's data need not survive the machine
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
    ]


def _apiserver(layout: Layout) -> list[str]:
    folder = layout.certificates
    return [
        f"--etcd-servers=http://127.0.0.1:{layout.ports['etcd']}",
        f"--secure-port={layout.ports['apiserver']}",
        f"--bind-address={layout.bind}",
        f"--advertise-address={layout.address}",
        # On the loopback interface the Service `kubernetes` could only point at an address where nothing listens.
        *(["--endpoint-reconciler-type=none"] if layout.on_loopback else []),
        f"--tls-cert-file={folder / 'apiserver.crt'}",
        f"--tls-private-key-file={folder / 'apiserver.key'}",
        f"--client-ca-file={folder / 'ca.crt'}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--anonymous-auth=false",
        f"--service-cluster-ip-range={layout.services}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder / 'sa.pub'}",
        f"--service-account-signing-key-file={folder / 'sa.key'}",
        f"--kubelet-client-certificate={folder / 'kubelet-client.crt'}",
        f"--kubelet-client-key={folder / 'kubelet-client.key'}",
        "--kubelet-preferred-address-types=InternalIP,Hostname",
        f"--requestheader-client-ca-file={folder / 'front-ca.crt'}",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        f"--proxy-client-cert-file={folder / 'front.crt'}",
        f"--proxy-client-key-file={folder / 'front.key'}",
    ]


def _controllers(layout: Layout) -> list[str]:
    folder = layout.certificates
    return [
        f"--kubeconfig={folder / 'controller-manager.kubeconfig'}",
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        f"--bind-address={layout.bind_of_controllers}",
        f"--secure-port={layout.ports['controller-manager']}",
        f"--service-account-private-key-file={folder / 'sa.key'}",
        f"--root-ca-file={folder / 'ca.crt'}",
        f"--cluster-signing-cert-file={folder / 'ca.crt'}",
        f"--cluster-signing-key-file={folder / 'ca.key'}",
        "--allocate-node-cidrs=false",
        *_UNTHROTTLED,
        f"--flex-volume-plugin-dir={layout.run / 'flexvolume'}",  # else it wants a folder of the system
        # A real cluster looks every 15 s; the arithmetic is the same.
        "--horizontal-pod-autoscaler-sync-period=1s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=1s",
    ]


def _scheduler(layout: Layout) -> list[str]:
    return [
        f"--kubeconfig={layout.certificates / 'scheduler.kubeconfig'}",
        "--leader-elect=false",
        f"--bind-address={layout.bind_of_controllers}",
        f"--secure-port={layout.ports['scheduler']}",
        *_UNTHROTTLED,
    ]


#: By default the components limit themselves to some 20 requests a second, which alone makes a start 5 s longer.
_UNTHROTTLED = ("--kube-api-qps=1000", "--kube-api-burst=2000")


def _storage_class(name: str, provisioner: str, mode: str, expandable: bool) -> dict[str, Any]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": provisioner,
        "volumeBindingMode": mode,
        "allowVolumeExpansion": expandable,
    }


#: kwok's stages provision claims of the first two; those of the third stay pending for ever.
STORAGE_CLASSES = (
    _storage_class("test-rwo", "test.lockyard.dev/disk", "WaitForFirstConsumer", True),
    _storage_class("test-rwx", "test.lockyard.dev/files", "Immediate", True),
    _storage_class("test-never", "test.lockyard.dev/never", "Immediate", False),
)
