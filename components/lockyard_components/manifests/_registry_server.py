"""The objects of a registry server: a Job that upgrades the database, then the pods that serve it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from lockyard_components.placement._quantities import cpu_quantity, memory_quantity

from ._description import Manifest, PlanError
from ._labels import API_PORT, SERVICE_PORT
from ._network_policy import anywhere, in_namespace, name_service, tcp
from ._pod_security import container_security_context, pod_security_context
from ._quantities import MIB
from ._registry_description import (
    BUNDLES,
    CHECKPOINT_KEY,
    CHECKPOINTS,
    CREDENTIALS_KEY,
    DATABASE,
    INVOKE_HEADERS,
    INVOKE_HOSTS,
    INVOKE_URL,
    TOKEN,
    RegistryDescription,
    invoke_host,
    registry_problems,
)
from ._route import route_to

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, SecretReference

PORT: Final = 8321
API_PATH: Final = "/api/v2"

_FOLDER: Final = "/etc/lockyard"
_CHECKPOINT_FOLDER: Final = "/var/run/lockyard-checkpoint-key"
_CREDENTIALS_FOLDER: Final = "/var/run/lockyard-credentials-key"
_BUNDLES_FILE: Final = "bundles.json"
_GRACE_SECONDS: Final = 30
# The pod is out of every list of addresses before it stops taking connections.
_DRAIN_SECONDS: Final = 5
_MIGRATION_SECONDS: Final = 900


def render_registry_server(description: RegistryDescription, cluster: Cluster) -> dict[str, Manifest]:
    """The objects of a registry server on PostgreSQL.

    Args:
        description: what it is to be.
        cluster: its pull secrets, Prometheus and way in are used.

    Returns:
        `serviceAccount`; `bundles` (ConfigMap) where bundles are given; `networkPolicy`, `migration` (Job),
        `deployment`, `service`; `disruptionBudget` from two replicas on; `monitor` where the cluster has the Prometheus
        operator; `route` where an exposure is given. In order of creation.

    Raises:
        PlanError: with every problem.
    """
    problems = registry_problems(description, cluster)
    if problems:
        raise PlanError(problems)
    objects: dict[str, Manifest] = {
        "serviceAccount": {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": _metadata(description),
            "automountServiceAccountToken": False,
        }
    }
    if description.bundles is not None:
        objects["bundles"] = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": _metadata(description, f"{description.name}-bundles"),
            "data": {_BUNDLES_FILE: _bundles(description)},
        }
    objects["networkPolicy"] = _network_policy(description, cluster)
    objects["migration"] = _migration(description, cluster)
    objects["deployment"] = _deployment(description, cluster)
    objects["service"] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(description),
        "spec": {
            "type": "ClusterIP",
            "selector": _selector(description),
            "ports": [{"name": API_PORT, "port": SERVICE_PORT, "targetPort": API_PORT, "protocol": "TCP"}],
        },
    }
    if description.replicas > 1:
        objects["disruptionBudget"] = {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": _metadata(description),
            "spec": {
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": _selector(description)},
            },
        }
    if cluster.prometheus is not None:
        objects["monitor"] = _monitor(description, dict(cluster.prometheus.labels))
    backend = {"name": description.name, "port": SERVICE_PORT}
    apart = invoke_host(description)
    route = route_to(
        description,
        cluster,
        _metadata(description),
        backend=backend,
        service=description.name,
        more_hosts=() if apart is None else (apart,),
    )
    return objects if route is None else {**objects, "route": route}


def _selector(description: RegistryDescription, component: str = "registry") -> dict[str, str]:
    return {"app.kubernetes.io/instance": description.name, "app.kubernetes.io/component": component}


def _labels(description: RegistryDescription, component: str) -> dict[str, str]:
    return {
        **description.labels,
        "app.kubernetes.io/name": "lockyard-registry",
        **_selector(description, component),
        "app.kubernetes.io/part-of": "lockyard",
        "app.kubernetes.io/managed-by": "lockyard",
    }


def _metadata(description: RegistryDescription, name: str | None = None, component: str = "registry") -> dict[str, Any]:
    return {
        "name": name or description.name,
        "namespace": description.namespace,
        "labels": _labels(description, component),
    }


def _bundles(description: RegistryDescription) -> str:
    return json.dumps(description.bundles, indent=2, sort_keys=True)


def _from_secret(reference: SecretReference) -> dict[str, Any]:
    return {"valueFrom": {"secretKeyRef": {"name": reference.name, "key": reference.key}}}


def _migration(description: RegistryDescription, cluster: Cluster) -> Manifest:
    """Runs to its end before the pods of a new version start: they find the schema they need."""
    pod = _pod(description, cluster, "migration", ["lockyard", "migrate"], _database(description))
    pod |= {"restartPolicy": "Never"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": _metadata(description, f"{description.name}-migration", "migration"),
        "spec": {
            # The database may come up later than this; upgrading twice changes nothing.
            "backoffLimit": 6,
            "activeDeadlineSeconds": _MIGRATION_SECONDS,
            "template": {"metadata": {"labels": _labels(description, "migration")}, "spec": pod},
        },
    }


def _deployment(description: RegistryDescription, cluster: Cluster) -> Manifest:
    command = ["lockyard", "serve", "--host", "0.0.0.0", "--port", str(PORT), "--log", "json"]
    if description.token is None:
        # The pods' output is a log.
        command += ["--users", "--no-show-first-token"]
    if description.rate_limit is not None:
        command += ["--rate-limit", description.rate_limit]
    pod = _pod(description, cluster, "registry", command, _server_environment(description))
    container = pod["containers"][0]
    container["ports"] = [{"name": API_PORT, "containerPort": PORT, "protocol": "TCP"}]
    container["startupProbe"] = {**_probe("/readyz"), "periodSeconds": 2, "failureThreshold": 60}
    container["readinessProbe"] = {**_probe("/readyz"), "periodSeconds": 5, "failureThreshold": 2}
    # Says nothing about the database: a restart would not mend that.
    container["livenessProbe"] = {**_probe("/healthz"), "periodSeconds": 10, "failureThreshold": 3}
    container["lifecycle"] = {"preStop": {"sleep": {"seconds": _DRAIN_SECONDS}}}
    pod["terminationGracePeriodSeconds"] = _GRACE_SECONDS
    pod["topologySpreadConstraints"] = [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": _selector(description)},
            "matchLabelKeys": ["pod-template-hash"],
        }
    ]
    _mount_files(description, pod)
    template: dict[str, Any] = {"metadata": {"labels": _labels(description, "registry")}, "spec": pod}
    if description.bundles is not None:
        # The file is read at the start, so another one is a rollout.
        digest = sha256(_bundles(description).encode()).hexdigest()[:16]
        template["metadata"]["annotations"] = {"lockyard.dev/bundles": digest}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(description),
        "spec": {
            "replicas": description.replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": _selector(description)},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "template": template,
        },
    }


def _probe(path: str) -> dict[str, Any]:
    return {"httpGet": {"path": path, "port": API_PORT}, "timeoutSeconds": 4}


def _database(description: RegistryDescription) -> dict[str, Any]:
    return {DATABASE: _from_secret(description.database)}


def _server_environment(description: RegistryDescription) -> dict[str, Any]:
    """The variables of the server, by name, as what stands beside the name."""
    found = {**_database(description), CHECKPOINTS: {"value": description.checkpoints}}
    if description.token is not None:
        found[TOKEN] = _from_secret(description.token)
    if description.checkpoint_key is not None:
        found[CHECKPOINT_KEY] = {"value": f"{_CHECKPOINT_FOLDER}/{description.checkpoint_key.key}"}
    # Without a key the name is that of a file which nobody can make: one in the pod would be gone with the pod, and
    # with it what it encrypted.
    key = description.credentials_key
    found[CREDENTIALS_KEY] = {"value": f"{_CREDENTIALS_FOLDER}/{'missing' if key is None else key.key}"}
    if description.bundles is not None:
        found[BUNDLES] = {"value": f"{_FOLDER}/{_BUNDLES_FILE}"}
    if description.invoke_url is not None:
        found[INVOKE_URL] = {"value": description.invoke_url}
    for name, entries in ((INVOKE_HOSTS, description.invoke_hosts), (INVOKE_HEADERS, description.invoke_headers)):
        if entries:
            found[name] = {"value": ",".join(entries)}
    for name, value in description.environment.items():
        found[name] = {"value": value} if isinstance(value, str) else _from_secret(value)
    return found


def _mount_files(description: RegistryDescription, pod: dict[str, Any]) -> None:
    mounts: list[dict[str, Any]] = pod["containers"][0]["volumeMounts"]
    if description.bundles is not None:
        pod["volumes"].append({"name": "bundles", "configMap": {"name": f"{description.name}-bundles"}})
        mounts.append({"name": "bundles", "mountPath": _FOLDER, "readOnly": True})
    keys = {
        "checkpoint-key": (description.checkpoint_key, _CHECKPOINT_FOLDER),
        "credentials-key": (description.credentials_key, _CREDENTIALS_FOLDER),
    }
    for name, (key, folder) in keys.items():
        if key is not None:
            # Readable by the process's group: a Secret's files belong to root.
            secret = {"secretName": key.name, "items": [{"key": key.key, "path": key.key}], "defaultMode": 0o440}
            pod["volumes"].append({"name": name, "secret": secret})
            mounts.append({"name": name, "mountPath": folder, "readOnly": True})


def _pod(
    description: RegistryDescription, cluster: Cluster, name: str, command: list[str], environment: dict[str, Any]
) -> dict[str, Any]:
    memory = memory_quantity(description.memory_mib * MIB)
    writable = {"HOME": {"value": "/tmp"}, "LOCKYARD_DATA_DIR": {"value": "/tmp/lockyard"}}
    pod: dict[str, Any] = {
        "serviceAccountName": description.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security_context(description.security),
        "containers": [
            {
                "name": name,
                "image": description.image,
                "imagePullPolicy": "IfNotPresent",
                "command": command,
                "env": [{"name": key, **value} for key, value in {**writable, **environment}.items()],
                "resources": {
                    "requests": {"cpu": cpu_quantity(description.cpu), "memory": memory},
                    "limits": {"memory": memory},
                },
                "securityContext": {**container_security_context(), "readOnlyRootFilesystem": True},
                "terminationMessagePolicy": "FallbackToLogsOnError",
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    }
    if cluster.pull_secrets:
        pod["imagePullSecrets"] = [{"name": secret} for secret in cluster.pull_secrets]
    return pod


def _network_policy(description: RegistryDescription, cluster: Cluster) -> Manifest:
    way_in = cluster.gateway or cluster.ingress
    peers: list[dict[str, Any]] = [in_namespace(name) for name in description.callers] or [{"namespaceSelector": {}}]
    if description.callers:
        if description.exposure is not None and way_in is not None:
            peers.append(in_namespace(way_in.namespace))
        if cluster.prometheus is not None:
            peers.append(in_namespace(cluster.prometheus.namespace))
    ports = tcp(description.database_port)
    if description.database_port != 443:
        # Checkpoints in S3, keys of an OpenID Connect issuer.
        ports += tcp(443)
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _metadata(description),
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/instance": description.name}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": peers, "ports": tcp(API_PORT)}],
            # Invocations are forwarded to workloads, on whatever port theirs is.
            "egress": [name_service(), {"to": anywhere(), "ports": ports}, {"to": [{"namespaceSelector": {}}]}],
        },
    }


def _monitor(description: RegistryDescription, labels: dict[str, str]) -> Manifest:
    metadata = _metadata(description)
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {**metadata, "labels": {**metadata["labels"], **labels}},
        "spec": {
            "selector": {"matchLabels": _selector(description)},
            "namespaceSelector": {"matchNames": [description.namespace]},
            "endpoints": [{"port": API_PORT, "path": "/metrics", "interval": "30s"}],
        },
    }
