"""Plugin processes that start at once: copies of a process that has everything imported.

To import what a plugin needs takes up to two seconds of a processor, and the tests start some thousand plugins. The
engine starts and ends each of them as ever, and what runs in it is the real `pulumi.dynamic`, from a copy of a process
that did the imports already. tests/plugin, the quickstart and the examples start theirs from nothing.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent

_kept: list[subprocess.Popen[str]] = []


@cache
def plugin_command() -> str:
    """A command that takes Python's place where the engine starts a plugin; made once for a test process."""
    folder = Path(tempfile.mkdtemp(prefix="lockyard-prefork-"))
    where = folder / "socket"
    # It ends with this process: then its standard input ends.
    server = subprocess.Popen(
        [sys.executable, str(_HERE / "_prefork_server.py"), str(where)],
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _kept.append(server)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n", "the process that starts plugins did not start"
    command = folder / "python"
    words = [sys.executable, "-IS", str(_HERE / "_start_plugin.py"), str(where)]
    # The language host asks it for other things, too: those are for Python itself.
    lines = [
        "#!/bin/sh",
        f'if [ "$1 $2" = "-u -m" ]; then exec {shlex.join(words)} "$@"; fi',
        f'exec {shlex.quote(sys.executable)} "$@"',
    ]
    command.write_text("\n".join([*lines, ""]))
    command.chmod(0o755)
    return str(command)
