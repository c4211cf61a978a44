"""Playing the part of whoever runs the workloads."""

from __future__ import annotations

from datetime import UTC, datetime

from .project import Project


def report(project: Project, name: str, phase: str, message: str = "") -> None:
    """Tell the project's registry how the workload of that name is doing, with what the record says it should run."""
    registry = project.registry
    found = registry.get_workload(project.id(f"Workload/{name}"))
    registry.report_workload(
        found["id"],
        {
            "artifactId": found["artifactId"],
            "contentDigest": found["artifactDigest"],
            "runtimeDigest": found["runtimeDigest"],
            "phase": phase,
            "message": message,
            "observedAt": datetime.now(UTC).isoformat(),
        },
    )
