"""The container file: what it copies is there and not ignored, its pins are complete and those of the tests.

The image itself cannot be built here, as there is no base image; `make container-check` does its steps in a folder.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "container" / "Containerfile").read_text()).splitlines()
STEPS = [line.split(maxsplit=1) for line in LINES if line and not line.startswith("#")]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text()
    return {found[1].lower(): found[2] for found in re.finditer(r"^([A-Za-z0-9._-]+)(?:\[\S+\])?==(\S+)", text, re.M)}


def test_what_is_copied_is_there_and_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [path for step, rest in STEPS if step == "COPY" and "--from" not in rest for path in rest.split()[:-1]]
    assert len(copied) > 5
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in allowed, path


@pytest.mark.parametrize("name", ["server.txt", "build.txt"])
def test_the_pins_are_those_of_the_tests(name: str) -> None:
    tested, found = pins("test.txt"), pins(name)
    assert found and {package: tested.get(package) for package in found} == found
    text = (ROOT / "requirements" / name).read_text()
    assert text.count("--hash=sha256:") >= len(found)


def test_the_pins_hold_all_that_the_distribution_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[<>=\[]", one)[0].lower() for one in wanted}
    assert names <= {name.replace("_", "-") for name in pins("server.txt")}


def test_it_runs_as_nobody_in_particular_and_knows_the_command() -> None:
    told = dict(STEPS)
    assert int(told["USER"].split(":")[0]) > 0
    command = shlex.split(told["CMD"].strip("[]").replace(",", " "))
    from typer.main import get_command
    from typer.testing import CliRunner

    from lockyard.cli._main import app

    assert command[:2] == ["lockyard", "serve"]
    serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]
    options = {option for parameter in serve.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in command if word.startswith("--")} <= options
    assert CliRunner().invoke(app, ["serve", "--help"]).exit_code == 0
