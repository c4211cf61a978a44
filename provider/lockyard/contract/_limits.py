"""How much a document may hold: the bounds of the contract, in one table.

A bound is checked before a document is read by its model, so that one with 150,000 containers is refused in
milliseconds, and for new documents alone: what is stored already stays readable. A field that is not in the table has
a bound all the same: that of its own type, else the default of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._internal_urls import MAX_INTERNAL_URL

MAX_SPEC_BYTES: Final = 2**20
"""Size of an artifact's spec, as canonical JSON without defaults."""

MAX_DEPTH: Final = 32
"""Objects and lists inside each other."""

MAX_VALUES: Final = 100_000
"""Objects, lists, texts and numbers of a document in all."""

MAX_KEY_CHARACTERS: Final = 1024
"""Length of a key."""

MAX_UNKNOWN_KEYS: Final = 20
"""Keys of one object that its model does not know: more are one problem, not as many."""

MAX_PROBLEMS: Final = 100
"""Problems that a refusal names; how many more there are is told."""

DEFAULT_CHARACTERS: Final = 10_000
DEFAULT_ITEMS: Final = 100

LIMITS: Final[Mapping[str, int]] = {
    # Artifacts.
    "ArtifactSpec.containerGroups": 10,
    "ContainerGroup.containers": 20,
    "Container.entrypoint": 200,
    "Container.environmentVars": 500,
    "EnvironmentVariable.name": 1024,
    "EnvironmentVariable.value": MAX_SPEC_BYTES,  # the size of the whole spec is the bound
    "EnvironmentVariable.key": 1024,
    "Dockerfile.path": 1024,
    "Dockerfile.entrypoint": 200,
    "Probe.path": 4096,
    "Probe.host": 1024,
    "Probe.httpHeaders": 50,
    "Capabilities.add": 100,
    "Capabilities.drop": 100,
    "SeccompProfile.localhostProfile": 1024,
    # Workloads.
    "WorkloadRuntime.containerGroups": 10,
    "GroupRuntime.resourceBundles": 10,
    "GroupRuntime.containers": 20,
    "Autoscaling.policies": 20,
    "AutoscalingPolicy.scalingMetric": 1024,
    # Tags and roles.
    "TagsInput.tags": 100,
    "SharedRole.username": 1024,
    "RepositoryInput.origin": 4096,
    # What is told of running workloads.
    "Report.internalUrl": MAX_INTERNAL_URL,
    "Report.replicas": 1000,
    "ReplicaReport.conditions": 50,
    "ReplicaReport.containers": 50,
    "ContainerReport.image": 4096,
    # OTLP: 8192 is what a collector sends at once by default, 512 what an SDK does.
    "OtlpLogs.resourceLogs": 1000,
    "OtlpResourceLogs.scopeLogs": 1000,
    "OtlpTraces.resourceSpans": 1000,
    "OtlpResourceSpans.scopeSpans": 1000,
    "OtlpMetrics.resourceMetrics": 1000,
    "OtlpResourceMetrics.scopeMetrics": 1000,
    "OtlpValue.stringValue": 65_536,
}
"""Model and wire name of a field -> most characters of a text, items of a list, or keys of an object."""

TOTALS: Final[Mapping[str, int]] = {
    "OtlpLogRecord": 10_000,
    "OtlpSpan": 10_000,
    "OtlpMetric": 5000,
}
"""Model -> how many of it a document may hold in all, wherever they stand: each is a record to store."""
