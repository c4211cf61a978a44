"""Results as Markdown, and where they go in README.md."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import workloads
from engine import AIMS, Comparison
from rendering import Step
from start import Part

README = Path(__file__).resolve().parent / "README.md"
RECORDS, KUBERNETES = "results", "kubernetes"
"""The two parts of README.md that are written: records alone, and what the components add."""


def render_records(
    made: str, pairs: int, comparisons: Sequence[Comparison], start: Sequence[Part], micro: Mapping[str, float]
) -> str:
    """The results about records as Markdown; empty if there are none."""
    parts: list[str] = []
    if comparisons:
        parts.append(_engine(pairs, comparisons))
    if start:
        parts.append(_start(start))
    if micro:
        parts.append(_micro(micro))
    return _joined(made, parts)


def render_kubernetes(made: str, count: int, rendering: Sequence[Step], components: Sequence[Comparison]) -> str:
    """The results about components as Markdown; empty if there are none."""
    parts: list[str] = []
    if rendering:
        parts.append(_rendering(rendering))
    if components:
        parts.append(_workloads(count, components))
    return _joined(made, parts)


def made_by(command: str) -> str:
    """The line that says where the results come from."""
    return f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {machine()}."


def write(part: str, results: str) -> None:
    """Puts results into README.md, in place of the earlier ones of this part."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    README.write_text(f"{before}{begin}\n{results}{end}{after}", encoding="utf-8")


def _joined(made: str, parts: Sequence[str]) -> str:
    return "\n\n".join([made, *parts]) + "\n" if parts else ""


def machine() -> str:
    """What the numbers were made on."""
    version_of_pulumi = "none"
    if shutil.which("pulumi"):
        done = subprocess.run(["pulumi", "version"], capture_output=True, text=True, timeout=30, check=False)
        version_of_pulumi = done.stdout.strip().removeprefix("v")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"pulumi {version_of_pulumi} with its Python SDK {version('pulumi')}, "
        f"pydantic {version('pydantic')}, SQLAlchemy {version('SQLAlchemy')}; load at the end {load}"
    )


def _engine(pairs: int, comparisons: Sequence[Comparison]) -> str:
    return "\n".join(
        [
            f"{pairs} draft artifacts in one repository and {pairs} workloads, embedded registry, "
            f"{len(comparisons[0].ratios())} round(s). Times are medians; CPU counts all processes of the command.",
            "",
            *_comparisons(comparisons, ("Lockyard", "floor"), AIMS),
        ]
    )


def _workloads(count: int, comparisons: Sequence[Comparison]) -> str:
    return "\n".join(
        [
            f"{count} `KubernetesWorkload`s beside the same artifacts, workloads and objects written plainly, "
            f"rendered to YAML, {len(comparisons[0].ratios())} round(s).",
            "",
            *_comparisons(comparisons, ("components", "plain"), workloads.AIMS),
        ]
    )


def _comparisons(comparisons: Sequence[Comparison], titles: tuple[str, str], aims: Mapping[str, float]) -> list[str]:
    lines = [
        f"| command | {titles[0]} | {titles[1]} | ratio (range) | CPU ratio | aim |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for item in comparisons:
        aim, ratios = aims.get(item.command), item.ratios()
        ours, other = (item.wall(program) for program in item.programs)
        lines.append(
            f"| {item.command} | {ours:.2f} s | {other:.2f} s "
            f"| {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) | {median(item.ratios('cpu')):.2f} "
            f"| {f'≤ {aim:.2f}' if aim else '–'} |"
        )
    return lines


def _rendering(steps: Sequence[Step]) -> str:
    lines = ["| rendering | wall | CPU | aim |", "| --- | --- | --- | --- |"]
    for step in steps:
        aim = f"≤ {step.aim:.1f} s" if step.aim else "–"
        lines.append(f"| {step.name} | {step.wall:.2f} s | {step.cpu:.2f} s | {aim} |")
    return "\n".join(lines)


def _start(parts: Sequence[Part]) -> str:
    lines = ["| start of a plugin process | wall | CPU | aim |", "| --- | --- | --- | --- |"]
    for part in parts:
        aim = f"≤ {part.aim:.1f} s" if part.aim else "–"
        lines.append(f"| {part.name} | {part.wall:.2f} s | {part.cpu:.2f} s | {aim} |")
    return "\n".join(lines)


def _micro(micro: Mapping[str, float]) -> str:
    lines = ["| one artifact | CPU |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {seconds * 1e6:.0f} µs |" for name, seconds in micro.items())])
