"""Database errors as one-line `StorageError`s that say where and what to do."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from lockyard.contract import StorageError


class TransientError(StorageError):
    """The database ended a transaction in favour of another one; nothing of it was stored, so it may be repeated."""


_REMEDIES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
        "is read-only",
        "give this user write permission to the file and its folder, or choose another place with LOCKYARD_DATA_DIR",
    ),
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "stayed locked by another process",
        "wait for the other command to finish, or end the process that holds the file, then repeat",
    ),
    (
        ("SQLITE_NOTADB",),
        "is not a database",
        "restore the file from a backup, or move it away to start with an empty registry",
    ),
    (
        ("SQLITE_CORRUPT",),
        "is damaged",
        "restore the file from a backup, or move it away to start with an empty registry",
    ),
    (
        ("SQLITE_FULL",),
        "cannot grow: the disk or quota is full",
        "free some space and repeat; nothing of this change was stored",
    ),
    (
        ("SQLITE_CANTOPEN",),
        "cannot be opened",
        "check that the folder exists and that this user may read and write in it",
    ),
    (
        ("SQLITE_IOERR",),
        "could not be read or written",
        "check the disk and the folder's permissions and repeat; nothing of this change was stored",
    ),
)


def storage_error(place: str, error: Exception) -> StorageError:
    """The `StorageError` for a database error.

    Args:
        place: path or URL (without a password) of the database.
        error: what SQLAlchemy or sqlite3 raised.
    """
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(original, "sqlite_errorname", "") if isinstance(original, sqlite3.Error) else ""
    text = " ".join(str(original).split())
    for codes, what, remedy in _REMEDIES:
        if code.startswith(codes):
            return StorageError(f"the registry's database {place} {what} ({text}): {remedy}")
    return StorageError(
        f"the registry's database {place} refused a statement ({text}): "
        "run `lockyard doctor`, and restore the file from a backup if it is damaged"
    )


def folder_error(folder: Path, error: OSError) -> StorageError:
    """The `StorageError` for a data folder that cannot be made or used."""
    reason = error.strerror or type(error).__name__
    return StorageError(
        f"the registry's folder {folder} cannot be used ({reason}): "
        "give this user write permission there, or choose another place with LOCKYARD_DATA_DIR"
    )
