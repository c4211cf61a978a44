"""The results of many artifacts beside few as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from filling import World
from questions import QUESTIONS, Pair, Took
from registry_report import machine

AIM = 1.5
"""Most that the p95 of a list may be as a multiple of that with few artifacts."""


def part(*, postgres: bool) -> str:
    """The part of README.md that is written."""
    return "million-postgres" if postgres else "million"


def render(command: str, large: World, took: Mapping[str, Took], *, postgres: bool) -> str:
    """The table.

    Args:
        command: what was run.
        large: the large registry.
        took: what each question took.
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
        "| question | matching | p95 of 1,000 | p95 here | p50 here | ratio of p95 | of p50 | aim "
        "| function: p95 here | ratio of p95 | of p50 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for question in QUESTIONS:
        answer, function = took[question.name]
        lines.append(
            f"| {question.name} | {answer.many.total:,} | {_time(answer.few.p95)} | {_time(answer.many.p95)} "
            f"| {_time(answer.many.p50)} | {_ratios(answer)} | {f'≤ {AIM}' if question.aim else '–'} "
            f"| {_time(function.many.p95)} | {_ratios(function)} |"
        )
    return "\n".join(lines) + "\n"


def _ratios(pair: Pair) -> str:
    return f"{pair.many.p95 / pair.few.p95:.2f} | {pair.many.p50 / pair.few.p50:.2f}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"
