"""The results of the registry's server as Markdown."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

import mlflow_server
from comparison import CONSTANT, LOCKYARD, MLFLOW, OPERATIONS, Comparison, Plan
from load import CONNECTIONS
from versions import MODELS, VERSIONS

PART = "registry"
"""The part of README.md that is written."""

READS, WRITES, OF_A_CONSTANT = 25.0, 2.0, 0.3
"""The aims: multiples of the other server's throughput."""


def render(command: str, plan: Plan, found: Comparison) -> str:
    """All tables.

    Args:
        command: what was run.
        plan: what was measured.
        found: what came of it.
    """
    parts = [
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        f"{MODELS * VERSIONS:,} versions of {MODELS} models in each registry, SQLite both; {CONNECTIONS} connections, "
        f"{plan.rounds} round(s) of {plan.seconds} s for each line and server. Values are medians, "
        "ranges in parentheses. CPU is that of all processes of the server for one answer.",
    ]
    if plan.mlflow:
        parts += [
            f"MLflow {mlflow_server.VERSION} with {plan.workers} workers; each line has it in the way of running that "
            "was the fastest there.",
            _mlflow(found),
            _ways(found),
        ]
    else:
        parts.append(_alone(found))
    if plan.constant:
        parts.append(_constant(found))
    parts.append(_memory(found))
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """What the numbers were made on."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, SQLAlchemy {version('SQLAlchemy')}, FastAPI {version('fastapi')}, "
        f"uvicorn {version('uvicorn')}; load at the end {load}"
    )


def _mlflow(found: Comparison) -> str:
    lines = [
        "| operation | Lockyard | MLflow | ratio (range) | aim | CPU of Lockyard | of MLflow | ratio "
        "| p99 of Lockyard | p50 of MLflow |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for operation, words in OPERATIONS.items():
        other = found.best(operation)
        ours, theirs = found.cpu(LOCKYARD, operation), found.cpu(other, operation)
        lines.append(
            f"| {words} | {_speed(found, LOCKYARD, operation)} | {_speed(found, other, operation)} "
            f"| {_ratios(found.ratios(other, operation))} | ≥ {WRITES if operation == 'register' else READS:.0f} "
            f"| {_time(ours)} | {_time(theirs)} | {theirs / ours:.1f} "
            f"| {_time(found.middle(LOCKYARD, operation, 'p99'))} | {_time(found.middle(other, operation, 'p50'))} |"
        )
    return "\n".join(lines)


def _ways(found: Comparison) -> str:
    names = list(dict.fromkeys(name for name, _ in found.runs if name.startswith(MLFLOW)))
    lines = [
        f"| {' | '.join(['operation', *names])} | refused |",
        f"| {' | '.join(['---'] * (len(names) + 1))} | --- |",
    ]
    for operation, words in OPERATIONS.items():
        cells = [f"{_speed(found, name, operation)}, {_time(found.cpu(name, operation))} of CPU" for name in names]
        refused = sum(found.refused(name, operation) for name in names)
        lines.append(f"| {' | '.join([words, *cells])} | {refused} |")
    return "\n".join(lines)


def _alone(found: Comparison) -> str:
    lines = ["| operation | Lockyard | CPU | p50 | p95 | p99 |", "| --- | --- | --- | --- | --- | --- |"]
    for operation, words in OPERATIONS.items():
        times = " | ".join(_time(found.middle(LOCKYARD, operation, what)) for what in ("p50", "p95", "p99"))
        speed = _speed(found, LOCKYARD, operation)
        lines.append(f"| {words} | {speed} | {_time(found.cpu(LOCKYARD, operation))} | {times} |")
    return "\n".join(lines)


def _constant(found: Comparison) -> str:
    lines = [
        "| beside a constant of the same size | bytes | Lockyard | constant | ratio (range) | aim | CPU ratio |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for operation, words in OPERATIONS.items():
        if (CONSTANT, operation) in found.runs:
            lines.append(
                f"| {words} | {found.sizes[LOCKYARD, operation]:,} "
                f"| {_speed(found, LOCKYARD, operation)} | {_speed(found, CONSTANT, operation)} "
                f"| {_ratios(found.ratios(CONSTANT, operation))} | ≥ {OF_A_CONSTANT} "
                f"| {found.cpu(CONSTANT, operation) / found.cpu(LOCKYARD, operation):.2f} |"
            )
    return "\n".join(lines)


def _memory(found: Comparison) -> str:
    lines = ["| largest process after the load | resident |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {size / 2**20:.0f} MiB |" for name, size in found.memory.items())])


def _speed(found: Comparison, server: str, operation: str) -> str:
    value = found.middle(server, operation, "throughput")
    return f"{value:,.0f}/s" if value >= 100 else f"{value:.1f}/s"


def _ratios(ratios: Sequence[float]) -> str:
    digits = 1 if median(ratios) >= 3 else 2
    return f"{median(ratios):.{digits}f} ({min(ratios):.{digits}f} to {max(ratios):.{digits}f})"


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"
