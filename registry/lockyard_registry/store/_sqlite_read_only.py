"""How a SQLite file is looked at that this user may not write, such as one on a read-only mount.

SQLite wants to write beside a file in WAL mode, also for reading. So, in this order:

1. It is opened for reading. That works while a server has it open, whose files beside it SQLite can use.
2. If nobody can write it here and nothing waits in its log of changes, SQLite is told that it does not change
   (`immutable`). Should it change all the same, on another mount, that is noticed at the end.
3. Else file and log are copied to a temporary folder, and the copy is looked at.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL

from lockyard.contract import StorageError

_ANYBODY = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadOnlyFile:
    """A file, and how it is opened.

    Attributes:
        url: for the engine.
        folder: the temporary folder of a copy.
        watched: the file that must not change meanwhile; None if its changes do no harm.
        state: what it was like.
    """

    url: URL
    folder: tempfile.TemporaryDirectory[str] | None = None
    watched: Path | None = None
    state: State = ()

    def check(self) -> None:
        """Makes sure that what was read was of one moment.

        Raises:
            StorageError: it changed meanwhile.
        """
        if self.watched is not None and _state(self.watched) != self.state:
            raise StorageError(
                f"the registry's database {self.watched} changed while it was read: repeat, or look at a copy of it"
            )


def may_write(path: Path) -> bool:
    """Whether this user may change the file, and make others beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def open_read_only(path: Path) -> ReadOnlyFile:
    """How to open a file that this user may not write.

    Raises:
        StorageError: it cannot be read, or changes too often to be copied.
    """
    plain = _url(path, mode="ro")
    if _opens(path):
        return ReadOnlyFile(plain)
    try:
        if _nobody_writes(path) and not _log_of(path):
            return ReadOnlyFile(_url(path, immutable="1"), None, path, _state(path))
        return _copied(path)
    except OSError as error:
        raise StorageError(
            f"the registry's database {path} cannot be read ({error.strerror}): give this user permission to read it, "
            "and room in the folder for temporary files"
        ) from None


def _url(path: Path, **options: str) -> URL:
    return URL.create("sqlite+pysqlite", database=f"file:{quote(str(path))}", query={**options, "uri": "true"})


def _opens(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return False
    return True


def _nobody_writes(path: Path) -> bool:
    """Whether the file lies on a read-only mount, or neither it nor its folder may be written by anybody."""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return True
    return not any(each.stat().st_mode & _ANYBODY for each in (path, path.parent))


def _log_of(path: Path) -> int:
    """Bytes of the log of changes that are not in the file yet."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except FileNotFoundError:
        return 0


def _state(path: Path) -> State:
    status = path.stat()
    return (status.st_ino, status.st_size, status.st_mtime_ns, _log_of(path))


def _copied(path: Path) -> ReadOnlyFile:
    folder = tempfile.TemporaryDirectory(prefix="lockyard-look-")
    copy = Path(folder.name, path.name)
    before = _state(path)
    shutil.copyfile(path, copy)
    if _log_of(path):
        shutil.copyfile(path.with_name(f"{path.name}-wal"), copy.with_name(f"{path.name}-wal"))
    if _state(path) != before:
        folder.cleanup()
        raise StorageError(f"the registry's database {path} changed while it was copied: repeat")
    return ReadOnlyFile(_url(copy, mode="rw"), folder)
