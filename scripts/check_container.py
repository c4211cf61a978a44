#!/usr/bin/env python3
"""Do the steps of container/Containerfile in a folder, where no base image can be had, and start what they made.

    scripts/check_container.py     about a minute; downloads the pinned packages

What it cannot show: the base image, the user, and that the image's own Python is new enough.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "container" / "Containerfile"
#: The folders that the file makes, in the order in which they are replaced.
FOLDERS = ("/opt/lockyard", "/build", "/dist")
PORT = 18321
START_SECONDS = 60


def steps() -> list[tuple[str, str]]:
    """Instruction and rest of every line of the file."""
    lines = re.sub(r"\\\n\s*", "", FILE.read_text()).splitlines()
    words = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return [(step, rest) for step, rest in words]


def build(folder: Path) -> Path:
    """Do every COPY and RUN of the first stage below `folder`; answers the environment that the image gets."""
    source = folder / "src"
    source.mkdir()
    for step, rest in steps():
        if step == "COPY" and "--from" not in rest:
            *paths, target = rest.split()
            for path in paths:
                _copy(ROOT / path, source / target / (Path(path).name if target.endswith("/") else ""))
        elif step == "RUN":
            command = re.sub(r"\bpython -m venv", f"{sys.executable} -m venv", rest)
            for name in FOLDERS:
                command = command.replace(f"{name} ", f"{folder}{name} ").replace(f"{name}/", f"{folder}{name}/")
            print(f"check_container: {rest[:100]}", flush=True)
            subprocess.run(["sh", "-c", command], cwd=source, stdin=subprocess.DEVNULL, check=True)
    return folder / "opt" / "lockyard"


def _copy(origin: Path, target: Path) -> None:
    if origin.is_dir():
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target = target / origin.name if target.is_dir() else target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, target)


def try_out(installed: Path, folder: Path) -> None:
    """Upgrade an empty database, serve it, and ask whether it is ready."""
    environment = {"PATH": f"{installed / 'bin'}:{os.defpath}", "HOME": str(folder), "LOCKYARD_DATA_DIR": str(folder)}
    lockyard = str(installed / "bin" / "lockyard")
    subprocess.run([lockyard, "migrate"], env=environment, check=True, timeout=60)
    serve = [lockyard, "serve", "--port", str(PORT), "--log", "none"]
    server = subprocess.Popen(serve, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5) as answer:
                    print(f"check_container: /readyz answers {answer.status}")
                    return
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
    finally:
        server.terminate()
        server.wait(timeout=30)


def main() -> int:
    """Build and try; 0 if all is well."""
    with tempfile.TemporaryDirectory(prefix="lockyard-container-") as scratch:
        folder = Path(scratch)
        for name in ("opt",):
            (folder / name).mkdir()
        try_out(build(folder), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
