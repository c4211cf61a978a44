"""Playing the part of whoever runs the workloads."""

from __future__ import annotations

from datetime import UTC, datetime

from .project import Project
from .results import Json


def report(project: Project, name: str, phase: str, message: str = "") -> None:
    """Tell the project's registry how the workload of that name is doing, with what the record says it should run."""
    found = project.registry.get_workload(project.id(f"Workload/{name}"))
    seen = {
        "artifactId": found["artifactId"],
        "contentDigest": found["artifactDigest"],
        "runtimeDigest": found["runtimeDigest"],
    }
    _send(project, found["id"], {**seen, "phase": phase, "message": message})


def report_replacement(project: Project, name: str, phase: str, message: str = "") -> None:
    """Tell how the rollout that is under way is doing."""
    found = project.registry.get_workload(project.id(f"Workload/{name}"))
    seen = {"artifactId": found["replacement"]["candidateArtifactId"]}
    _send(project, found["id"], {**seen, "phase": phase, "message": message})


def _send(project: Project, id: str, seen: Json) -> None:
    project.registry.report_workload(id, {**seen, "observedAt": datetime.now(UTC).isoformat()})
