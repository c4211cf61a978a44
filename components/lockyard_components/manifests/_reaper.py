"""The CronJob that runs `lockyard reap`, with rights to see drafts and to scale them, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem, is_dns_label

from ._description import Manifest, PlanError, PodSecurity
from ._labels import MAX_NAME
from ._object_checks import label_problems, namespace_problems, security_problems
from ._pod_security import container_security_context, pod_security_context

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

# Scaling goes through the subresource, so the role cannot change what a Deployment runs. RBAC knows no labels: that
# only drafts are scaled is what the reaper itself sees to.
_RULES: Final = (
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]},
    {"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["patch"]},
    {"apiGroups": ["keda.sh"], "resources": ["scaledobjects"], "verbs": ["list", "patch"]},
)


# Five fields, or a name for them; what they may hold exactly is the API server's matter.
_SCHEDULE = re.compile(
    r"@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|[-*,/?0-9A-Za-z]+(?: +[-*,/?0-9A-Za-z]+){4}"
)


def render_reaper(
    *,
    cluster: Cluster,
    namespace: str,
    image: str,
    name: str = "lockyard-reaper",
    schedule: str = "*/5 * * * *",
    watched: Sequence[str] = (),
    command: Sequence[str] = ("lockyard", "reap"),
    security: PodSecurity | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Manifest]:
    """The objects of a reaper of expired drafts.

    Args:
        cluster: the cluster; its pull secrets are used.
        namespace: where the CronJob runs.
        image: an image with the `lockyard` command.
        name: name of the objects.
        schedule: cron expression; every five minutes by default, so a draft ends at most ten minutes late.
        watched: the namespaces to look at: one Role in each. None: a ClusterRole, and all namespaces.
        command: what to run; `--namespace` is added for one watched namespace.
        security: who the process runs as; None is user and group 1000.
        labels: labels beside ours.

    Returns:
        `serviceAccount`; `clusterRole` and `clusterRoleBinding`, or `role-<namespace>` and `roleBinding-<namespace>`;
        `cronJob`, or `cronJob-<namespace>` for several namespaces. In order of creation.

    Raises:
        PlanError: with every problem.
    """
    security = security or PodSecurity()
    problems = [
        *_setting_problems(namespace, name, schedule, watched),
        *label_problems(labels or {}),
        *security_problems(security),
    ]
    if problems:
        raise PlanError(problems)
    own = {
        **(labels or {}),
        "app.kubernetes.io/name": "lockyard-reaper",
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/component": "reaper",
        "app.kubernetes.io/part-of": "lockyard",
        "app.kubernetes.io/managed-by": "lockyard",
    }

    def metadata(object_name: str, where: str | None) -> dict[str, Any]:
        return {"name": object_name, **({"namespace": where} if where else {}), "labels": dict(own)}

    objects: dict[str, Manifest] = {
        "serviceAccount": {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": metadata(name, namespace),
            "automountServiceAccountToken": False,
        }
    }
    places = list(dict.fromkeys(watched))
    for place in places or [None]:
        kind = "Role" if place else "ClusterRole"
        suffix = f"-{place}" if place else ""
        key = "role" if place else "clusterRole"
        # A role of every cluster-wide reaper carries its namespace, as two of them may be on one cluster.
        role = name if place else f"{name}-{namespace}"
        objects[f"{key}{suffix}"] = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": kind,
            "metadata": metadata(role, place),
            "rules": [{key: list(value) for key, value in rule.items()} for rule in _RULES],
        }
        objects[f"{key}Binding{suffix}"] = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": f"{kind}Binding",
            "metadata": metadata(role, place),
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
        }
    for place in places or [None]:
        several = len(places) > 1
        objects["cronJob" if not several else f"cronJob-{place}"] = {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": metadata(f"{name}-{place}" if several else name, namespace),
            "spec": {
                "schedule": schedule,
                "concurrencyPolicy": "Forbid",
                # A controller that was away does not run what it missed; the next run does the same.
                "startingDeadlineSeconds": 240,
                "successfulJobsHistoryLimit": 1,
                "failedJobsHistoryLimit": 3,
                "jobTemplate": {
                    "spec": {
                        "backoffLimit": 1,
                        "activeDeadlineSeconds": 240,
                        "template": {
                            "metadata": {"labels": dict(own), "annotations": {"sidecar.istio.io/inject": "false"}},
                            "spec": _pod(
                                cluster, name, image, [*command, *(["--namespace", place] if place else [])], security
                            ),
                        },
                    }
                },
            },
        }
    return objects


def _setting_problems(namespace: str, name: str, schedule: str, watched: Sequence[str]) -> Iterator[Problem]:
    yield from namespace_problems(namespace)
    for index, place in enumerate(watched):
        yield from namespace_problems(place, f"watched.{index}")
    longest = MAX_NAME - max((len(place) + 1 for place in watched), default=0) if len(set(watched)) > 1 else MAX_NAME
    if not is_dns_label(name) or len(name) > longest:
        why = "" if longest == MAX_NAME else ", as each CronJob's name also has its namespace"
        yield Problem("name", f"must be 1 to {longest} lower-case letters, digits and hyphens, a letter first{why}")
    if _SCHEDULE.fullmatch(schedule) is None:
        yield Problem("schedule", "must be a cron expression of five fields, such as '*/5 * * * *'")


def _pod(cluster: Cluster, account: str, image: str, command: list[str], security: PodSecurity) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "restartPolicy": "Never",
        "serviceAccountName": account,
        # The one pod of ours that talks to the API server.
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "securityContext": pod_security_context(security),
        "containers": [
            {
                "name": "reaper",
                "image": image,
                "imagePullPolicy": "IfNotPresent",
                "command": command,
                # The command line's libraries write nothing, but Python wants a home and a place for temporary files.
                "env": [{"name": "HOME", "value": "/tmp"}],
                "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "256Mi"}},
                "securityContext": {**container_security_context(), "readOnlyRootFilesystem": True},
                "terminationMessagePolicy": "FallbackToLogsOnError",
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    }
    if cluster.pull_secrets:
        spec["imagePullSecrets"] = [{"name": secret} for secret in cluster.pull_secrets]
    return spec
