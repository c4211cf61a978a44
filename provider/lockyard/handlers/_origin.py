"""Keys derived from a resource's origin, so that a creation whose answer was lost finds its object again."""

from __future__ import annotations

import hashlib

from lockyard.contract import Json, Problem


def repository_key(origin: str, artifact_type: str) -> str:
    """The idempotency key of a repository.

    The type is part of it, because a repository's type is fixed for ever (R57): another type is another repository.
    """
    return _digest("repository", origin, artifact_type)


def artifact_key(origin: str, artifact_repository_id: str, artifact_type: str) -> str:
    """The idempotency key of an artifact; another repository is another lineage, hence another key."""
    return _digest("artifact", origin, artifact_repository_id, artifact_type)


def workload_key(origin: str) -> str:
    """The idempotency key of a workload."""
    return _digest("workload", origin)


def origin_problems(inputs: Json, *, embedded: bool) -> list[Problem]:
    """Refuses the constant organization of the file and S3 backends on a shared registry.

    Two people's ``dev`` stacks of one project would have the same origin there and take over each other's objects.
    """
    if embedded or inputs.get("originIsDefault") is not True:
        return []
    return [
        Problem(
            "origin",
            "this Pulumi backend names every organization 'organization', so two stacks of the same name would share "
            "objects on this registry: run `pulumi config set lockyard:origin <a name that only this stack uses>`",
            "origin_required",
        )
    ]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
