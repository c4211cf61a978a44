"""Somebody else, in a process of their own, who reads all the time and tells how long that took at worst."""

from __future__ import annotations

import subprocess
import sys

from .large_bodies import House

READER = """
import sys, time, httpx
url, token = sys.argv[1:]
with httpx.Client(trust_env=False, timeout=60, headers={"Authorization": f"Bearer {token}"}) as client:
    for line in sys.stdin:
        worst, until = 0.0, time.monotonic() + float(line)
        while time.monotonic() < until:
            began = time.monotonic()
            client.get(url + "/artifacts?limit=1").raise_for_status()
            worst = max(worst, time.monotonic() - began)
            time.sleep(0.005)
        print(worst, flush=True)
"""


class Reader:
    """The reader.

    Args:
        house: whose artifacts are read.
    """

    def __init__(self, house: House) -> None:
        command = [sys.executable, "-c", READER, house.url, house.tokens["owner"]]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, seconds: float) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()

    def worst(self) -> float:
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
