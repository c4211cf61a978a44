"""Programs that come as Debian packages: installed where that is possible, else asked for in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from toolchain import ToolchainError, build_once, cache_root, say


def ensure(program: str, package: str) -> str:
    """The path of a program, its package installed if need be and possible.

    Raises:
        ToolchainError: It is not there and cannot be installed.
    """
    found = shutil.which(program)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {package} with apt-get")
        install = ["install", "--yes", "--quiet", "--no-install-recommends", package]
        if not _apt(*install) and _apt("update", "--quiet"):  # the lists may be old or absent
            _apt(*install)
        found = shutil.which(program)
    if found is None:
        raise ToolchainError(f"there is no {program}; install it (Debian: apt-get install {package})")
    return found


def unpacked(package: str, program: str) -> Path:
    """The path of a program: of the search path, else out of its package, which is unpacked and not installed.

    Installing it would start a service on most machines, and needs root.

    Args:
        package: Name of the package.
        program: Name of the program.

    Raises:
        ToolchainError: It is not there and cannot be fetched.
    """
    found = shutil.which(program)
    if found is not None:
        return Path(found)
    folder = cache_root() / f"debian-{package}"
    build_once(folder, lambda into: _unpack(package, into))
    return folder / "usr" / "bin" / program


def _unpack(package: str, into: Path) -> None:
    say(f"fetching the Debian package {package}")
    advice = f"install {package} yourself (Debian: apt-get install {package})"
    with tempfile.TemporaryDirectory(prefix="lockyard-debian-") as scratch:
        for command in (["apt-get", "download", "--quiet", package], ["dpkg-deb", "-x"]):
            files = [str(path) for path in Path(scratch).glob("*.deb")]
            words = [*command, *files, str(into)] if command[0] == "dpkg-deb" else command
            try:
                done = subprocess.run(
                    words,
                    cwd=scratch,
                    capture_output=True,
                    text=True,
                    stdin=subprocess.DEVNULL,
                    timeout=600,
                    check=False,
                )
            except FileNotFoundError:
                raise ToolchainError(f"there is no {package} and no {command[0]} to get it with; {advice}") from None
            if done.returncode:
                last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
                raise ToolchainError(f"{command[0]} cannot get {package}: {last[:200]}; {advice}")


def _apt(*arguments: str) -> bool:
    done = subprocess.run(
        ["apt-get", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    return done.returncode == 0
