"""CustomResourceDefinitions of the operators that the components render objects for, out of their Go modules."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from toolchain import HERE, ToolchainError, build_once, cache_root, go_program, say

PINS = HERE / "cluster-crds" / "modules.txt"


@dataclass(frozen=True)
class Pin:
    """One line of the pins."""

    module: str
    version: str
    checksum: str
    patterns: tuple[str, ...]


def read_pins(text: str) -> list[Pin]:
    """The pins in a text of lines `module version checksum pattern…`."""
    found: list[Pin] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            module, version, checksum, *patterns = line.split()
            found.append(Pin(module, version, checksum, tuple(patterns)))
    return found


def definitions() -> Path:
    """The folder with one YAML file for each definition, fetched if needed."""
    text = PINS.read_text()
    folder = cache_root() / f"cluster-crds-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    build_once(folder, lambda into: _fetch_all(read_pins(text), into))
    return folder


def _fetch_all(pins: list[Pin], into: Path) -> None:
    go = go_program([HERE / "cluster-kubernetes"], "the definitions of the test cluster", "")
    for pin in pins:
        say(f"fetching the definitions in {pin.module} {pin.version}")
        names = extract(_archive(go, pin), pin, into)
        say(f"found {len(names)} in {pin.module}")


def extract(archive: Path, pin: Pin, into: Path) -> list[str]:
    """Copy the files that a pin names out of a module's archive."""
    names: list[str] = []
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            inside = name.partition(f"@{pin.version}/")[2]
            if any(fnmatch.fnmatchcase(inside, pattern) for pattern in pin.patterns):
                target = into / Path(inside).name
                target.write_bytes(opened.read(name))
                names.append(target.name)
    for pattern in pin.patterns:
        if not fnmatch.filter(names, Path(pattern).name):
            raise ToolchainError(f"{pin.module} {pin.version} has no file {pattern}; correct {PINS}", code=1)
    return names


def _archive(go: str, pin: Pin) -> Path:
    """The module's archive in Go's cache, downloaded if needed and checked against the pin."""
    done = subprocess.run(
        [go, "mod", "download", "-json", f"{pin.module}@{pin.version}"],
        cwd=tempfile.gettempdir(),  # outside of every module
        # The pin here is the check; the public database would only ask the network once more.
        env={**os.environ, "GOWORK": "off", "GOFLAGS": "", "GONOSUMDB": "*"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {}
    # A module that asks for a newer Go is an error to Go, which has the archive all the same.
    if not answer.get("Zip"):
        reason = str(answer.get("Error") or done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise ToolchainError(
            f"cannot fetch {pin.module} {pin.version}: {reason[:200]}; check the network and `go env GOPROXY`"
        )
    if answer.get("Sum") != pin.checksum:
        raise ToolchainError(f"{pin.module} {pin.version} is {answer.get('Sum')}, not what {PINS} pins", code=1)
    return Path(answer["Zip"])
