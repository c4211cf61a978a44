"""Object ids: 24 hexadecimal characters that sort by time and cannot be guessed."""

import os
import re
import secrets
import threading
from datetime import datetime

from lockyard.contract import StorageError

# Windows takes the names of its devices for these in every folder.
_PLAIN = re.compile(r"(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

_HIGHEST = 2**64
_STEP = 2**48
"""Ids of one second follow each other in random steps up to this: who knows one has a chance of 1 in 2^48 per guess."""

_lock = threading.Lock()
_last = (0, 0)


def new_id(now: datetime) -> str:
    """A new id: 4 bytes of seconds, then 8 bytes in which one process counts up in random steps (R9).

    So lists that fall back on the id keep the order of creation where times are equal, which whole random bytes would
    lose. Past the highest number of a second (some 65,000 ids) the order within it ends, not the randomness.

    Args:
        now: the registry's time; ids of one process sort by it.
    """
    global _last
    seconds = int(now.timestamp()) & 0xFFFFFFFF
    with _lock:
        before = _last[1] if _last[0] == seconds else secrets.randbelow(_HIGHEST // 2)
        number = before + 1 + secrets.randbelow(_STEP)
        if number >= _HIGHEST:
            number = secrets.randbelow(_HIGHEST)
        _last = (seconds, number)
    return f"{seconds:08x}{number:016x}"


def _begin_anew() -> None:
    # A forked child takes other steps than its parent, but would begin where the parent was.
    global _lock, _last
    _lock, _last = threading.Lock(), (0, 0)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


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
