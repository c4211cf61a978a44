"""What a registry server on Kubernetes is to be, and what cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lockyard.contract import Problem, is_dns_label, read_origin

from ._description import Exposure, PodSecurity
from ._exposure import exposure_problems
from ._labels import MAX_NAME
from ._object_checks import is_variable_name, label_problems, namespace_problems, security_problems

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, SecretReference

DATABASE: Final = "LOCKYARD_DATABASE"
TOKEN: Final = "LOCKYARD_API_TOKEN"
CHECKPOINTS: Final = "LOCKYARD_CHECKPOINTS"
CHECKPOINT_KEY: Final = "LOCKYARD_CHECKPOINT_KEY"
CREDENTIALS_KEY: Final = "LOCKYARD_CREDENTIALS_KEY"
BUNDLES: Final = "LOCKYARD_BUNDLES"
INVOKE_URL: Final = "LOCKYARD_INVOKE_URL"
INVOKE_HOSTS: Final = "LOCKYARD_INVOKE_HOSTS"
INVOKE_HEADERS: Final = "LOCKYARD_INVOKE_HEADERS"

_OURS: Final = (DATABASE, TOKEN, CHECKPOINTS, CHECKPOINT_KEY, CREDENTIALS_KEY, BUNDLES, "HOME", "LOCKYARD_DATA_DIR")
_RATE = re.compile(r"[1-9][0-9]*/(?:second|minute|hour)")
_OFF: Final = "off"
_S3: Final = "s3://"


@dataclass(frozen=True, kw_only=True, eq=False)
class RegistryDescription:
    """A registry server.

    Attributes:
        name: name of its objects.
        namespace: their namespace.
        image: an image with `lockyard[postgres,s3]`; may be unknown still.
        database: Secret with the `postgresql://` URL.
        token: Secret with the one token that callers send; None: the server has users.
        checkpoints: `s3://bucket/prefix` for the audit log's signed checkpoints, or `off`.
        checkpoint_key: Secret with the PEM key that signs them.
        credentials_key: Secret with the key that encrypts stored credentials; None: credentials cannot be stored.
        replicas: number of pods.
        rate_limit: how often one caller may ask each pod, such as `200/second`; None for no limit.
        bundles: what `lockyard serve --bundles` takes; None: the default bundles.
        environment: further variables: plain, or out of a Secret.
        exposure: the way in from outside the cluster.
        invoke_url: the origin that workloads are invoked at, with the exposure's way in; None: the API's own.
        invoke_hosts: hosts that requests to workloads may be forwarded to; none: the server's default.
        invoke_headers: headers that are forwarded besides the usual ones.
        callers: namespaces that may call it; none: every pod of the cluster.
        database_port: port of the database, for the NetworkPolicy.
        cpu: requested cores.
        memory_mib: requested and largest memory, MiB.
        security: who the process runs as.
        labels: labels beside ours.
    """

    name: str
    namespace: str
    image: Any
    database: SecretReference
    token: SecretReference | None = None
    checkpoints: str = _OFF
    checkpoint_key: SecretReference | None = None
    credentials_key: SecretReference | None = None
    replicas: int = 2
    rate_limit: str | None = None
    bundles: Mapping[str, Any] | list[Any] | None = None
    environment: Mapping[str, str | SecretReference] = field(default_factory=dict[str, Any])
    exposure: Exposure | None = None
    invoke_url: str | None = None
    invoke_hosts: tuple[str, ...] = ()
    invoke_headers: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    database_port: int = 5432
    cpu: float = 0.25
    memory_mib: int = 512
    security: PodSecurity = field(default_factory=PodSecurity)
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def signs(self) -> bool:
        """Whether it writes checkpoints."""
        return self.checkpoints != _OFF


def registry_problems(description: RegistryDescription, cluster: Cluster) -> list[Problem]:
    """All that is wrong with it, each with its path."""
    return [
        *_names(description),
        *_checkpoints(description),
        *_numbers(description),
        *_invocations(description),
        *label_problems(description.labels),
        *security_problems(description.security),
        *exposure_problems(description, cluster),
    ]


def _names(description: RegistryDescription) -> Iterator[Problem]:
    if not is_dns_label(description.name) or len(description.name) > MAX_NAME:
        yield Problem("name", f"must be 1 to {MAX_NAME} lower-case letters, digits and hyphens, a letter first")
    yield from namespace_problems(description.namespace)
    for index, namespace in enumerate(description.callers):
        yield from namespace_problems(namespace, f"callers.{index}")
    for name in description.environment:
        if not is_variable_name(name):
            yield Problem(f"environment.{name}", "is no name of an environment variable")
        elif name in _OURS:
            yield Problem(f"environment.{name}", "is set by the component: use its argument")


def _checkpoints(description: RegistryDescription) -> Iterator[Problem]:
    if not description.signs:
        if description.checkpoint_key is not None:
            yield Problem("checkpoint_key", "signs nothing without checkpoints='s3://…': give a place or leave it out")
        return
    if not description.checkpoints.startswith(_S3):
        yield Problem(
            "checkpoints",
            "must be 's3://bucket/prefix' or 'off': a folder in a pod is gone with the pod, and the proof with it",
        )
    if description.checkpoint_key is None:
        yield Problem(
            "checkpoint_key",
            "is needed with checkpoints: without it each pod would make a key of its own that ends with the pod",
        )


def invoke_host(description: RegistryDescription) -> str | None:
    """The host name of the workloads' own origin, without a port; None where they have none."""
    if description.invoke_url is None:
        return None
    return urlsplit(read_origin(description.invoke_url)).hostname


def _invocations(description: RegistryDescription) -> Iterator[Problem]:
    try:
        invoke_host(description)
    except ValueError as error:
        yield Problem("invoke_url", str(error))
    for name, entries in (("invoke_hosts", description.invoke_hosts), ("invoke_headers", description.invoke_headers)):
        for index, entry in enumerate(entries):
            if not entry.strip() or "," in entry:
                yield Problem(f"{name}.{index}", "must be one entry, without a comma")


def _numbers(description: RegistryDescription) -> Iterator[Problem]:
    if description.replicas < 1:
        yield Problem("replicas", "must be at least 1")
    if not 1 <= description.database_port <= 65535:
        yield Problem("database_port", "must be between 1 and 65535")
    if description.cpu <= 0:
        yield Problem("cpu", "must be more than 0 cores")
    if description.memory_mib < 256:
        yield Problem("memory_mib", "must be at least 256: the server does not start with less")
    if description.rate_limit is not None and _RATE.fullmatch(description.rate_limit) is None:
        yield Problem("rate_limit", "must be a number for a second, minute or hour, such as '200/second'")
