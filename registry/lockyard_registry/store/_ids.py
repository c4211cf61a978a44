"""Object ids: 24 hexadecimal characters, ordered by time."""

import itertools
import os
import re
import secrets
from datetime import datetime

from lockyard.contract import StorageError

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

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


def plain_id(id: object) -> str:
    """An id that may become the name of a folder: letters, digits, `-` and `_`.

    Whoever makes a path from an id asks this first, for a database or an export may come from somebody else.

    Raises:
        StorageError: it is no such id.
    """
    if isinstance(id, str) and _PLAIN.fullmatch(id):
        return id
    raise StorageError(
        "the registry's id is none that Lockyard makes, so the database or export was changed: restore it from a backup"
    )
