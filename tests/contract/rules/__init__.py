"""The conformance rules of the Workload API, one function each; importing this module registers them all."""

from . import (  # noqa: F401
    account,
    additions,
    artifacts,
    audit,
    containers,
    credentials,
    editing,
    impact,
    invoke,
    locking,
    observability,
    people,
    replacement,
    repositories,
    runtime,
    settings,
    sharing,
    telemetry,
    transport,
    volumes,
    workloads,
)
from .uncovered import UNCOVERED

__all__ = ["UNCOVERED"]
