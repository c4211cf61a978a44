"""Users, their groups and their tokens: who is who. What they may do is decided in `lifecycle/_access.py`."""

from ._bootstrap import Bootstrap, bootstrap
from ._changes import operator
from ._groups import Group, add_group, join_group, leave_group, list_groups, remove_group
from ._identity import Identity, identify, identify_subject, users_kept
from ._names import names_like_ids
from ._tokens import NewToken, Scope, Token, add_token, list_tokens, revoke_token
from ._users import User, add_user, change_user, list_users

__all__ = [
    "Bootstrap",
    "Group",
    "Identity",
    "NewToken",
    "Scope",
    "Token",
    "User",
    "add_group",
    "add_token",
    "add_user",
    "bootstrap",
    "change_user",
    "identify",
    "identify_subject",
    "join_group",
    "leave_group",
    "list_groups",
    "list_tokens",
    "list_users",
    "names_like_ids",
    "operator",
    "remove_group",
    "revoke_token",
    "users_kept",
]
