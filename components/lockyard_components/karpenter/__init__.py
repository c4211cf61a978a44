"""Node pools that are Kubernetes objects."""

from __future__ import annotations

from ._component import KarpenterNodePool

__all__ = ["KarpenterNodePool"]
