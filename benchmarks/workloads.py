"""Times KubernetesWorkloads beside the same records and objects written plainly, both rendered to YAML."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import engine
import rendering
import scenario
from engine import BenchmarkError, Comparison, Stack

from lockyard_components.manifests import render_workload

OURS, PLAIN = "kubernetes_workloads", "kubernetes_plain"
NEW, UP, UNCHANGED = "preview (everything new)", "up (state written at its end)", "preview (nothing changed)"
COMMANDS = {name: engine.COMMANDS[name] for name in (NEW, UNCHANGED)} | {UP: engine.COMMANDS["up"]}
AIMS = {UNCHANGED: 1.15}
TOOLCHAIN = engine.HERE.parent / "toolchain" / "toolchain.py"

# The engine writes the whole state after every step, which for a thousand resources takes minutes in both programs.
WRITE_ONCE = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}


def compare(scratch: Path, *, workloads: int, rounds: int) -> list[Comparison]:
    """Runs the commands on both programs, one right after the other and in alternating order.

    Args:
        scratch: An empty folder.
        workloads: How many workloads.
        rounds: How often each preview is repeated; `up` runs once.

    Raises:
        BenchmarkError: A command failed, or the programs did not write the same objects.
    """
    home = scratch / "home"
    home.mkdir()
    subprocess.run([sys.executable, str(TOOLCHAIN), "plugin", str(home)], check=True, timeout=3600)
    for stack in _stacks(scratch, "warm", home, 2).values():
        for name in (NEW, UP, UNCHANGED):
            stack.run(*COMMANDS[name])
    stacks = _stacks(scratch, "measured", home, workloads)
    comparisons = [_measured(stacks, name, times) for name, times in ((NEW, rounds), (UP, 1), (UNCHANGED, rounds))]
    _require_same_objects(*(stacks[program].folder / "yaml" for program in (OURS, PLAIN)))
    return comparisons


def _measured(stacks: dict[str, Stack], name: str, times: int) -> Comparison:
    comparison = Comparison(name, (OURS, PLAIN))
    for turn in range(times):
        for program in (OURS, PLAIN) if turn % 2 == 0 else (PLAIN, OURS):
            run = stacks[program].run(*COMMANDS[name])
            comparison.runs[program].append(run)
            print(f"  {name}, {turn + 1}, {program}: {run.wall:.2f} s, {run.cpu:.2f} s of CPU", file=sys.stderr)
    return comparison


def _stacks(scratch: Path, name: str, home: Path, workloads: int) -> dict[str, Stack]:
    stacks: dict[str, Stack] = {}
    for program in (OURS, PLAIN):
        stack = stacks[program] = Stack(program, scratch / name, workloads, home=home)
        stack.environment |= WRITE_ONCE
        shutil.copy(engine.HERE / "scenario.py", stack.folder)
        if program == PLAIN:
            (stack.folder / "objects.json").write_text(json.dumps(_templates()))
    return stacks


def _templates() -> dict[str, list[str]]:
    """The objects of a workload of each kind as JSON, with words in the place of what differs."""
    templates: dict[str, list[str]] = {}
    for index in range(2):
        description = rendering.description(
            index,
            name="stand-in-name",
            workload_id="@workload-id@",
            artifact_id="@artifact-id@",
            artifact_digest="@artifact-digest@",
            version="@version@",
            draft=True,
            expires_at="@expires-at@",
        )
        templates[description.artifact_type] = [
            json.dumps(manifest).replace("stand-in-name", "@name@").replace(scenario.image(index), "@image@")
            for manifest in render_workload(description, scenario.CLUSTER).values()
        ]
    return templates


def _require_same_objects(ours: Path, plain: Path) -> None:
    names = [{path.name for path in folder.rglob("*.yaml")} for folder in (ours, plain)]
    if names[0] != names[1] or not names[0]:
        differing = ", ".join(sorted(names[0] ^ names[1])[:5]) or "there is none"
        raise BenchmarkError(f"the programs did not write the same objects: {differing}")
