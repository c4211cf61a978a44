"""What a cluster offers besides nodes: storage, autoscaling, monitoring, ways in, and the platform's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal, get_args

from lockyard.contract import NimStorage, ValidationFailedError, parse

from . import _checks as check

AccessMode = Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]
"""Who may use a volume at once: one node, one pod, many nodes reading, many nodes writing."""

ACCESS_MODES: Final[tuple[str, ...]] = get_args(AccessMode)


def _flags(what: str, owner: object, *names: str) -> None:
    for name in names:
        if not isinstance(getattr(owner, name), bool):
            raise check.refuse(what, name, getattr(owner, name), "must be True or False")


@dataclass(frozen=True, kw_only=True)
class StorageClass:
    """A storage class that claims of workloads may use.

    Attributes:
        name: its Kubernetes name. A claim's class cannot change: another class replaces the claim.
        access_modes: what its volumes can do; default `ReadWriteOnce` alone.
        expandable: whether a claim can grow in place (`allowVolumeExpansion`).
        zonal: whether a volume is tied to one zone: pods that use it are not spread over zones.
        honours_fs_group: whether the kubelet can give a volume to a group; not so for NFS-like drivers without it.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    name: str
    access_modes: tuple[AccessMode, ...] = ("ReadWriteOnce",)
    expandable: bool = True
    zonal: bool = False
    honours_fs_group: bool = True

    def __post_init__(self) -> None:
        """Checks every field."""
        what = f"storage class {self.name!r}"
        check.dns_name(what, "name", self.name)
        modes = check.sequence(what, "access_modes", self.access_modes, str)
        if not modes:
            raise check.refuse(what, "access_modes", modes, f"must name at least one of {', '.join(ACCESS_MODES)}")
        for mode in modes:
            check.one_of(what, "access_modes", mode, ACCESS_MODES)
        check.unique(what, "access_modes", modes)
        object.__setattr__(self, "access_modes", modes)
        _flags(what, self, "expandable", "zonal", "honours_fs_group")


@dataclass(frozen=True, kw_only=True)
class Keda:
    """KEDA is installed.

    Attributes:
        http_add_on: whether its HTTP add-on is too; needed for `httpRequestsConcurrency` and for a minimum of 0.
        namespace: where it runs.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    http_add_on: bool = False
    namespace: str = "keda"

    def __post_init__(self) -> None:
        """Checks every field."""
        _flags("keda", self, "http_add_on")
        check.dns_label("keda", "namespace", self.namespace)


@dataclass(frozen=True, kw_only=True)
class PrometheusOperator:
    """The Prometheus operator is installed.

    Attributes:
        server_address: URL of the Prometheus that scrapes the workloads, such as `http://prometheus.monitoring:9090`.
        labels: labels that its monitors must have to be picked up.
        namespace: where Prometheus runs; network policies let it in.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    server_address: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    namespace: str = "monitoring"

    def __post_init__(self) -> None:
        """Checks every field."""
        check.text("prometheus", "server_address", self.server_address)
        if not self.server_address.startswith(("http://", "https://")):
            raise check.refuse(
                "prometheus", "server_address", self.server_address, "must start with http:// or https://"
            )
        object.__setattr__(self, "labels", check.labels("prometheus", "labels", self.labels))
        check.dns_label("prometheus", "namespace", self.namespace)


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """A Gateway (Gateway API) through which workloads are reached.

    Attributes:
        name: its name.
        namespace: its namespace; network policies let it in.
        domain: hosts of workloads are `<workload>.<namespace>.<domain>` unless they say otherwise.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    name: str
    namespace: str
    domain: str

    def __post_init__(self) -> None:
        """Checks every field."""
        check.dns_name("gateway", "name", self.name)
        check.dns_label("gateway", "namespace", self.namespace)
        check.dns_name("gateway", "domain", self.domain)


@dataclass(frozen=True, kw_only=True)
class Ingress:
    """An ingress controller through which workloads are reached.

    Attributes:
        class_name: its IngressClass.
        domain: hosts of workloads are `<workload>.<namespace>.<domain>` unless they say otherwise.
        namespace: where the controller runs; network policies let it in.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    class_name: str
    domain: str
    namespace: str

    def __post_init__(self) -> None:
        """Checks every field."""
        check.dns_name("ingress", "class_name", self.class_name)
        check.dns_name("ingress", "domain", self.domain)
        check.dns_label("ingress", "namespace", self.namespace)


@dataclass(frozen=True, kw_only=True)
class SecretReference:
    """A key of a Kubernetes Secret; its value never passes through the program.

    Attributes:
        name: name of the Secret, in the workload's namespace.
        key: the key in it.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    name: str
    key: str

    def __post_init__(self) -> None:
        """Checks every field."""
        what = f"secret reference {self.name!r}"
        check.dns_name(what, "name", self.name)
        check.label_value(what, "key", self.key or None)


STOP_MARGIN_SECONDS: Final = 5
"""What a server has at least between the stop signal and the kill."""


@dataclass(frozen=True, kw_only=True)
class WorkloadDefaults:
    """What workloads get unless they say otherwise. Times are seconds.

    Attributes:
        startup_seconds_cached: from a started container to a ready server, weights on the volume already.
        startup_seconds_uncached: the same when it downloads the weights first.
        startup_seconds_service: the same for artifacts of type `service`.
        provisioning_seconds: for a new node and the image pull, which happen before probes start.
        drain_seconds: between a pod's removal from the Service and the stop of its server.
        grace_seconds: between the beginning of the removal and the kill; more than `drain_seconds` + 5.
        dedicated_claim_size: size of a dedicated volume when the artifact gives none; such as `100Gi`.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    startup_seconds_cached: int = 1200
    startup_seconds_uncached: int = 3600
    startup_seconds_service: int = 600
    provisioning_seconds: int = 900
    drain_seconds: int = 20
    grace_seconds: int = 120
    dedicated_claim_size: str = "100Gi"

    def __post_init__(self) -> None:
        """Checks every field."""
        what = "workload defaults"
        for seconds in fields(self):
            if seconds.name != "dedicated_claim_size":
                least = 0 if seconds.name in ("drain_seconds", "provisioning_seconds") else 1
                check.count(what, seconds.name, getattr(self, seconds.name), least=least)
        least = self.drain_seconds + STOP_MARGIN_SECONDS
        if self.grace_seconds <= least:
            why = f"must be more than drain_seconds + {STOP_MARGIN_SECONDS} = {least}"
            raise check.refuse(what, "grace_seconds", self.grace_seconds, why)
        try:
            parse(NimStorage, {"pvcSize": self.dedicated_claim_size})
        except ValidationFailedError:
            raise check.refuse(
                what, "dedicated_claim_size", self.dedicated_claim_size, "must be a number and Mi, Gi or Ti"
            ) from None
