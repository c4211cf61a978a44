"""What the tests on the real node share: the cluster with its node, load on a Service, and what is to run there."""

from .load import Load, LoadResult
from .node import NodeCluster, ask
from .platform import FULL, HALF, IMAGES, ONE, platform
from .workloads import Applied, runtime, web_spec, workload

__all__ = [
    "FULL",
    "HALF",
    "IMAGES",
    "ONE",
    "Applied",
    "Load",
    "LoadResult",
    "NodeCluster",
    "ask",
    "platform",
    "runtime",
    "web_spec",
    "workload",
]
