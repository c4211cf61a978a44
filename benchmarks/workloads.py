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
COMMANDS = ("preview (everything new)", "up", "preview (nothing changed)")
AIMS = {"preview (nothing changed)": 1.15}
TOOLCHAIN = engine.HERE.parent / "toolchain" / "toolchain.py"


def compare(scratch: Path, *, workloads: int, rounds: int) -> list[Comparison]:
    """Runs the commands on both programs, in every round on new stacks, in alternating order.

    Args:
        scratch: An empty folder.
        workloads: How many workloads.
        rounds: How often everything is repeated.

    Raises:
        BenchmarkError: A command failed, or the programs did not write the same objects.
    """
    home = scratch / "home"
    home.mkdir()
    subprocess.run([sys.executable, str(TOOLCHAIN), "plugin", str(home)], check=True, timeout=3600)
    _stacks(scratch, "warm", home, 2, COMMANDS)
    comparisons = [Comparison(command, (OURS, PLAIN)) for command in COMMANDS]
    turn = 0
    for number in range(rounds):
        stacks = _stacks(scratch, f"round-{number}", home, workloads, ())
        for comparison in comparisons:
            for program in (OURS, PLAIN) if turn % 2 == 0 else (PLAIN, OURS):
                run = stacks[program].run(*engine.COMMANDS[comparison.command])
                comparison.runs[program].append(run)
                print(
                    f"  round {number + 1}, {comparison.command}, {program}: {run.wall:.2f} s, {run.cpu:.2f} s of CPU",
                    file=sys.stderr,
                )
            turn += 1
        _require_same_objects(*(stacks[program].folder / "yaml" for program in (OURS, PLAIN)))
    return comparisons


def _stacks(scratch: Path, name: str, home: Path, workloads: int, commands: tuple[str, ...]) -> dict[str, Stack]:
    stacks: dict[str, Stack] = {}
    for program in (OURS, PLAIN):
        stack = stacks[program] = Stack(program, scratch / name, workloads, home=home)
        shutil.copy(engine.HERE / "scenario.py", stack.folder)
        if program == PLAIN:
            (stack.folder / "objects.json").write_text(json.dumps(_templates()))
        for command in commands:
            stack.run(*engine.COMMANDS[command])
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
