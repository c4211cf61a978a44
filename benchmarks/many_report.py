"""The results of many artifacts beside few as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from filling import World
from questions import QUESTIONS, Times
from registry_report import machine

AIM = 1.5
"""Most that the p95 of a list may be as a multiple of that with few artifacts."""


def part(*, postgres: bool) -> str:
    """The part of README.md that is written."""
    return "million-postgres" if postgres else "million"


def render(command: str, large: World, took: Mapping[str, tuple[Times, Times]], *, postgres: bool) -> str:
    """The table.

    Args:
        command: what was run.
        large: the large registry.
        took: what each question took, of the small and of the large one.
        postgres: they were on PostgreSQL.
    """
    size = large.size
    lines = [
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        "",
        f"{'PostgreSQL' if postgres else 'SQLite'}, {size.artifacts:,} artifacts in {size.repositories:,} "
        f"repositories, {large.scopes:,} different sets of people that they are shared with. *many* sees half of them, "
        "*some* a twenty-fifth, *few* one and what everybody sees.",
        "",
        "| question | matching | p95 of 1,000 | p95 here | p50 here | ratio of p95 | of p50 | aim |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for question in QUESTIONS:
        few, many = took[question.name]
        lines.append(
            f"| {question.name} | {many.total:,} | {_time(few.p95)} | {_time(many.p95)} | {_time(many.p50)} "
            f"| {many.p95 / few.p95:.2f} | {many.p50 / few.p50:.2f} | {f'≤ {AIM}' if question.aim else '–'} |"
        )
    return "\n".join(lines) + "\n"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"
