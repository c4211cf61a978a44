"""Model weights that several NIM workloads share."""

from __future__ import annotations

from ._nim_cache import NimCache

__all__ = ["NimCache"]
