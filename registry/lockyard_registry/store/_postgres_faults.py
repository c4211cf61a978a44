"""PostgreSQL's errors as one-line `StorageError`s that say where and what to do."""

from typing import Any

from sqlalchemy.exc import DBAPIError, TimeoutError

from lockyard.contract import StorageError

from ._faults import TransientError

_TRANSIENT = ("40001", "40P01")
_REMEDIES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("28",), "refused the login", "check user, password and the server's pg_hba.conf"),
    (("3D000",), "does not exist", "create it, or name another one"),
    (("42501",), "refused the permission", "make the user owner of the database or of the registry's tables"),
    (("25006",), "is read-only", "name the primary server: this one is a standby"),
    (("53100",), "cannot grow: the disk is full", "free some space and repeat; nothing of this change was stored"),
    (("53300",), "has no connection left", "raise max_connections, or run fewer servers"),
    (
        ("55P03",),
        "stayed locked by another writer",
        "repeat the call; if it lasts, end the session that holds the lock",
    ),
    (("08", "57P"), "cannot be reached", "check that the server runs and its address is right, then repeat"),
)


def postgres_fault(place: str, error: Exception) -> StorageError:
    """The `StorageError` for a database error.

    Args:
        place: the URL without a password.
        error: what SQLAlchemy or psycopg raised.
    """
    if isinstance(error, TimeoutError):
        return StorageError(f"the registry's database {place} has no connection free for this server: repeat the call")
    original: Any = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code: str = getattr(original, "sqlstate", None) or ""
    # Only the first line: details quote the row, and a row may hold secrets.
    message = getattr(getattr(original, "diag", None), "message_primary", None) or str(original).partition("\n")[0]
    text = " ".join(message.split())
    if code in _TRANSIENT:
        return TransientError(f"the registry's database {place} ended the change ({text}): repeat the call")
    if not code and type(original).__name__ in ("OperationalError", "InterfaceError"):
        # No answer of a server: it is not there, or the connection broke.
        code = "3D000" if "does not exist" in text and "database" in text else "28" if "password" in text else "08"
    for codes, what, remedy in _REMEDIES:
        if code.startswith(codes):
            return StorageError(f"the registry's database {place} {what} ({text}): {remedy}")
    return StorageError(f"the registry's database {place} refused a statement ({text}): see the server's log")
