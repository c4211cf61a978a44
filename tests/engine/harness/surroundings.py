"""The environment in which every `pulumi` of the tests runs: no login, no service, nothing of the user's own."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from .prefork import plugin_command

ROOT = Path(__file__).resolve().parents[3]
"""The checkout."""

_FOREIGN = ("PULUMI_", "LOCKYARD_", "AWS_")


@cache
def toolchain() -> Path:
    """Where `pulumi` and its language host are; the toolchain script knows, and builds them if need be."""
    found = subprocess.run(
        [sys.executable, str(ROOT / "toolchain" / "toolchain.py"), "path"],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return Path(found.stdout.strip())


def surroundings(*, state: str, home: Path) -> dict[str, str]:
    """A whole environment for `pulumi`.

    Args:
        state: URL of the backend.
        home: Pulumi's own folder.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    for name in ("CI", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH"):
        environment.pop(name, None)
    # The built language host runs the first `python` on PATH.
    path = [str(Path(sys.executable).parent), str(toolchain()), environment.get("PATH", os.defpath)]
    return environment | {
        # The engine collects garbage less often: a tenth of its time, for some hundred megabytes.
        "GOGC": "400",
        "PATH": os.pathsep.join(path),
        "VIRTUAL_ENV": str(Path(sys.executable).parent.parent),
        "PULUMI_BACKEND_URL": state,
        "PULUMI_HOME": str(home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DEBUG_COMMANDS": "true",  # lets a command write its events into a file
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_PYTHON_CMD": plugin_command(),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
