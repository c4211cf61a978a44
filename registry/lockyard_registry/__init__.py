"""The registry: keeps artifact repositories, artifacts and workloads, and their rules over time.

Embedded, it runs inside the caller's process; `lockyard_registry.api` serves the same over HTTP.
"""

from ._bundles import read_bundles
from ._environments import read_environments
from ._open import default_database, open_registry
from .lifecycle import Caller, Registry

__all__ = ["Caller", "Registry", "default_database", "open_registry", "read_bundles", "read_environments"]
