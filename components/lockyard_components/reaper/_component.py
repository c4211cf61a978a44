"""The component that runs the reaper on a cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import pulumi

from lockyard.resources import InputError
from lockyard.resources._inputs import is_deferred
from lockyard_components._arguments import (
    CLUSTER,
    SECURITY,
    TEXT,
    Kind,
    list_of,
    map_of,
    optional,
    require_kinds,
)
from lockyard_components._kubernetes import component_options, declare, refusals, role_of
from lockyard_components._namespace import namespace_of
from lockyard_components.manifests import PodSecurity, render_reaper
from lockyard_components.placement import Cluster

_KINDS: Final[Mapping[str, Kind]] = {
    "cluster": CLUSTER,
    "namespace": optional(TEXT),
    "name": TEXT,
    "schedule": TEXT,
    "watched": list_of(TEXT),
    "security": optional(SECURITY),
    "labels": optional(map_of(TEXT)),
}


class DraftReaper(pulumi.ComponentResource):
    """A CronJob that ends drafts: every 5 minutes it scales those whose 8 hours are over to zero. One for a cluster.

    It runs `lockyard reap`, which works from the annotation `lockyard.dev/expires-at` of the Deployments alone, asks no
    registry and deletes nothing. Its ServiceAccount may read Deployments, set their scale, and annotate ScaledObjects:
    it cannot change what they run. The pods keep to the Pod Security Standard `restricted`.

    Example:
        ```python
        reaper = DraftReaper("reaper", cluster=cluster, image="registry.example/lockyard:0.1.0")
        ```

    Args:
        resource_name: Pulumi's name.
        cluster: The cluster; its pull secrets are used. The program applies to the cluster of the Kubernetes provider
            in `opts`, else of the current kubeconfig.
        image: An image with the `lockyard` command and its extra `kubernetes`. A change is an update.
        namespace: Where the CronJob runs; default: the cluster's namespace. It must exist, unless the cluster says
            that the program makes it. A change replaces all objects.
        name: Name of the objects. A change replaces all objects.
        schedule: When it runs, as a cron expression; default: every 5 minutes, so that a draft ends at most 10 minutes
            late.
        watched: The namespaces it looks at, with rights in these only; default: all, with a ClusterRole.
        security: Who the process runs as; default: user and group 1000.
        labels: Labels beside ours.
        opts: Options of the component.

    Raises:
        InputError: An argument cannot be right.
    """

    cron_jobs: Mapping[str, pulumi.Resource]
    """The CronJobs by watched namespace; a single one under `""`."""
    children: Mapping[str, pulumi.Resource]
    """All objects by their part: `service-account`, `cluster-role`, `cron-job`, …"""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster: Cluster,
        image: pulumi.Input[str],
        namespace: str | None = None,
        name: str = "lockyard-reaper",
        schedule: str = "*/5 * * * *",
        watched: Sequence[str] = (),
        security: PodSecurity | None = None,
        labels: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        label = f"DraftReaper {resource_name!r}"
        given: Any = image
        if not is_deferred(given) and (not isinstance(given, str) or re.fullmatch(r"\S+", given) is None):
            raise InputError(f"{label}: image must name an image with the `lockyard` command")
        if isinstance(cast("Any", watched), str):
            raise InputError(f"{label}: watched must be a list of namespaces, not one text")
        require_kinds(
            label,
            _KINDS,
            cluster=cluster,
            namespace=namespace,
            name=name,
            schedule=schedule,
            watched=watched,
            security=security,
            labels=labels,
        )
        with refusals(label):
            objects = render_reaper(
                cluster=cluster,
                namespace=cluster.namespace if namespace is None else namespace,
                image=cast("Any", image),  # it decides nothing, so it may be an Output
                name=name,
                schedule=schedule,
                watched=watched,
                security=security,
                labels=labels,
            )
        super().__init__("lockyard:index:DraftReaper", resource_name, None, component_options(cluster, opts))
        made = namespace_of(cluster, namespace or cluster.namespace, self)
        first = [] if made is None else [made]
        children: dict[str, pulumi.Resource] = {}
        for key, manifest in objects.items():
            # The rights are there before the first run, and go after the last one.
            before = [*first, *(children.values() if manifest["kind"] == "CronJob" else ())]
            role = role_of(key)
            children[role] = declare(
                f"{resource_name}-{role}", manifest, pulumi.ResourceOptions(parent=self, depends_on=before)
            )
        self.children = children
        self.cron_jobs = {
            role.removeprefix("cron-job").removeprefix("-"): child
            for role, child in children.items()
            if role.startswith("cron-job")
        }
        self.register_outputs({})
