"""Programs that come as Debian packages: installed where that is possible, else asked for in one line."""

from __future__ import annotations

import os
import shutil
import subprocess

from toolchain import ToolchainError, say


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
