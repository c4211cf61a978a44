"""Arguments of sharing."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi import Input

from lockyard.resources._arguments import Arguments


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class SharedRoleArgs(Arguments):
    """A role that somebody has on an object. Changing it is an update in place, never a rollout or a replacement.

    Example:
        ```python
        SharedRoleArgs(share_recipient_type="user", username="ada@example.com", role="CONSUMER")
        ```
    """

    share_recipient_type: Input[str]
    """`user`, `group`, `organization` or `role`."""
    role: Input[str]
    """The role in upper case, for example `OWNER`, `USER` or `CONSUMER`; `NO_ROLE` takes a role away."""
    id: Input[str] | None = None
    """Id of the recipient. Either this or `username`."""
    username: Input[str] | None = None
    """Name of the recipient, for users. Either this or `id`."""
