"""Tells "gone" from "not yours": to who does not own an object a registry answers 404 to its deletion (R53)."""

from __future__ import annotations

from collections.abc import Callable

from lockyard.contract import ForbiddenError, Json, NotFoundError


def refuse_if_not_owned(read: Callable[[], Json], what: str) -> None:
    """Call it after a 404 to a deletion, or the stack would forget an object that is still there.

    Args:
        read: Reads the object.
        what: The object, for the error.

    Raises:
        ForbiddenError: It is still there, and the registry says that we may not delete it.
    """
    try:
        document = read()
    except NotFoundError:
        return
    permissions = document.get("permissions")
    if isinstance(permissions, list) and not {"CAN_DELETE", "*"} & set(permissions):
        raise ForbiddenError(
            f"{what} was not deleted: the token's user does not own it. Let an owner delete it, ask for the role "
            "OWNER, or take it out of the stack with `pulumi state delete`"
        )
