#!/usr/bin/env python3
"""Make or refresh the virtual environment `.venv` of this checkout from the pinned requirements.

Nothing happens when it is up to date: a stamp inside it holds hashes of `requirements/test.txt` and `pyproject.toml`.
Changed pins are installed with everything else removed; a changed `pyproject.toml` only repeats the editable
install. Standard library only, since it runs before the environment exists.

Usage: python3 scripts/make_venv.py [--force]
"""

import argparse
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".lockyard-stamp.json"
PYTHON = VENV / "bin" / "python"
PINS = ROOT / "requirements" / "test.txt"
PROJECT = ROOT / "pyproject.toml"
OLDEST_PYTHON = (3, 11)


def fail(message):
    """Stop with one line and exit code 2."""
    print("make_venv: " + message, file=sys.stderr)
    raise SystemExit(2)


def wanted_stamp():
    """What the stamp of an up-to-date environment holds."""
    return {
        "python": "{}.{}".format(*sys.version_info[:2]),
        "pins": hashlib.sha256(PINS.read_bytes()).hexdigest(),
        "project": hashlib.sha256(PROJECT.read_bytes()).hexdigest(),
    }


def present_stamp():
    """What the stamp holds, or nothing when there is no usable environment."""
    if not PYTHON.exists():
        return {}
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def run(command, quiet=False):
    """Run a program without asking anything of the user; say whether it succeeded."""
    environment = dict(os.environ)
    # Compiled bytecode makes every later start two to three times faster.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        check=False,
    )
    return done.returncode == 0


def pip(*arguments):
    """Install with pip of the environment; its own last words say what went wrong."""
    if not run([PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-q", *arguments]):
        fail("pip could not install (above: why); check the network and pip's settings, then run it again")


def uv_pin():
    """The lines of the pins that name uv, with its hashes."""
    lines = PINS.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("uv=="))
    block = [lines[start]]
    for line in lines[start + 1 :]:
        if not line.startswith("    --hash"):
            break
        block.append(line)
    return "\n".join(block) + "\n"


def install_pins(fresh):
    """Make the environment hold exactly the pinned packages; a fresh one replaces what is there."""
    if fresh:
        venv.create(VENV, with_pip=True, clear=True)
    if not (VENV / "bin" / "uv").exists():
        with tempfile.TemporaryDirectory() as scratch:
            only_uv = Path(scratch, "uv.txt")
            only_uv.write_text(uv_pin())
            pip("--require-hashes", "--only-binary", ":all:", "-r", str(only_uv))
    # uv takes seconds where pip takes minutes, but it does not read pip's settings, such as a mirror.
    sync = [
        VENV / "bin" / "uv",
        "pip",
        "sync",
        "-q",
        "--python",
        PYTHON,
        "--require-hashes",
        "--compile-bytecode",
        PINS,
    ]
    if not run(sync, quiet=True):
        print("make_venv: uv could not install them; trying pip, which takes about 2 minutes", flush=True)
        pip("--require-hashes", "--only-binary", ":all:", "-r", str(PINS))


def main():
    """Bring `.venv` up to date."""
    parser = argparse.ArgumentParser(description="Make or refresh the virtual environment .venv of this checkout.")
    parser.add_argument("--force", action="store_true", help="build the environment anew even if it is up to date")
    arguments = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        fail(
            "Python {}.{} or newer is needed and this is {}.{}; ".format(*OLDEST_PYTHON, *sys.version_info[:2])
            + "name another one, for example: make PYTHON=python3.12"
        )

    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once: the second waits, then finds the work done
        wanted, present = wanted_stamp(), {} if arguments.force else present_stamp()
        if wanted == present:
            return
        started = time.monotonic()
        STAMP.unlink(missing_ok=True)  # an interrupted run leaves no stamp, so the next one starts afresh
        if {**wanted, "project": ""} != {**present, "project": ""}:
            print("make_venv: installing the pinned packages into .venv (half a minute on 2 cores)", flush=True)
            install_pins(fresh=present.get("python") != wanted["python"])
        pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
        STAMP.write_text(json.dumps(wanted, indent=2) + "\n")
        print(f"make_venv: .venv is ready after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
