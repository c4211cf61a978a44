"""Object ids: 24 hexadecimal characters, ordered by time."""

import itertools
import os
import secrets
from datetime import datetime

_process = secrets.token_bytes(5)
_counter = itertools.count(secrets.randbits(23))


def _reseed() -> None:
    # A forked child would otherwise continue the parent's sequence and make the same ids.
    global _process, _counter
    _process = secrets.token_bytes(5)
    _counter = itertools.count(secrets.randbits(23))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reseed)


def new_id(now: datetime) -> str:
    """A new id: 4 bytes of seconds, 5 random bytes of this process, a 3 byte counter (R9).

    Args:
        now: the registry's time; ids of one process sort by it.
    """
    seconds = int(now.timestamp()) & 0xFFFFFFFF
    return f"{seconds:08x}{_process.hex()}{next(_counter) & 0xFFFFFF:06x}"
