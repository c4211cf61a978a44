"""A server in a process of its own, as `lockyard serve` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_COME_UP_SECONDS = 60


class ServerApart:
    """The server.

    Args:
        process: its process.
        url: where its API is.
    """

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, httpx.URL(url)

    def cpu(self) -> float:
        """Seconds of CPU that it used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server_apart(location: Path | str, *options: str) -> Iterator[ServerApart]:
    """Serve a registry.

    Args:
        location: its database: a path or URL.
        options: more options of `lockyard serve`.
    """
    command = [sys.executable, "-m", "lockyard.cli", "serve", "--port", "0", "--checkpoints", "off", "--log", "none"]
    command += ["--database", str(location), *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().partition(": ")[2].strip()
            opened = ServerApart(process, url)
            until = time.monotonic() + _COME_UP_SECONDS
            while not _answers(opened.url):
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
            yield opened
        finally:
            process.terminate()
            process.wait(60)


def _answers(url: httpx.URL) -> bool:
    try:
        return httpx.get(url.join("/healthz"), trust_env=False, timeout=60).is_success
    except httpx.TransportError:
        return False
