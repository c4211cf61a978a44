"""The database: schema, transactions, migrations. Knows nothing of what the records mean."""

from ._ids import new_id
from ._schema import (
    HEAD_REVISION,
    artifact_repositories,
    artifacts,
    creation_keys,
    metadata,
    protons,
    replacements,
    shared_roles,
    tags,
    workload_events,
    workloads,
)
from ._store import BUSY_TIMEOUT, Store
from ._time import timestamp

__all__ = [
    "BUSY_TIMEOUT",
    "HEAD_REVISION",
    "Store",
    "artifact_repositories",
    "artifacts",
    "creation_keys",
    "metadata",
    "new_id",
    "protons",
    "replacements",
    "shared_roles",
    "tags",
    "timestamp",
    "workload_events",
    "workloads",
]
