"""Who calls, what they may use, and what builds may start from (workload-api §15.2, §15.3, §18)."""

from __future__ import annotations

from lockyard.contract import (
    WORKLOAD_API_ENTITLEMENT,
    EntitlementsInput,
    EnvironmentsQuery,
    EnvironmentVersion,
    ExecutionEnvironment,
    Json,
    NotFoundError,
    default_environments,
)

from ..store import timestamp
from ._registry import Caller, Page, Registry
from ._tenant import tenant_id


def account_info(reg: Registry, caller: Caller) -> Json:
    """The caller, and the registry's limits."""
    return {
        "uid": caller.user_id,
        "email": caller.username,
        "firstName": caller.username,
        "lastName": "",
        "orgId": reg.registry_id,
        "tenantId": tenant_id(reg.registry_id),
        "limits": {
            "maxConcurrentWorkloads": reg.max_concurrent_workloads,
            "maxWorkloadReplicas": reg.max_workload_replicas,
        },
    }


def evaluate_entitlements(reg: Registry, caller: Caller, body: EntitlementsInput) -> Json:
    """Which entitlements the caller has: the Workload API, and nothing else that a platform may have."""
    return {
        "entitlements": [
            {"name": asked.name, "value": asked.name == WORKLOAD_API_ENTITLEMENT} for asked in body.entitlements
        ]
    }


def list_environments(reg: Registry, caller: Caller, query: EnvironmentsQuery) -> Page:
    """The execution environments that match, in the operator's order."""
    text = (query.search_for or "").casefold()
    found = [
        environment
        for environment in environments_of(reg)
        if text in f"{environment.name}\n{environment.description}".casefold()
        and (not query.use_cases or set(query.use_cases) & set(environment.use_cases))
        and query.is_public in (None, environment.is_public)
    ]
    return Page(len(found), [_environment(item) for item in found[query.offset : query.offset + query.limit]])


def list_environment_versions(reg: Registry, caller: Caller, id: str, offset: int, limit: int) -> Page:
    """The versions of an execution environment, newest first.

    Raises:
        NotFoundError: there is no such environment.
    """
    environment = next((known for known in environments_of(reg) if known.id == id), None)
    if environment is None:
        raise NotFoundError("Execution environment not found.")
    versions = environment.versions[::-1]
    return Page(len(versions), [_version(environment, item) for item in versions[offset : offset + limit]])


def environments_of(reg: Registry) -> tuple[ExecutionEnvironment, ...]:
    """The registry's execution environments."""
    return default_environments() if reg.environments is None else reg.environments


def _environment(environment: ExecutionEnvironment) -> Json:
    latest = _version(environment, environment.versions[-1])
    return {
        "id": environment.id,
        "name": environment.name,
        "description": environment.description,
        "programmingLanguage": environment.programming_language,
        "isPublic": environment.is_public,
        "useCases": environment.use_cases,
        "latestVersion": latest,
        "latestSuccessfulVersion": latest,
    }


def _version(environment: ExecutionEnvironment, version: EnvironmentVersion) -> Json:
    return {
        "id": version.id,
        "environmentId": environment.id,
        "label": version.label,
        "description": version.description,
        "dockerImage": version.docker_image,
        # An operator lists images that are there.
        "buildStatus": "success",
        "created": timestamp(version.created),
    }
