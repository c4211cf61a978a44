"""The component that installs a registry server on Kubernetes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import pulumi

from lockyard.resources import InputError
from lockyard_components._arguments import (
    ANYTHING,
    CLUSTER,
    EXPOSURE,
    SECRET,
    SECURITY,
    TEXT,
    WHOLE,
    Kind,
    either,
    list_of,
    map_of,
    optional,
    require_kinds,
)
from lockyard_components._kubernetes import component_options, declare, refusals, role_of
from lockyard_components._namespace import namespace_of
from lockyard_components.manifests import Exposure, PodSecurity, RegistryDescription, render_registry_server
from lockyard_components.manifests._exposure import exposed_host
from lockyard_components.manifests._registry_server import API_PATH
from lockyard_components.placement import Cluster, SecretReference

_NUMBER: Final = Kind("a number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool))
_KINDS: Final[Mapping[str, Kind]] = {
    "cluster": CLUSTER,
    "database": SECRET,
    "token": optional(SECRET),
    "checkpoints": TEXT,
    "checkpoint_key": optional(SECRET),
    "credentials_key": optional(SECRET),
    "namespace": optional(TEXT),
    "name": TEXT,
    "replicas": WHOLE,
    "rate_limit": optional(TEXT),
    "bundles": optional(either(map_of(ANYTHING), list_of(ANYTHING))),
    "environment": map_of(either(TEXT, SECRET)),
    "exposure": optional(EXPOSURE),
    "invoke_url": optional(TEXT),
    "invoke_hosts": list_of(TEXT),
    "invoke_headers": list_of(TEXT),
    "callers": list_of(TEXT),
    "database_port": WHOLE,
    "cpu": _NUMBER,
    "memory_mib": WHOLE,
    "security": optional(SECURITY),
    "labels": map_of(TEXT),
}
_MIGRATION: Final = "migration"
_BEFORE_MIGRATION: Final = ("service-account", "bundles", "network-policy")
_DEPLOYMENT: Final = "deployment"


class RegistryServer(pulumi.ComponentResource):
    """A registry server on PostgreSQL: its pods, and a Job before them that upgrades the database.

    Nothing is kept in the pods: records are in the database, proofs in S3, secrets in Secrets that you make and this
    component refers to. A new image runs the Job first, then replaces pod by pod; no pod goes before a new one is
    ready. The pods keep to the Pod Security Standard `restricted`.

    Example:
        ```python
        registry = RegistryServer(
            "registry",
            cluster=cluster,
            image="registry.example/lockyard:0.1.0",
            database=SecretReference(name="lockyard-database", key="url"),
        )
        pulumi.export("registry", registry.endpoint)
        ```

    Args:
        resource_name: Pulumi's name.
        cluster: The cluster; its pull secrets, Prometheus and way in are used. The program applies to the cluster of
            the Kubernetes provider in `opts`, else of the current kubeconfig.
        image: An image with `lockyard[postgres,s3]`, such as that of `container/Containerfile`. A change runs the Job
            again, then rolls the pods.
        database: Secret with the URL `postgresql://user:password@host/database`. The database must exist.
        token: Secret with the one token that all callers send. Default: the server has users, groups and tokens
            (`lockyard serve --users`).
        checkpoints: `s3://bucket/prefix?lockDays=365`, where the audit log's signed checkpoints go; default `off`,
            which draws a warning: who owns the database could rewrite it unseen.
        checkpoint_key: Secret with the Ed25519 key (PEM) that signs them; needed with `checkpoints`.
        credentials_key: Secret with the key that encrypts stored credentials, one Fernet key a line; without it
            credentials cannot be stored.
        namespace: Where it runs; default: the cluster's namespace. A change replaces all objects.
        name: Name of the objects. A change replaces all objects.
        replicas: Number of pods; default 2.
        rate_limit: How often one caller may ask each pod, such as `200/second`; default: no limit.
        bundles: The resource bundles that workloads may name, as `lockyard serve --bundles` takes them; default: the
            default ones. A change rolls the pods.
        environment: Further variables, plain or out of Secrets: `LOCKYARD_OIDC_ISSUER`, `AWS_REGION`, ….
        exposure: The way in from outside the cluster; default: none.
        invoke_url: An origin for workloads alone, such as `https://models.example`; default: they share the API's. Its
            host is one more name of the way in, and nothing but invocations is served under it.
        invoke_hosts: Hosts that invocations may be forwarded to, such as `*.svc`; default: any but loopback,
            link-local, metadata and reserved addresses.
        invoke_headers: Headers that pass between callers and workloads besides the usual ones.
        callers: Namespaces that may call it; default: every pod of the cluster (all need a token). The way in and
            Prometheus may always.
        database_port: Port of the database, which the NetworkPolicy lets it reach; default 5432.
        cpu: Requested cores; default 0.25.
        memory_mib: Requested and largest memory in MiB; default 512.
        security: Who the process runs as; default: user and group 1000.
        labels: Labels beside ours.
        opts: Options of the component.

    Raises:
        InputError: An argument cannot be right.
    """

    endpoint: pulumi.Output[str]
    """Address of the API inside the cluster."""
    host: str | None
    """Host name from outside; None without `exposure`."""
    children: Mapping[str, pulumi.Resource]
    """All objects by their part: `deployment`, `migration`, `service`, …"""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster: Cluster,
        image: pulumi.Input[str],
        database: SecretReference,
        token: SecretReference | None = None,
        checkpoints: str = "off",
        checkpoint_key: SecretReference | None = None,
        credentials_key: SecretReference | None = None,
        namespace: str | None = None,
        name: str = "lockyard-registry",
        replicas: int = 2,
        rate_limit: str | None = None,
        bundles: Mapping[str, Any] | Sequence[Any] | None = None,
        environment: Mapping[str, str | SecretReference] | None = None,
        exposure: Exposure | None = None,
        invoke_url: str | None = None,
        invoke_hosts: Sequence[str] = (),
        invoke_headers: Sequence[str] = (),
        callers: Sequence[str] = (),
        database_port: int = 5432,
        cpu: float = 0.25,
        memory_mib: int = 512,
        security: PodSecurity | None = None,
        labels: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        label = f"RegistryServer {resource_name!r}"
        if not image:
            raise InputError(f"{label}: image must name an image with the `lockyard` command")
        require_kinds(
            label,
            _KINDS,
            cluster=cluster,
            database=database,
            token=token,
            checkpoints=checkpoints,
            checkpoint_key=checkpoint_key,
            credentials_key=credentials_key,
            namespace=namespace,
            name=name,
            replicas=replicas,
            rate_limit=rate_limit,
            bundles=bundles,
            environment=environment or {},
            exposure=exposure,
            invoke_url=invoke_url,
            invoke_hosts=invoke_hosts,
            invoke_headers=invoke_headers,
            callers=callers,
            database_port=database_port,
            cpu=cpu,
            memory_mib=memory_mib,
            security=security,
            labels=labels or {},
        )
        description = RegistryDescription(
            name=name,
            namespace=cluster.namespace if namespace is None else namespace,
            image=cast("Any", image),  # it decides nothing, so it may be an Output
            database=database,
            token=token,
            checkpoints=checkpoints,
            checkpoint_key=checkpoint_key,
            credentials_key=credentials_key,
            replicas=replicas,
            rate_limit=rate_limit,
            bundles=cast("Any", bundles),
            environment=environment or {},
            exposure=exposure,
            invoke_url=invoke_url,
            invoke_hosts=tuple(invoke_hosts),
            invoke_headers=tuple(invoke_headers),
            callers=tuple(callers),
            database_port=database_port,
            cpu=cpu,
            memory_mib=memory_mib,
            security=security or PodSecurity(),
            labels=labels or {},
        )
        with refusals(label):
            objects = render_registry_server(description, cluster)
        super().__init__("lockyard:index:RegistryServer", resource_name, None, component_options(cluster, opts))
        if not description.signs:
            pulumi.log.warn(
                f"{label}: no checkpoints are signed, so who owns the database could rewrite the audit log unseen: "
                "give checkpoints='s3://bucket/prefix?lockDays=365' and checkpoint_key",
                resource=self,
            )
        made = namespace_of(cluster, description.namespace, self)
        first = [] if made is None else [made]
        children: dict[str, pulumi.Resource] = {}
        for key, manifest in objects.items():
            role = role_of(key)
            before = [*first, *(children[needed] for needed in _needs(role) if needed in children)]
            options = pulumi.ResourceOptions(parent=self, depends_on=before)
            children[role] = declare(f"{resource_name}-{role}", manifest, options)
        self.children = children
        self.endpoint = pulumi.Output.from_input(f"http://{name}.{description.namespace}.svc{API_PATH}")
        self.host = exposed_host(description, cluster)
        self.register_outputs({"endpoint": self.endpoint, "host": self.host})


def _needs(role: str) -> Sequence[str]:
    """What is made before an object, and deleted after it."""
    if role in _BEFORE_MIGRATION:
        return ()
    if role == _MIGRATION:
        return _BEFORE_MIGRATION
    if role == _DEPLOYMENT:
        return (*_BEFORE_MIGRATION, _MIGRATION)
    return (_DEPLOYMENT,) if role in ("service", "disruption-budget") else ("service",)
