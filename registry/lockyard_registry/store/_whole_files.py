"""Files that are there whole or not at all, and whether a file is for this user alone."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

# Of a file of ours nobody else may do anything. A Secret's file in a pod is root's, for the pod's group to read.
_NOT_OURS = stat.S_IRWXG | stat.S_IRWXO
_NOT_OUR_GROUPS = stat.S_IWGRP | stat.S_IRWXO


def put_whole(path: Path, content: bytes, *, mode: int = 0o600) -> bool:
    """Makes a file, and its folder where that is missing; of several who do so at once one wins.

    Args:
        path: the file; one that is there already stays as it is.
        content: what it holds.
        mode: who may use it; default: this user.

    Returns:
        Whether this call made it.

    Raises:
        OSError: it cannot be made; nothing is left over.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(made)
    except FileExistsError:
        return False
    finally:
        made.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


class UnfitFileError(OSError):
    """A file that is too large, or no regular one; its `strerror` says which."""


def read_whole(path: Path, most: int) -> bytes:
    """What a file holds that may come from somebody else: never more than `most` bytes, and nothing to wait for.

    Args:
        path: the file.
        most: largest size.

    Raises:
        UnfitFileError: it is larger, or a device, a pipe or something else without an end.
        OSError: it cannot be read.
    """
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError:
        raise UnfitFileError(errno.EINVAL, "its name is no path") from None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise UnfitFileError(errno.EINVAL, "it is no regular file")
    with os.fdopen(opened, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise UnfitFileError(errno.EFBIG, f"it is larger than {most // 1024} KiB")
    return content


def may_be_used_by_others(path: Path) -> bool:
    """Whether somebody else may read or write a file that holds a secret.

    Raises:
        OSError: there is no such file.
    """
    if os.name != "posix":
        return False
    status = path.stat()
    return bool(status.st_mode & (_NOT_OURS if status.st_uid == os.getuid() else _NOT_OUR_GROUPS))
