"""Reports of rollouts that the program itself makes, while the engine applies objects."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from lockyard.client import Settings
from lockyard.contract import plain
from lockyard.handlers import Context, report_failure, report_progress, report_ready
from lockyard.resources._registry import registry_client


@dataclass(frozen=True, kw_only=True)
class Generation:
    """What a rollout is about, as the registry knows it.

    Attributes:
        workload_id: Id of the workload.
        artifact_id: Id of the artifact that is applied.
        artifact_digest: Digest of its content, None if it is not known.
        runtime_digest: Digest of the runtime.
    """

    workload_id: str
    artifact_id: str
    artifact_digest: str | None
    runtime_digest: str


def report_begun(generation: Generation, message: str) -> bool:
    """Tell the registry that a rollout has begun. Answers whether it took the report.

    Raises:
        LockyardError: The registry cannot be reached, or refused.
    """
    return report_progress(_context(), _inputs(generation), message)


def report_failed(generation: Generation, message: str) -> bool:
    """Tell the registry that a rollout failed, and why. Answers whether it took the report.

    Raises:
        LockyardError: The registry cannot be reached, or refused.
    """
    return report_failure(_context(), _inputs(generation), message)


def report_serving(generation: Generation, message: str) -> bool:
    """Tell the registry that what it knows serves. Answers whether it took the report.

    Raises:
        LockyardError: The registry cannot be reached, or refused.
    """
    return report_ready(_context(), _inputs(generation), message)


def _context() -> Context:
    # The client is the program's own, with the settings of the stack; a context wants some all the same.
    return Context(settings=Settings(), connect=lambda _: registry_client(), say=_say)


def _inputs(generation: Generation) -> dict[str, object]:
    return {
        "workloadId": generation.workload_id,
        "artifactId": generation.artifact_id,
        "artifactDigest": generation.artifact_digest,
        "runtimeDigest": generation.runtime_digest,
    }


def _say(line: str) -> None:
    pulumi.log.info(plain(line))
