"""What Kubernetes or the namespace would refuse later, and options that would do nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem, is_dns_label, looks_like_credential

from ._labels import DOMAIN, MAX_NAME
from ._object_checks import (
    is_label_key,
    is_variable_name,
    label_problems,
    namespace_problems,
    security_problems,
    toleration_problems,
)
from ._plain import is_opaque

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import WorkloadDescription

NIM_READY: Final = "/v1/health/ready"
API_KEY_SECRET: Final = "api-key"
API_KEY_VARIABLE: Final = "DATAROBOT_API_TOKEN"

_CONTAINERS: Final = "spec.containerGroups.0.containers"
_HEADER = re.compile(r"[-A-Za-z0-9]+", re.ASCII)
# With the container's name before it, it is a key of the Secret with the environment.
_LONGEST_VARIABLE: Final = 180
_RESTRICTED_ADD: Final = frozenset({"NET_BIND_SERVICE"})
_BASELINE_ADD: Final = frozenset(
    (
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    )
)
_PROBES: Final = ("startupProbe", "livenessProbe", "readinessProbe")
_LEAST_TIMEOUT: Final = 5


def description_problems(description: WorkloadDescription, cluster: Cluster) -> Iterator[Problem]:
    """What is wrong with the workload's own settings."""
    if not is_dns_label(description.name) or len(description.name) > MAX_NAME:
        yield Problem(
            "name",
            f"must be 1 to {MAX_NAME} lower-case letters, digits and hyphens, starting with a letter, as it names "
            "objects",
        )
    yield from namespace_problems(description.namespace)
    if description.artifact_type not in ("service", "nim"):
        yield Problem("artifact_type", "must be 'service' or 'nim'")
    security = description.security
    yield from security_problems(security)
    if security.chown_volume and cluster.pod_security == "restricted":
        yield Problem(
            "security.chown_volume",
            "starts a container as root, which a namespace at level 'restricted' refuses: use a storage class that "
            "maps "
            "users, or Cluster(pod_security='baseline')",
        )
    if security.chown_volume and security.run_as_user is None:
        yield Problem("security.chown_volume", "needs security.run_as_user: somebody has to own the volume")
    yield from label_problems(description.labels)
    for key in description.restart_on:
        if not is_label_key(f"{DOMAIN}/restart-on-{key}"):
            yield Problem("restart_on", f"{key!r} must be at most 52 letters, digits, '-', '_' and '.'")
    yield from toleration_problems(description.tolerations)


def container_problems(
    description: WorkloadDescription, cluster: Cluster, containers: list[Mapping[str, Any]]
) -> Iterator[Problem]:
    """What the API server or the namespace's policy would refuse in the artifact's containers."""
    for index, container in enumerate(containers):
        path = f"{_CONTAINERS}.{index}"
        if container["imageUri"] is None:
            yield Problem(
                f"{path}.imageUri",
                "there is no image yet: it is built by the registry; look the artifact up again when the build is done",
            )
        yield from _variable_problems(description, container["environmentVars"], path)
        for name in _PROBES:
            if container[name] is not None:
                yield from _probe_problems(name, container[name], f"{path}.{name}")
        if container["securityContext"] is not None:
            yield from _security_problems(container["securityContext"], cluster, f"{path}.securityContext")


