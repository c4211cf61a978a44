"""When replicas crash again and again (R122)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._reports import ReplicaReport

CRASH_LOOP = "CrashLoopBackOff"


def crash_loop(replicas: Iterable[ReplicaReport]) -> str | None:
    """One sentence on the first container that crashes again and again; None if none does."""
    for replica in replicas:
        for container in replica.containers:
            if container.reason == CRASH_LOOP:
                ended = container.last_state
                code = "" if ended is None or ended.exit_code is None else f", exit code {ended.exit_code}"
                times = f"{container.restart_count} restart{'' if container.restart_count == 1 else 's'}"
                return f"container {container.name} of {replica.name}: {CRASH_LOOP} ({times}{code})"
    return None
