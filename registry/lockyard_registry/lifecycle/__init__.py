"""The state changes of the registry, each one transaction.

Every function takes the `Registry` and the `Caller` first, contract models as bodies, and answers plain wire documents.
Refusals are the contract's error types.
"""

from ._access import Right
from ._account import account_info, evaluate_entitlements, list_environment_versions, list_environments
from ._all_statistics import statistics_of_workloads
from ._artifact_clones import clone_artifact
from ._artifact_edits import patch_artifact, put_artifact
from ._artifacts import create_artifact, delete_artifact, get_artifact, list_artifacts
from ._audit import list_audit
from ._credentials import (
    create_credential,
    delete_credential,
    get_credential,
    list_credentials,
    patch_credential,
    refuse_foreign_credential,
)
from ._documents import StoredJson
from ._expiry import DRAFT_LIFETIME
from ._facts import ADDITIONS, list_bundles, version_info
from ._history import get_proton, list_protons, workload_events, workload_history
from ._impact import artifact_impact
from ._invocation import invocation_target
from ._kinds import Kind, refuse_without
from ._measurements import post_measurements
from ._mend import mend_takeovers
from ._operations import promote_workload, start_workload, stop_workload
from ._otel import otel_log_lines, otel_metric_values, otel_spans_of, otel_traces
from ._otel_intake import take_logs, take_metrics, take_traces
from ._registry import LOCAL_USER_ID, Caller, Created, Operation, Page, Registry
from ._related import related_entities
from ._replacements import cancel_replacement, get_replacement, get_settings, patch_settings, start_replacement
from ._reports import report_workload
from ._repositories import create_repository, delete_repository, get_repository, list_repositories, put_repository
from ._rollout import VISIBLE_SECONDS
from ._sharing import list_shared_roles, update_shared_roles
from ._statistics import delete_statistics, statistics_series, workload_statistics
from ._status_details import proton_status_details
from ._tags import replace_tags
from ._takeovers import Grant, Takeover, find_takeovers
from ._transaction import refuse_reading_token
from ._use_cases import link_use_case, list_use_cases, unlink_use_case
from ._workloads import create_workload, delete_workload, get_workload, list_workloads, patch_workload

__all__ = [
    "ADDITIONS",
    "DRAFT_LIFETIME",
    "LOCAL_USER_ID",
    "VISIBLE_SECONDS",
    "Caller",
    "Created",
    "Grant",
    "Kind",
    "Operation",
    "Page",
    "Registry",
    "Right",
    "StoredJson",
    "Takeover",
    "account_info",
    "artifact_impact",
    "cancel_replacement",
    "clone_artifact",
    "create_artifact",
    "create_credential",
    "create_repository",
    "create_workload",
    "delete_artifact",
    "delete_credential",
    "delete_repository",
    "delete_statistics",
    "delete_workload",
    "evaluate_entitlements",
    "find_takeovers",
    "get_artifact",
    "get_credential",
    "get_proton",
    "get_replacement",
    "get_repository",
    "get_settings",
    "get_workload",
    "invocation_target",
    "link_use_case",
    "list_artifacts",
    "list_audit",
    "list_bundles",
    "list_credentials",
    "list_environment_versions",
    "list_environments",
    "list_protons",
    "list_repositories",
    "list_shared_roles",
    "list_use_cases",
    "list_workloads",
    "mend_takeovers",
    "otel_log_lines",
    "otel_metric_values",
    "otel_spans_of",
    "otel_traces",
    "patch_artifact",
    "patch_credential",
    "patch_settings",
    "patch_workload",
    "post_measurements",
    "promote_workload",
    "proton_status_details",
    "put_artifact",
    "put_repository",
    "refuse_foreign_credential",
    "refuse_reading_token",
    "refuse_without",
    "related_entities",
    "replace_tags",
    "report_workload",
    "start_replacement",
    "start_workload",
    "statistics_of_workloads",
    "statistics_series",
    "stop_workload",
    "take_logs",
    "take_metrics",
    "take_traces",
    "unlink_use_case",
    "update_shared_roles",
    "version_info",
    "workload_events",
    "workload_history",
    "workload_statistics",
]