def container_warnings(description: WorkloadDescription, containers: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """What works, but not as somebody may expect."""
    used = {
        API_KEY_SECRET if variable["source"] == "api-key" else variable.get("drCredentialId")
        for container in containers
        for variable in container["environmentVars"]
    }
    for name in description.secrets:
        if name not in used:
            yield Problem("secrets", f"no variable of the artifact uses {name!r}")
    for index, container in enumerate(containers):
        path = f"{_CONTAINERS}.{index}"
        for v, variable in enumerate(container["environmentVars"]):
            value = variable.get("value")
            if variable["source"] == "string" and type(value) is str and looks_like_credential(variable["name"], value):
                yield Problem(
                    f"{path}.environmentVars.{v}.value",
                    "looks like a credential in clear: it is put into a Secret, but the registry keeps it as text; use "
                    "source dr-credential",
                )
        if not container["primary"]:
            continue
        for name in _PROBES:
            probe = container[name]
            if probe is None:
                continue
            if probe["port"] != container["port"]:
                yield Problem(
                    f"{path}.{name}.port",
                    f"asks port {probe['port']} while the container's port is {container['port']}: set the probe's "
                    "port "
                    "if that is not meant",
                )
            if description.artifact_type == "nim" and probe["timeoutSeconds"] < _LEAST_TIMEOUT:
                yield Problem(
                    f"{path}.{name}.timeoutSeconds", f"a busy model server answers late: use at least {_LEAST_TIMEOUT}"
                )
        if description.artifact_type == "nim":
            yield from _nim_warnings(container, path)
        liveness = container["livenessProbe"]
        if liveness is not None and type(liveness["path"]) is str and liveness["path"] == NIM_READY:
            yield Problem(
                f"{path}.livenessProbe.path",
                f"{NIM_READY} fails under load and while loading, and each restart loads the model again: use "
                "/v1/health/live",
            )


def _nim_warnings(container: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for index, variable in enumerate(container["environmentVars"]):
        value = variable.get("value")
        if variable.get("name") == "NIM_SERVER_PORT" and type(value) is str and value.strip() != str(container["port"]):
            yield Problem(
                f"{path}.environmentVars.{index}.value",
                f"the server listens on another port than the container's {container['port']}: leave the variable out",
            )


def _variable_problems(description: WorkloadDescription, variables: list[Any], path: str) -> Iterator[Problem]:
    for index, variable in enumerate(variables):
        where = f"{path}.environmentVars.{index}"
        name = variable.get("name") or API_KEY_VARIABLE
        if not is_variable_name(name) or len(name) > _LONGEST_VARIABLE:
            yield Problem(
                f"{where}.name",
                f"must be at most {_LONGEST_VARIABLE} letters, digits, '-', '_' and '.', not a digit first, or "
                "Kubernetes "
                "refuses it",
            )
        if variable["source"] == "api-key" and API_KEY_SECRET not in description.secrets:
            yield Problem(
                where, f"needs a token: give secrets={{'{API_KEY_SECRET}': SecretReference(name=..., key=...)}}"
            )
        if variable["source"] == "dr-credential":
            if variable["drCredentialId"] not in description.secrets:
                yield Problem(
                    f"{where}.drCredentialId",
                    "no Kubernetes Secret is known for this credential: give secrets={<drCredentialId>: "
                    "SecretReference(name=..., key=...)}",
                )
            key = variable["key"]
            if not is_opaque(key) and re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key, re.ASCII) is None:
                yield Problem(f"{where}.key", "must be letters, digits, '-', '_' and '.', as a key of a Secret")


def _probe_problems(name: str, probe: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if name != "readinessProbe" and probe["successThreshold"] != 1:
        yield Problem(f"{path}.successThreshold", "must be 1, as Kubernetes counts successes of readiness probes only")
    for header in probe["httpHeaders"]:
        if _HEADER.fullmatch(header) is None:
            yield Problem(f"{path}.httpHeaders", "names of headers must be letters, digits and hyphens")


def _security_problems(context: Mapping[str, Any], cluster: Cluster, path: str) -> Iterator[Problem]:
    level = cluster.pod_security
    remedy = "leave it out" if level == "baseline" else "leave it out, or use Cluster(pod_security='baseline')"
    if context["allowPrivilegeEscalation"] and level == "restricted":
        yield Problem(f"{path}.allowPrivilegeEscalation", f"namespaces at level 'restricted' refuse it: {remedy}")
    allowed = _RESTRICTED_ADD if level == "restricted" else _BASELINE_ADD
    for index, name in enumerate((context["capabilities"] or {}).get("add") or ()):
        if name not in allowed:
            why = remedy if name in _BASELINE_ADD else "leave it out"
            yield Problem(f"{path}.capabilities.add.{index}", f"namespaces at level '{level}' refuse it: {why}")
    if (context["seccompProfile"] or {}).get("type") == "Unconfined":
        yield Problem(f"{path}.seccompProfile.type", f"namespaces at level '{level}' refuse it: leave it out")
