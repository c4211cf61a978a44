"""Idempotency keys: which object a user's key made (design §4.3)."""

from sqlalchemy import bindparam, delete, insert, select

from lockyard.contract import Problem, ValidationFailedError

from ..store import creation_keys
from ._transaction import Transaction

MAX_KEY_LENGTH = 255

_mine = (
    (creation_keys.c.user_id == bindparam("owner"))
    & (creation_keys.c.kind == bindparam("what"))
    & (creation_keys.c.key == bindparam("wanted"))
)
_find = select(creation_keys.c.object_id).where(_mine)
_forget = delete(creation_keys).where(_mine)
_remember = insert(creation_keys)


def check_key(key: str | None) -> None:
    """Refuses a key that cannot be one.

    Raises:
        ValidationFailedError: it is empty, too long, or not plain text.
    """
    if key is None:
        return
    if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable() or not key.isascii():
        message = f"must be 1 to {MAX_KEY_LENGTH} printable ASCII characters"
        raise ValidationFailedError(problems=[Problem("Idempotency-Key", message, "invalid")])


def made_by_key(t: Transaction, kind: str, key: str) -> str | None:
    """Id of the object that the caller's key made last; it may be gone or changed since."""
    return t.tx.execute(_find, {"owner": t.caller.user_id, "what": kind, "wanted": key}).scalar()


def remember_key(t: Transaction, kind: str, key: str, object_id: str) -> None:
    """From now on the caller's key names this object."""
    t.tx.execute(_forget, {"owner": t.caller.user_id, "what": kind, "wanted": key})
    t.tx.execute(_remember, {"user_id": t.caller.user_id, "kind": kind, "key": key, "object_id": object_id})
