"""The component `KubernetesWorkload`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from lockyard.contract import Problem, WorkloadRuntime, is_dns_label, runtime_digest
from lockyard.resources import (
    Artifact,
    ArtifactInfo,
    InputError,
    RolloutReport,
    SharedRoleArgs,
    Workload,
    WorkloadRuntimeArgs,
)
from lockyard.resources._wire import to_wire
from lockyard_components._kubernetes import component_options, refusals, render_folder
from lockyard_components._namespace import namespace_of
from lockyard_components.manifests import (
    Exposure,
    Metrics,
    Network,
    PodSecurity,
    WorkloadDescription,
    WorkloadPlan,
    plan_workload,
    render_workload,
)
from lockyard_components.manifests._exposure import exposed_host
from lockyard_components.nim_cache import NimCache
from lockyard_components.placement import Cluster, SecretReference

from ._arguments import require_arguments
from ._capacity import book_capacity
from ._children import AUTOSCALER, DEPLOYMENT, SERVICE, Children
from ._hooks import WorkloadHooks
from ._names import take_names
from ._new_pods import NewPods
from ._outputs import ready_replicas, replicas
from ._reporting import RolloutReporter
from ._scaling import ScalingHook
from ._source import cluster_digest, source_of, version_label


class KubernetesWorkload(pulumi.ComponentResource):
    """A workload on a Kubernetes cluster: the record, its objects, and the report of every rollout to the registry.

    Another artifact, an edited draft or another runtime rolls the Deployment; the registry's replacement ends when the
    new pods serve. If they do not within their time, the update fails, the replacement ends as `errored` with the
    reason, and the old artifact stays active; unless the preview announced an outage (`Recreate`), its pods keep
    serving. The next `pulumi up` may fix forward, go back, or destroy.

    Everything that cannot work is refused by the preview, all at once and each with its path. What the program gives
    must be plain where it decides which objects there are; values of variables, images, names of Secrets and the like
    may be Outputs.

    With `Cluster.render_to` or `lockyard:renderTo` the objects are written as YAML and nothing is applied; the workload
    then stays `submitted`.

    Example:
        ```python
        chat = KubernetesWorkload(
            "chat-api",
            artifact=artifact,
            cluster=cluster,
            runtime=WorkloadRuntimeArgs(
                container_groups=[GroupRuntimeArgs(replica_count=2, resource_bundles=["cpu.small"])],
            ),
        )
        pulumi.export("endpoint", chat.endpoint)
        ```

    Args:
        resource_name: Pulumi's name: lower-case letters, digits and hyphens.
        artifact: What to run: the resource, or the result of `lookup_artifact`. Another one rolls.
        cluster: Where it runs. The objects go to the cluster of the Kubernetes provider in `opts`, else of the current
            kubeconfig.
        runtime: Replicas, scaling and resources; plain. Default: one replica. A change is an update and may roll.
        namespace: Where the objects go; default: the cluster's namespace. A change replaces all objects.
        name: Name of the objects and of the workload, at most 52 characters; default: `resource_name`. A change
            replaces all objects.
        description: Free text for the registry. A change is an update without a rollout.
        importance: `low` (default), `moderate`, `high` or `critical`. A change is an update without a rollout.
        running: Whether it shall run. Default true; plain. False scales to zero and keeps everything else.
        tags: Names and values for the registry. A change is an update without a rollout.
        shared_roles: Who may do what with the workload. A change is an update without a rollout.
        nim_cache: The cache with the weights, for an artifact with the storage mode `nimCache`.
        exposure: How it is reached from outside the cluster; default: not at all.
        secrets: Kubernetes Secrets by the `drCredentialId` of the artifact's variables; for variables of the source
            `api-key` under `"api-key"`.
        security: Who the pods' processes run as; default: user and group 1000.
        storage_class: Storage class of a dedicated volume; default: chosen from the cluster's.
        tolerations: Tolerations beside those of the node pool, as Kubernetes writes them.
        labels: Labels beside ours, on every object.
        callers: Namespaces that may call the port, beside gateway, interceptor and monitoring.
        metrics: Where its metrics are; default: `/v1/metrics` of a NIM, and none of a service.
        network: What its pods may talk to.
        restart_on: Name to value: the pods restart when a value changes; values may be Outputs.
        startup_seconds: Time from container start to readiness; default: from the artifact's startup probe, else the
            cluster's. The deadlines of Deployment and update follow from it.
        drain_seconds: Time between leaving the Service and the stop signal; default: the cluster's.
        grace_seconds: Time from deletion to the kill; default: the cluster's.
        provisioning_seconds: Time for a node and the image; default: the cluster's.
        opts: Options of the component.

    Raises:
        InputError: Something cannot work; the text names everything at once, each with its path.
    """

    workload: Workload
    """The record in the registry."""
    deployment: pulumi.CustomResource
    """The Deployment."""
    service: pulumi.CustomResource
    """The Service."""
    children: Mapping[str, pulumi.Resource]
    """Every Kubernetes object by its part: `deployment`, `service`, `autoscaler`, `claim`, …"""
    report: RolloutReport | None
    """The report of the rollout; None in render mode."""
    plan: WorkloadPlan
    """What was decided: placement, rollout, replicas, times."""
    workload_id: pulumi.Output[str]
    """Id of the workload."""
    endpoint: pulumi.Output[str | None]
    """URL of the workload at the registry; the same over all updates."""
    host: str | None
    """Host name from outside the cluster, None without `exposure`."""
    internal_url: pulumi.Output[str]
    """URL of the Service inside the cluster."""
    replicas: pulumi.Output[int | None]
    """Wanted replicas as the engine last saw them; an autoscaler may have moved them since."""

    def __init__(
        self,
        resource_name: str,
        *,
        artifact: Artifact | ArtifactInfo,
        cluster: Cluster,
        runtime: WorkloadRuntimeArgs | Mapping[str, Any] | None = None,
        namespace: str | None = None,
        name: str | None = None,
        description: pulumi.Input[str] | None = None,
        importance: pulumi.Input[str] = "low",
        running: bool = True,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        shared_roles: pulumi.Input[Sequence[pulumi.Input[SharedRoleArgs | Mapping[str, Any]]]] | None = None,
        nim_cache: NimCache | None = None,
        exposure: Exposure | None = None,
        secrets: Mapping[str, SecretReference] | None = None,
        security: PodSecurity | None = None,
        storage_class: str | None = None,
        tolerations: Sequence[Mapping[str, Any]] = (),
        labels: Mapping[str, str] | None = None,
        callers: Sequence[str] = (),
        metrics: Metrics | None = None,
        network: Network | None = None,
        restart_on: Mapping[str, pulumi.Input[str]] | None = None,
        startup_seconds: int | None = None,
        drain_seconds: int | None = None,
        grace_seconds: int | None = None,
        provisioning_seconds: int | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        label = f"KubernetesWorkload {resource_name!r}"
        require_arguments(
            label,
            resource_name=resource_name,
            cluster=cluster,
            runtime=runtime,
            namespace=namespace,
            name=name,
            running=running,
            nim_cache=nim_cache,
            exposure=exposure,
            secrets=secrets,
            security=security,
            storage_class=storage_class,
            tolerations=tolerations,
            labels=labels,
            callers=callers,
            metrics=metrics,
            network=network,
            restart_on=restart_on,
            startup_seconds=startup_seconds,
            drain_seconds=drain_seconds,
            grace_seconds=grace_seconds,
            provisioning_seconds=provisioning_seconds,
        )
        source = source_of(label, artifact)
        wire_runtime = {} if runtime is None else to_wire(WorkloadRuntime, runtime, path="runtime")

        def describe(**known: Any) -> WorkloadDescription:
            cached: dict[str, Any] = {}
            if nim_cache is not None:
                cached = {
                    "cache_claim": nim_cache.claim_name,
                    "cache_subfolder": nim_cache.subfolder,
                    "cache_namespace": nim_cache.namespace,
                    "cache_image": nim_cache.image,
                    "profiles": nim_cache.profiles,
                }
            return WorkloadDescription(
                name=resource_name if name is None else name,
                namespace=cluster.namespace if namespace is None else namespace,
                artifact_id=source.artifact_id,
                artifact_type=source.type,
                draft=source.draft,
                spec=source.spec,
                runtime=wire_runtime,
                importance=importance,
                running=running,
                startup_seconds=startup_seconds,
                drain_seconds=drain_seconds,
                grace_seconds=grace_seconds,
                provisioning_seconds=provisioning_seconds,
                secrets=secrets or {},
                storage_class=storage_class,
                exposure=exposure,
                security=security or PodSecurity(),
                tolerations=tuple(tolerations),
                labels=labels or {},
                callers=tuple(callers),
                metrics=metrics,
                network=network or Network(),
                restart_on=restart_on or {},
                join=lambda *_: marker,
                **cached,
                **known,
            )

        # Everything is judged before the first resource is declared, so a refused workload leaves nothing behind.
        marker = object()
        unknown = dict.fromkeys(("workload_id", "artifact_digest", "runtime_digest", "version"), marker)
        described = describe(**unknown)
        with refusals(label):
            plan = self.plan = plan_workload(described, cluster).require()
        _require_name(label, resource_name)
        take_names(label, described, cluster, opts)
        book_capacity(label, resource_name, plan, running=running)
        if nim_cache is not None:
            nim_cache.register_consumer(label)

        super().__init__("lockyard:index:KubernetesWorkload", resource_name, None, component_options(cluster, opts))
        own = pulumi.ResourceOptions(parent=self)
        self.workload = workload = Workload(
            resource_name,
            artifact=artifact,
            runtime=wire_runtime,
            name=name,
            description=description,
            importance=importance,
            running=running,
            tags=tags,
            shared_roles=shared_roles,
            opts=own,
        )
        for problem in plan.warnings:
            pulumi.log.warn(f"{label}: {problem}", resource=self)
        digest = cluster_digest(source, resource_name, own)
        final = describe(
            workload_id=workload.id,
            artifact_digest=digest,
            runtime_digest=str(runtime_digest(wire_runtime)),
            version=version_label(digest),
            expires_at=workload.expires_at if source.draft else None,
        )
        with refusals(label):
            objects = render_workload(final, cluster, plan)
        applied = render_folder(cluster) is None
        hooks = None
        if applied:
            recreated = plan.rollout is not None and plan.rollout.kind == "recreate"
            reporter = RolloutReporter(
                label,
                workload,
                running=running,
                startup_seconds=plan.startup_seconds,
                new_pods=NewPods(label, self, final.namespace, final.name, plan.await_seconds) if recreated else None,
            )
            hooks = WorkloadHooks(
                resource_name,
                reporter,
                ScalingHook(label, self, final.namespace, final.name, plan),
            )
        children = Children(
            component=self,
            resource_name=resource_name,
            plan=plan,
            running=running,
            before=_before(cluster, final.namespace, nim_cache, self),
            hooks=hooks,
            labels=nim_cache.consumer_labels if nim_cache is not None else {},
        )
        children.declare_all(objects, marker)
        self.children = children.found
        self.deployment, self.service = children.found[DEPLOYMENT], children.found[SERVICE]
        self.report = None
        self.workload_id, self.endpoint = workload.id, workload.endpoint
        self.internal_url = pulumi.Output.from_input(f"http://{final.name}.{final.namespace}.svc")
        self.host = exposed_host(final, cluster)
        self.replicas = replicas(self.deployment)
        if hooks is not None:
            self.report = self._declare_report(resource_name, running, hooks)
        self.register_outputs(
            {
                "workloadId": self.workload_id,
                "endpoint": self.endpoint,
                "host": self.host,
                "internalUrl": self.internal_url,
                "replicas": self.replicas,
            }
        )

    def _declare_report(self, resource_name: str, running: bool, hooks: WorkloadHooks) -> RolloutReport:
        """The report, after what makes the workload serve; a stop is also the autoscaler's matter."""
        after: list[pulumi.Resource] = [self.deployment, self.service]
        if not running and AUTOSCALER in self.children:
            after.append(self.children[AUTOSCALER])
        return RolloutReport(
            resource_name,
            workload=self.workload,
            running=running,
            internal_url=self.internal_url,
            ready_replicas=ready_replicas(self.deployment) if running and self.plan.replicas.minimum else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=after, hooks=hooks.of_report()),
        )


def _before(
    cluster: Cluster, namespace: str, nim_cache: NimCache | None, component: pulumi.Resource
) -> list[pulumi.Resource]:
    """What must be there before the objects of the pods."""
    found = [namespace_of(cluster, namespace, component), nim_cache.ready if nim_cache is not None else None]
    return [resource for resource in found if resource is not None]


def _require_name(label: str, resource_name: str) -> None:
    if not is_dns_label(resource_name):
        problem = Problem("resource_name", "must be lower-case letters, digits and hyphens, as it names objects")
        raise InputError(f"{label}: {problem}")
