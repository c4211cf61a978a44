"""What is known about a workload before it is rendered, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lockyard.contract import Problem

from ._device_claims import DeviceClaims
from ._monitor import Metrics
from ._network_policy import Network
from ._plain import join_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from lockyard_components.placement import Placement, ResourceBundle, Rollout, SecretReference, StorageClass

Manifest = dict[str, Any]
"""One Kubernetes object as a dict; leaves may be opaque objects that were passed in."""


@dataclass(frozen=True, kw_only=True)
class PodSecurity:
    """Who the pod's processes run as.

    Attributes:
        run_as_user: user id, at least 1; None leaves it to the namespace (OpenShift assigns ranges).
        run_as_group: group id, at least 1; also the group that owns the volumes (`fsGroup`). None: as `run_as_user`.
        chown_volume: start an init container as root that gives the root of the dedicated volume to the user and the
            group; only for storage classes that ignore `fsGroup`, and only where the namespace allows `baseline`.
    """

    run_as_user: int | None = 1000
    run_as_group: int | None = 1000
    chown_volume: bool = False


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How the workload is reached from outside the cluster: HTTPRoute where the cluster has a gateway, else Ingress.

    Attributes:
        host: host name; None is `<name>.<namespace>.<domain>` with the domain of the gateway or ingress.
        path: path prefix; it reaches the container unchanged.
        tls_secret: Secret of type `kubernetes.io/tls` in the workload's namespace, for an Ingress.
    """

    host: str | None = None
    path: str = "/"
    tls_secret: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkloadDescription:
    """Everything that the objects of one workload follow from, beside the cluster.

    Fields typed `Any` and leaves of `spec` that decide nothing (values, images, entrypoints, probe paths)
    may be opaque objects such as Pulumi Outputs: they are passed through, never looked at.

    Attributes:
        name: name of the Kubernetes objects: a DNS label of at most 52 characters.
        namespace: where they go.
        workload_id: id of the workload in the registry; a label.
        artifact_id: id of the artifact; an annotation.
        artifact_digest: content digest of the artifact; an annotation.
        runtime_digest: digest of the runtime; an annotation.
        version: label value for this content: the first 12 hex digits of the digest.
        artifact_type: `service` or `nim`.
        draft: the artifact can still be edited.
        spec: the artifact's spec, names as on the wire.
        runtime: the workload's runtime, names as on the wire.
        expires_at: when a draft ends, RFC 3339; an annotation.
        importance: a label.
        running: False scales to zero and leaves the autoscaler out.
        startup_seconds: time from container start to readiness. None: from the artifact's startup probe, else
            the cluster's default for the kind of storage. Not together with a startup probe of the artifact.
        drain_seconds: time between leaving the Service and the stop signal. None: the cluster's default.
        grace_seconds: time from deletion to the kill, more than `drain_seconds` + 5. None: the cluster's default.
        provisioning_seconds: time for a node and the image. None: the cluster's default.
        secrets: Kubernetes Secrets by `drCredentialId`; for `source: api-key` under `api-key`. A variable of a
            credential takes its own key, not the reference's.
        cache_claim: claim with the shared weights (`nimCache`).
        cache_subfolder: folder of the profiles on it.
        cache_namespace: namespace of that claim; None says it is the workload's.
        cache_image: image whose weights it holds; None is not compared with the artifact's.
        profiles: NIM profile ids; exactly one becomes `NIM_MODEL_PROFILE`.
        storage_class: storage class for a dedicated volume. None: the cluster's class for ReadWriteMany, else
            ReadWriteOnce, else ReadWriteOncePod.
        device_claims: ask for GPUs by dynamic resource allocation; None: by the device plugin's resource.
        recorded_claim_size: size of the claim that exists, to refuse a smaller one.
        exposure: how it is reached from outside; None: not at all.
        security: who the processes run as.
        tolerations: tolerations beside those of the placement, as Kubernetes writes them.
        labels: labels beside ours, on every object.
        callers: namespaces that may call the port, beside gateway, interceptor and monitoring.
        metrics: where its metrics are; None is `/v1/metrics` of a NIM, and none of a service.
        network: what its pods may talk to.
        restart_on: name -> value; the pods restart when a value changes (checksum annotations).
        join: joins texts of which some are opaque, such as `pulumi.Output.concat`; names need it. The default takes
            plain texts only.
    """

    name: str
    namespace: str
    workload_id: Any
    artifact_id: Any
    artifact_digest: Any
    runtime_digest: Any
    version: Any
    artifact_type: str
    draft: bool
    spec: Mapping[str, Any]
    runtime: Mapping[str, Any]
    expires_at: Any = None
    importance: Any = "low"
    running: bool = True
    startup_seconds: int | None = None
    drain_seconds: int | None = None
    grace_seconds: int | None = None
    provisioning_seconds: int | None = None
    secrets: Mapping[str, SecretReference] = field(default_factory=dict)
    cache_claim: str | None = None
    cache_subfolder: str | None = None
    cache_namespace: str | None = None
    cache_image: str | None = None
    profiles: tuple[str, ...] = ()
    storage_class: str | None = None
    device_claims: DeviceClaims | None = None
    recorded_claim_size: str | None = None
    exposure: Exposure | None = None
    security: PodSecurity = PodSecurity()
    tolerations: tuple[Mapping[str, Any], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    callers: tuple[str, ...] = ()
    metrics: Metrics | None = None
    network: Network = field(default_factory=Network)
    restart_on: Mapping[str, Any] = field(default_factory=dict)
    join: Callable[..., Any] = join_plain


@dataclass(frozen=True, kw_only=True)
class Replicas:
    """How many pods.

    Attributes:
        minimum: least number; equal to `maximum` without autoscaling.
        maximum: most.
        fixed: the number when nothing scales it, else None.
    """

    minimum: int
    maximum: int
    fixed: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkloadPlan:
    """What was decided for a workload, and everything that is wrong with it.

    With errors, only `errors` and `warnings` mean anything: nothing can be rendered.

    Attributes:
        errors: what makes the workload impossible, each with its path.
        warnings: what the user should know before anything is applied.
        group: the artifact's container group in the full wire form (defaults filled in, opaque leaves in place).
        primary: the primary container, one of the group's.
        port: the primary container's port.
        autoscaling: the autoscaling block in the full wire form when it is enabled, else None.
        replicas: how many pods.
        bundle: the resource bundle; None only with errors.
        placement: where the pods go; None only with errors.
        rollout: how a new version replaces the old; None only with errors.
        resources: container name -> Kubernetes resources.
        devices: container name -> GPUs.
        shm_bytes: size of /dev/shm, part of the primary container's memory.
        storage: `none`, `dedicatedPvc` or `nimCache`.
        claim_mode: access mode of the claim; None without one.
        claim_size: size of the dedicated claim; None without one.
        storage_class: class of the dedicated claim; None without one.
        cache_path: where the weights are mounted; None without a volume.
        startup_seconds: startup budget of the pod.
        progress_seconds: `progressDeadlineSeconds`.
        await_seconds: how long the Deployment may take as a whole, for the engine's timeout.
        drain_seconds: pause before the stop signal.
        grace_seconds: time from deletion to the kill.
        provisioning_seconds: allowance for a node and the image.
    """

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    group: Mapping[str, Any]
    primary: Mapping[str, Any]
    port: int
    autoscaling: Mapping[str, Any] | None
    replicas: Replicas
    bundle: ResourceBundle | None
    placement: Placement | None
    rollout: Rollout | None
    resources: Mapping[str, dict[str, Any]]
    devices: Mapping[str, int] = field(default_factory=dict)
    shm_bytes: int
    storage: str
    claim_mode: str | None
    claim_size: str | None
    storage_class: StorageClass | None
    cache_path: str | None
    startup_seconds: int
    progress_seconds: int
    await_seconds: int
    drain_seconds: int
    grace_seconds: int
    provisioning_seconds: int

    def require(self) -> WorkloadPlan:
        """This plan, if it has no errors.

        Raises:
            PlanError: it has; the text names all of them.
        """
        if self.errors:
            raise PlanError(self.errors)
        return self


class PlanError(ValueError):
    """A workload that cannot be rendered; `str()` is one line with every problem and its path.

    Attributes:
        problems: the problems.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))
