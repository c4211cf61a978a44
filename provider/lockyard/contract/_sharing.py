"""Shared roles (workload-api §14.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import Identifier, NonEmptyText
from ._unknown import UNKNOWN, is_unknown

ShareRecipientType = Literal["user", "group", "organization", "role"]

SharingRole = Literal[
    "NO_ROLE",
    "OWNER",
    "READ_WRITE",
    "EDITOR",
    "USER",
    "DATA_SCIENTIST",
    "ADMIN",
    "READ_ONLY",
    "CONSUMER",
    "OBSERVER",
]


def recipient_problems(id_: Any, username: Any, recipient_type: Any) -> list[Problem]:
    """A recipient is named by id or, for a user, by username; not both and not neither (workload-api §14.1)."""
    if id_ is None and username is None:
        return [Problem("id", "Field required: give id, or username for a user", "missing")]
    if id_ is not None and username is not None:
        if is_unknown(id_) or is_unknown(username):
            return []
        return [Problem("username", "must not be given together with id")]
    if username is not None and recipient_type not in ("user", UNKNOWN):
        return [Problem("username", "is only allowed when shareRecipientType is 'user'")]
    return []


class SharedRole(ContractModel):
    """A role for one recipient.

    Attributes:
        id: id of the recipient.
        username: name of the recipient, for users.
        role: the role; `NO_ROLE` takes it away (R126).
        share_recipient_type: `user`, `group`, `organization` or `role`.
    """

    id: Identifier | None = Field(default=None, exclude_if=lambda value: value is None)
    username: NonEmptyText | None = Field(default=None, exclude_if=lambda value: value is None)
    role: SharingRole
    share_recipient_type: ShareRecipientType

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return recipient_problems(self.id, self.username, self.share_recipient_type)


class SharedRolesPatch(ContractModel):
    """Body of PATCH of shared roles: sets the listed recipients, keeps the others (R126, D21).

    Attributes:
        operation: always `updateRoles`.
        roles: 1 to 100 recipients.
    """

    operation: Literal["updateRoles"]
    roles: Annotated[list[SharedRole], Field(min_length=1, max_length=100)]
