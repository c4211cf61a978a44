"""Somebody else, in a process of their own, who reads and writes all the time and tells how long that took at worst."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import NamedTuple

from .house import SPEC, House

_OTHERS = """
import select, sys, time, httpx
url, token, body = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
with httpx.Client(base_url=url, trust_env=False, timeout=120, headers=headers) as client:
    calls = [lambda: client.get("/artifacts?limit=1"), lambda: client.post("/artifacts", content=body)]
    for line in sys.stdin:
        worst = [0.0, 0.0]
        while True:
            for number, call in enumerate(calls):
                began = time.monotonic()
                call().raise_for_status()
                worst[number] = max(worst[number], time.monotonic() - began)
            # Whoever waits may be told to end meanwhile: what they waited for counts.
            if select.select([sys.stdin], [], [], 0.005)[0]:
                sys.stdin.readline()
                break
        print(*worst, flush=True)
"""


class Waited(NamedTuple):
    """Seconds of the slowest read and the slowest change."""

    read: float
    change: float

    @property
    def worst(self) -> float:
        """Of both."""
        return max(self)


class Others:
    """The process.

    Args:
        house: where they read and write.
    """

    def __init__(self, house: House) -> None:
        body = json.dumps({"name": "o", "spec": SPEC})
        command = [sys.executable, "-c", _OTHERS, house.url, house.tokens["owner"], body]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def begin(self) -> None:
        """From here on it counts."""
        self._say("begin")
        time.sleep(0.03)

    def waited(self) -> Waited:
        """What they waited since `begin`."""
        assert self._process.stdout is not None
        self._say("end")
        read, change = self._process.stdout.readline().split()
        return Waited(float(read), float(change))

    def in_calm(self, seconds: float) -> Waited:
        """What they wait while nobody else does anything."""
        self.begin()
        time.sleep(seconds)
        return self.waited()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(120)

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
