"""The database: schema, transactions, migrations. Knows nothing of what the records mean."""

from ._audit import PEOPLE, append_record
from ._credential_tables import credentials, use_case_links
from ._database import Lineages
from ._digests import NOTHING, recipient_holder, record_hash, scope_of, state_digest
from ._faults import TransientError
from ._fill import fill
from ._hints import found_in, unindexed
from ._ids import new_id, plain_id
from ._people_tables import access_tokens, group_members, user_groups, users
from ._prepared import Prepared
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
from ._schema_at import schema_at
from ._store import BUSY_TIMEOUT, POOL_SIZE, Store
from ._telemetry_tables import measurements, otel_logs, otel_metrics, otel_spans, statistics_resets
from ._time import timestamp, utc_now
from ._types import ID, TIMESTAMP, JsonText
from ._vault import Vault
from ._visibility_tables import EVERYTHING, artifact_counts, facet_counts, scope_recipients
from ._whole_files import UnfitFileError, may_be_used_by_others, put_whole, read_whole

__all__ = [
    "BUSY_TIMEOUT",
    "EVERYTHING",
    "HEAD_REVISION",
    "ID",
    "NOTHING",
    "PEOPLE",
    "POOL_SIZE",
    "TIMESTAMP",
    "JsonText",
    "Lineages",
    "Prepared",
    "Store",
    "TransientError",
    "UnfitFileError",
    "Vault",
    "access_tokens",
    "append_record",
    "artifact_counts",
    "artifact_repositories",
    "artifacts",
    "audit",
    "audit_heads",
    "checkpoints",
    "creation_keys",
    "credentials",
    "facet_counts",
    "fill",
    "found_in",
    "group_members",
    "may_be_used_by_others",
    "measurements",
    "metadata",
    "new_id",
    "otel_logs",
    "otel_metrics",
    "otel_spans",
    "plain_id",
    "protons",
    "put_whole",
    "raw_rows",
    "read_whole",
    "recipient_holder",
    "record_hash",
    "registry_facts",
    "replacements",
    "schema_at",
    "scope_of",
    "scope_recipients",
    "shared_roles",
    "state_digest",
    "statistics_resets",
    "tags",
    "timestamp",
    "typed",
    "unindexed",
    "use_case_links",
    "user_groups",
    "users",
    "utc_now",
    "workload_events",
    "workloads",
]
