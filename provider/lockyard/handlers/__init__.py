"""Check, diff, create, read, update and delete as plain functions over plain dicts; they know nothing of Pulumi."""

from ._artifact import create_artifact, delete_artifact, read_artifact, update_artifact
from ._artifact_check import check_artifact
from ._artifact_diff import diff_artifact
from ._context import Context
from ._ready import check_ready, create_ready, delete_ready, diff_ready, read_ready, update_ready
from ._report import (
    check_report,
    create_report,
    delete_report,
    diff_report,
    read_report,
    report_failure,
    report_progress,
    report_ready,
    update_report,
)
from ._repository import (
    check_repository,
    create_repository,
    delete_repository,
    diff_repository,
    read_repository,
    update_repository,
)
from ._results import GONE, Change, Checked, Found
from ._workload import create_workload, delete_workload, read_workload, update_workload
from ._workload_check import check_workload
from ._workload_diff import diff_workload

__all__ = [
    "GONE",
    "Change",
    "Checked",
    "Context",
    "Found",
    "check_artifact",
    "check_ready",
    "check_report",
    "check_repository",
    "check_workload",
    "create_artifact",
    "create_ready",
    "create_report",
    "create_repository",
    "create_workload",
    "delete_artifact",
    "delete_ready",
    "delete_report",
    "delete_repository",
    "delete_workload",
    "diff_artifact",
    "diff_ready",
    "diff_report",
    "diff_repository",
    "diff_workload",
    "read_artifact",
    "read_ready",
    "read_report",
    "read_repository",
    "read_workload",
    "report_failure",
    "report_progress",
    "report_ready",
    "update_artifact",
    "update_ready",
    "update_report",
    "update_repository",
    "update_workload",
]
