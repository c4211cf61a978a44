"""A cluster as a platform team describes it once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from . import _checks as check
from ._bundles import DEFAULT_BUNDLES, ResourceBundle
from ._errors import PlacementError
from ._pools import NodePool
from ._services import (
    ACCESS_MODES,
    Gateway,
    Ingress,
    Keda,
    PrometheusOperator,
    SecretReference,
    StorageClass,
    WorkloadDefaults,
)

PodSecurityLevel = Literal["restricted", "baseline"]
"""Pod Security Standards that a namespace of workloads can enforce."""

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """What workloads need to know of the cluster they run on.

    A plain value: the same workload runs on another cluster by giving it another `Cluster`, and
    `dataclasses.replace(cluster, namespace="staging")` is a variant of one. Which objects a workload has follows from
    it, so no field may be a Pulumi Output.

    Attributes:
        name: name in messages: a DNS label.
        pools: the node pools that workloads may run on.
        bundles: the sizes that workloads may name; default: those of a new registry. The registry must know the ids
            too (`bundles_document`).
        storage_classes: where claims come from; the first with the needed access mode is taken.
        namespace: where workloads go. Changing it replaces all their objects.
        create_namespace: whether the workloads' program makes the namespace.
        pod_security: the Pod Security Standard that the namespace enforces, if the program makes it.
        keda: KEDA, where it is installed; without it autoscaling uses HorizontalPodAutoscalers.
        prometheus: the Prometheus operator, where it is installed; without it there are no monitors.
        gateway: the Gateway that exposes workloads; goes before `ingress`.
        ingress: the ingress controller that exposes workloads.
        pull_secrets: names of Secrets of type `kubernetes.io/dockerconfigjson` for private images.
        ngc_secret: the NGC API key, for NIMs that download weights.
        utility_image: image for small jobs; needs a shell.
        defaults: what workloads get unless they say otherwise.
        render_to: a folder: manifests are written there as YAML and nothing is applied.

    Raises:
        PlacementError: a field's value cannot be right, two pools or bundles share a name, or a bundle names a pool
            that is not there.
    """

    name: str
    pools: tuple[NodePool, ...]
    bundles: tuple[ResourceBundle, ...] = DEFAULT_BUNDLES
    storage_classes: tuple[StorageClass, ...] = ()
    namespace: str = "default"
    create_namespace: bool = False
    pod_security: PodSecurityLevel = "restricted"
    keda: Keda | None = None
    prometheus: PrometheusOperator | None = None
    gateway: Gateway | None = None
    ingress: Ingress | None = None
    pull_secrets: tuple[str, ...] = ()
    ngc_secret: SecretReference | None = None
    utility_image: str = "busybox:1.37"
    defaults: WorkloadDefaults = field(default_factory=WorkloadDefaults)
    render_to: str | None = None

    def __post_init__(self) -> None:
        """Checks every field and that the parts fit together."""
        what = f"cluster {self.name!r}"
        check.dns_label(what, "name", self.name)
        for field_, kind in (("pools", NodePool), ("bundles", ResourceBundle), ("storage_classes", StorageClass)):
            object.__setattr__(self, field_, check.sequence(what, field_, getattr(self, field_), kind))
        check.unique(what, "pools", (pool.name for pool in self.pools))
        check.unique(what, "bundles", (bundle.id for bundle in self.bundles))
        check.unique(what, "storage_classes", (storage.name for storage in self.storage_classes))
        pools = {pool.name for pool in self.pools}
        for bundle in self.bundles:
            for index, name in enumerate(bundle.pools):
                if name not in pools:
                    raise check.refuse(
                        f"{what}: bundle {bundle.id!r}",
                        f"pools[{index}]",
                        name,
                        f"is no pool here; {_there_are(pools)}",
                    )
        check.dns_label(what, "namespace", self.namespace)
        if not isinstance(self.create_namespace, bool):
            raise check.refuse(what, "create_namespace", self.create_namespace, "must be True or False")
        check.one_of(what, "pod_security", self.pod_security, ("restricted", "baseline"))
        for field_, kind in (
            ("keda", Keda),
            ("prometheus", PrometheusOperator),
            ("gateway", Gateway),
            ("ingress", Ingress),
            ("ngc_secret", SecretReference),
        ):
            value = getattr(self, field_)
            if value is not None and not isinstance(value, kind):
                raise check.refuse(what, field_, value, f"must be a {kind.__name__} or None")
        object.__setattr__(self, "pull_secrets", check.sequence(what, "pull_secrets", self.pull_secrets, str))
        for secret in self.pull_secrets:
            check.dns_name(what, "pull_secrets", secret)
        check.text(what, "utility_image", self.utility_image)
        if not isinstance(self.defaults, WorkloadDefaults):
            raise check.refuse(what, "defaults", self.defaults, "must be a WorkloadDefaults")
        if self.render_to is not None and (not isinstance(self.render_to, str) or not self.render_to):
            raise check.refuse(what, "render_to", self.render_to, "must be a folder's path or None")

    @cached_property
    def _chosen_pools(self) -> dict[ResourceBundle, tuple[NodePool, ...] | str]:
        # Hundreds of workloads name the same few bundles: their pools, or why there are none, are found once.
        return {}

    def bundle(self, id: str) -> ResourceBundle:
        """The bundle of an id.

        Raises:
            PlacementError: there is none; the text lists what there is.
        """
        return self._find(self.bundles, "id", id, "bundle")

    def pool(self, name: str) -> NodePool:
        """The pool of a name.

        Raises:
            PlacementError: there is none; the text lists what there is.
        """
        return self._find(self.pools, "name", name, "pool")

    def storage_class(self, access_mode: str) -> StorageClass:
        """The first storage class whose volumes have an access mode.

        Args:
            access_mode: such as `ReadWriteMany`.

        Raises:
            PlacementError: no such mode, or no class has it; the text lists what there is.
        """
        what = f"cluster {self.name!r}"
        check.one_of(what, "access_mode", access_mode, ACCESS_MODES)
        for storage in self.storage_classes:
            if access_mode in storage.access_modes:
                return storage
        classes = ", ".join(f"{s.name} ({', '.join(s.access_modes)})" for s in self.storage_classes) or "none"
        raise PlacementError(
            f"{what} has no storage class for {access_mode}: add one to Cluster.storage_classes; there are: {classes}"
        )

    def _find(self, items: Iterable[_T], field: str, wanted: str, kind: str) -> _T:
        names: list[str] = []
        for item in items:
            name = getattr(item, field)
            if name == wanted:
                return item
            names.append(name)
        raise PlacementError(f"cluster {self.name!r} has no {kind} {wanted!r}: {_there_are(names)}")


def _there_are(names: Iterable[str]) -> str:
    return f"there are: {', '.join(sorted(names)) or 'none'}"
