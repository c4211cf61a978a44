"""The README's story, command by command, in a copy of the checkout: what it says is what the terminal shows."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from tests.engine.harness.command import run_process
from tests.engine.harness.surroundings import ROOT, surroundings

SECTION = "## The lock, in four edits"
MADE_UP = (
    (re.compile(r"\b[0-9a-f]{24}\b"), "<id>"),
    (re.compile(r"v1:[0-9a-f]+…?"), "<digest>"),
    (re.compile(r"\(\d+(\.\d+)?s\)"), "(time)"),
    (re.compile(r"\s+"), " "),
)


def story() -> list[tuple[str, list[str]]]:
    """The commands of the README's section, each with the lines of output that are quoted below it."""
    text = ROOT.joinpath("README.md").read_text(encoding="utf-8")
    section = text.partition(SECTION)[2].partition("\n## ")[0]
    told: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", section, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                told.append((line.removeprefix("$ ").partition("  #")[0], []))
            elif line.strip():
                told[-1][1].append(line)
    return told


def as_told(text: str) -> str:
    """Text without what is different on every machine."""
    for pattern, word in MADE_UP:
        text = pattern.sub(word, text)
    return text.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The parts of the checkout that the quickstart uses, in a folder of their own."""
    copy = tmp_path / "checkout"
    copy.joinpath("scripts").mkdir(parents=True)
    for name in ("__main__.py", "Pulumi.yaml", "scripts/quickstart.py"):
        shutil.copy(ROOT / name, copy / name)
    copy.joinpath(".venv").symlink_to(sys.prefix, target_is_directory=True)
    return copy


def test_the_readme_tells_the_truth(checkout: Path) -> None:
    environment = surroundings(state="file:///nowhere", home=checkout / "unused")
    environment = {name: value for name, value in environment.items() if not name.startswith("PULUMI_")}
    code, output = run_process([sys.executable, "scripts/quickstart.py"], folder=checkout, environment=environment)
    assert code == 0, output
    for line in ("Artifact chat-api created", "Workload chat-api created", "embedderVersion: 1", "It runs."):
        assert line in output

    told = story()
    assert len(told) >= 4, "the README's section has changed its form"
    setting, *commands = told
    assert setting[0] == ". .quickstart/env"
    environment["PULUMI_SKIP_CONFIRMATIONS"] = "true"
    for command, quoted in commands:
        script = f"set -e; {setting[0]}; {command}"
        code, output = run_process(["bash", "-c", script], folder=checkout, environment=environment)
        assert code == 0, f"{command}\n{output}"
        shown = as_told(output)
        for line in quoted:
            assert as_told(line) in shown, f"the README says, after `{command}`:\n{line}\nbut it was:\n{output}"

    # What the last line of the destroy tells the user to do works.
    purge = re.search(r"repository 'chat-api' [^`]*`(lockyard repositories delete \w+ --force)`", output)
    assert purge is not None, output
    script = f"set -e; {setting[0]}; {purge[1]} --yes; lockyard artifacts list --json"
    code, output = run_process(["bash", "-c", script], folder=checkout, environment=environment)
    assert code == 0, output
    assert "embedder" in output
    assert "chat-api" not in output[output.index("[") :]
