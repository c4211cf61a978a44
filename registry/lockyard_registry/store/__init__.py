"""The database: schema, transactions, migrations. Knows nothing of what the records mean."""

from ._audit import PEOPLE, append_record
from ._credential_tables import credentials, use_case_links
from ._database import Lineages
from ._digests import NOTHING, recipient_holder, record_hash, scope_of, state_digest
from ._faults import TransientError
from ._fill import fill
from ._hints import found_in, unindexed
from ._ids import new_id, plain_id
from ._live_schema import has_revision, schema_differences, unusable_tables
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
from ._telemetry_seals import SEALED, Telemetry, changing_telemetry, owner_of, row_seal, seal_text
from ._telemetry_tables import measurements, otel_logs, otel_metrics, otel_spans, statistics_resets, telemetry_seals
from ._text_search import SEARCHED, search_text
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
    "SEALED",
    "SEARCHED",
    "TIMESTAMP",
    "JsonText",
    "Lineages",
    "Prepared",
    "Store",
    "Telemetry",
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
    "changing_telemetry",
    "checkpoints",
    "creation_keys",
    "credentials",
    "facet_counts",
    "fill",
    "found_in",
    "group_members",
    "has_revision",
    "may_be_used_by_others",
    "measurements",
    "metadata",
    "new_id",
    "otel_logs",
    "otel_metrics",
    "otel_spans",
    "owner_of",
    "plain_id",
    "protons",
    "put_whole",
    "raw_rows",
    "read_whole",
    "recipient_holder",
    "record_hash",
    "registry_facts",
    "replacements",
    "row_seal",
    "schema_at",
    "schema_differences",
    "scope_of",
    "scope_recipients",
    "seal_text",
    "search_text",
    "shared_roles",
    "state_digest",
    "statistics_resets",
    "tags",
    "telemetry_seals",
    "timestamp",
    "typed",
    "unindexed",
    "unusable_tables",
    "use_case_links",
    "user_groups",
    "users",
    "utc_now",
    "workload_events",
    "workloads",
]
