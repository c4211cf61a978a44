"""Node pools and resource bundles: where pods run, what they ask for, and whether they fit. Knows nothing of Pulumi."""

from __future__ import annotations

from ._bundles import DEFAULT_BUNDLES, ResourceBundle, bundles_document, from_contract, to_contract
from ._capacity import CapacityBook
from ._cluster import Cluster, PodSecurityLevel
from ._errors import PlacementError
from ._feasibility import Feasibility, feasibility
from ._gpus import GPU_PRODUCTS, GpuProduct
from ._karpenter import render_karpenter_node_pool
from ._placement import Placement, placement_of
from ._pools import FLAVOURS, Flavour, GpuNodePool, NodePool, Taint
from ._rollout import Rollout, choose_strategy
from ._selectors import node_labels, node_taints
from ._services import (
    ACCESS_MODES,
    AccessMode,
    Gateway,
    Ingress,
    Keda,
    PrometheusOperator,
    SecretReference,
    StorageClass,
    WorkloadDefaults,
)

__all__ = [
    "ACCESS_MODES",
    "DEFAULT_BUNDLES",
    "FLAVOURS",
    "GPU_PRODUCTS",
    "AccessMode",
    "CapacityBook",
    "Cluster",
    "Feasibility",
    "Flavour",
    "Gateway",
    "GpuNodePool",
    "GpuProduct",
    "Ingress",
    "Keda",
    "NodePool",
    "Placement",
    "PlacementError",
    "PodSecurityLevel",
    "PrometheusOperator",
    "ResourceBundle",
    "Rollout",
    "SecretReference",
    "StorageClass",
    "Taint",
    "WorkloadDefaults",
    "bundles_document",
    "choose_strategy",
    "feasibility",
    "from_contract",
    "node_labels",
    "node_taints",
    "placement_of",
    "render_karpenter_node_pool",
    "to_contract",
]
