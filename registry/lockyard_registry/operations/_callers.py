"""Who calls a registry that has no users."""

from __future__ import annotations

from ..lifecycle import LOCAL_USER_ID, Caller

LOCAL_USERNAME = "local"


def local_caller(base_url: str, request_id: str = "") -> Caller:
    """The one user of a registry, embedded or served: idempotency keys given to one hold for the other.

    Args:
        base_url: The API's own address as the caller sees it, ending in `/api/v2`.
        request_id: The call's id in logs.
    """
    return Caller(LOCAL_USER_ID, LOCAL_USERNAME, base_url, request_id, administrator=True)
