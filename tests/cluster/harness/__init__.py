"""What the cluster tests share: a real Kubernetes of their own, fake nodes on it, and ways to look at both."""

from .cluster import TestCluster
from .gpus import GpuWatch
from .lane import Lane
from .metrics import FakeMetricsApi
from .nodes import FakePool, fake_node
from .rest import Rest
from .waiting import eventually

__all__ = ["FakeMetricsApi", "FakePool", "GpuWatch", "Lane", "Rest", "TestCluster", "eventually", "fake_node"]
