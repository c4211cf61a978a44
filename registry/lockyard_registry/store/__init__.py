"""The database: schema, transactions, migrations. Knows nothing of what the records mean."""

from ._audit import append_record
from ._database import Lineages
from ._digests import NOTHING, record_hash, state_digest
from ._faults import TransientError
from ._fill import fill
from ._ids import new_id
from ._raw import raw_rows, typed
from ._schema import (
    HEAD_REVISION,
    artifact_repositories,
    artifacts,
    audit,
    audit_heads,
    checkpoints,
    creation_keys,
    metadata,
    protons,
    registry_facts,
    replacements,
    shared_roles,
    tags,
    workload_events,
    workloads,
)
from ._store import BUSY_TIMEOUT, POOL_SIZE, Store
from ._time import timestamp, utc_now

__all__ = [
    "BUSY_TIMEOUT",
    "HEAD_REVISION",
    "NOTHING",
    "POOL_SIZE",
    "Lineages",
    "Store",
    "TransientError",
    "append_record",
    "artifact_repositories",
    "artifacts",
    "audit",
    "audit_heads",
    "checkpoints",
    "creation_keys",
    "fill",
    "metadata",
    "new_id",
    "protons",
    "raw_rows",
    "record_hash",
    "registry_facts",
    "replacements",
    "shared_roles",
    "state_digest",
    "tags",
    "timestamp",
    "typed",
    "utc_now",
    "workload_events",
    "workloads",
]
