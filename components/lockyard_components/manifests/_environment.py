"""Environment variables: in clear, in the workload's Secret, or as references to Secrets of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import looks_like_credential

from ._labels import shortened
from ._plain import is_opaque
from ._plan_checks import API_KEY_SECRET, API_KEY_VARIABLE

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import WorkloadDescription, WorkloadPlan

_SECRET_STEM: Final = 46  # with `-env-` and 12 hex digits: 63


def environment_secret_name(description: WorkloadDescription) -> Any:
    """Name of the Secret with values that must not stand in the Deployment.

    It changes with the content, so that a pod of the version before never starts with the values of this one.
    """
    return description.join(shortened(description.name, _SECRET_STEM), "-env-", description.version)


def literal(value: Any) -> Any:
    """Text that reaches the process as it is: Kubernetes would replace `$(NAME)`, and `$$` by `$`."""
    if type(value) is str and ("$(" in value or "$$" in value):
        return value.replace("$", "$$")
    return value


def render_environment(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """The variables of all containers.

    What the artifact sets wins over what the platform sets.

    Returns:
        `env` by container name, and the data of the workload's Secret (empty: there is none).
    """
    env: dict[str, list[dict[str, Any]]] = {}
    secret: dict[str, Any] = {}
    for container in plan.group["containers"]:
        variables = _platform_variables(description, plan, cluster, container)
        for variable in container["environmentVars"]:
            name = variable.get("name") or API_KEY_VARIABLE
            # First out, then in: an artifact's variable comes after all of ours, in the artifact's order.
            variables.pop(name, None)
            variables[name] = _source(description, container["name"], name, variable, secret)
        env[container["name"]] = [{"name": name, **source} for name, source in variables.items()]
    return env, secret


def _source(
    description: WorkloadDescription, container: str, name: str, variable: Mapping[str, Any], secret: dict[str, Any]
) -> dict[str, Any]:
    if variable["source"] == "dr-credential":
        return _reference(description.secrets[variable["drCredentialId"]].name, variable["key"])
    if variable["source"] == "api-key":
        reference = description.secrets[API_KEY_SECRET]
        return _reference(reference.name, reference.key)
    value = variable["value"]
    if not is_opaque(value) and not looks_like_credential(name, value):
        return {"value": literal(value)}
    key = f"{container}.{name}"
    secret[key] = value
    return _reference(environment_secret_name(description), key)


def _platform_variables(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster, container: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    variables: dict[str, dict[str, Any]] = {"WORKLOAD_ID": {"value": description.workload_id}}
    if description.artifact_type != "nim" or not container["primary"]:
        return variables
    port = str(plan.port)
    ours = {
        "NIM_CACHE_PATH": plan.cache_path,
        "NIM_SERVER_PORT": port,
        "NIM_HTTP_API_PORT": port,
        "NIM_JSONL_LOGGING": "1",
        "NIM_LOG_LEVEL": "INFO",
        "OUTLINES_CACHE_DIR": "/tmp/outlines",
    }
    if len(description.profiles) == 1:
        ours["NIM_MODEL_PROFILE"] = description.profiles[0]
    variables |= {name: {"value": value} for name, value in ours.items()}
    if cluster.ngc_secret is not None:
        variables["NGC_API_KEY"] = _reference(cluster.ngc_secret.name, cluster.ngc_secret.key)
    return variables


def _reference(name: Any, key: Any) -> dict[str, Any]:
    return {"valueFrom": {"secretKeyRef": {"name": name, "key": key}}}
