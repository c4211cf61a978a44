"""The component that installs a registry server on Kubernetes."""

from __future__ import annotations

from ._component import RegistryServer

__all__ = ["RegistryServer"]
