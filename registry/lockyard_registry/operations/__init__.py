"""Calls as their documents come in: read with the contract, then one lifecycle call.

The HTTP routes and the embedded client share it. Calls without a document to read are those of `lifecycle` themselves.
Nothing here knows of HTTP, and nothing decides: what is allowed is in `lockyard.contract`, what happens in `lifecycle`.
"""

from ..lifecycle import (
    account_info,
    cancel_replacement,
    delete_artifact,
    delete_repository,
    delete_workload,
    get_artifact,
    get_proton,
    get_replacement,
    get_repository,
    get_settings,
    get_workload,
    promote_workload,
    proton_status_details,
    related_entities,
    start_workload,
    stop_workload,
    version_info,
)
from ._account import (
    evaluate_entitlements,
    link_use_case,
    list_environment_versions,
    list_environments,
    list_use_cases,
    unlink_use_case,
)
from ._artifacts import clone_artifact, create_artifact, patch_artifact, put_artifact
from ._callers import LOCAL_USERNAME, local_caller
from ._lists import (
    list_artifacts,
    list_audit,
    list_bundles,
    list_protons,
    list_repositories,
    list_shared_roles,
    list_workloads,
    workload_events,
    workload_history,
)
from ._objects import put_repository, replace_tags, update_shared_roles
from ._observability import (
    delete_statistics,
    post_measurements,
    statistics_of_workloads,
    statistics_series,
    workload_statistics,
)
from ._workloads import create_workload, patch_settings, patch_workload, report_workload, start_replacement

__all__ = [
    "LOCAL_USERNAME",
    "account_info",
    "cancel_replacement",
    "clone_artifact",
    "create_artifact",
    "create_workload",
    "delete_artifact",
    "delete_repository",
    "delete_statistics",
    "delete_workload",
    "evaluate_entitlements",
    "get_artifact",
    "get_proton",
    "get_replacement",
    "get_repository",
    "get_settings",
    "get_workload",
    "link_use_case",
    "list_artifacts",
    "list_audit",
    "list_bundles",
    "list_environment_versions",
    "list_environments",
    "list_protons",
    "list_repositories",
    "list_shared_roles",
    "list_use_cases",
    "list_workloads",
    "local_caller",
    "patch_artifact",
    "patch_settings",
    "patch_workload",
    "post_measurements",
    "promote_workload",
    "proton_status_details",
    "put_artifact",
    "put_repository",
    "related_entities",
    "replace_tags",
    "report_workload",
    "start_replacement",
    "start_workload",
    "statistics_of_workloads",
    "statistics_series",
    "stop_workload",
    "unlink_use_case",
    "update_shared_roles",
    "version_info",
    "workload_events",
    "workload_history",
    "workload_statistics",
]
