"""Rules for container and container group names (D23, workload-api §3.3 and §4.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ._errors import Problem
from ._unknown import is_unknown

MAX_NAME_LENGTH: Final = 63

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII | re.IGNORECASE)
_DNS_LABEL = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def is_dns_label(name: str) -> bool:
    """Tell whether `name` is a DNS label as the contract wants it (D23).

    1 to 63 ASCII characters: lower-case letters, digits and hyphens, starting with a letter, ending with a letter or
    digit.
    """
    return _DNS_LABEL.fullmatch(name) is not None


def looks_like_id(text: str) -> bool:
    """Whether a text could be taken for an object's id: 24 hexadecimal digits in either case.

    Who takes "name or id" decides for the id, so no new user or group may have such a name.
    """
    return _ID.fullmatch(text) is not None


def name_message(name: str, *, loose: bool = False) -> str | None:
    """What is wrong with a container or group name, or None (D23).

    Args:
        name: the name.
        loose: the compat switch `loose_names`: any text of 1 to 63 characters.
    """
    if not name:
        return f"must not be empty: use 1 to {MAX_NAME_LENGTH} characters"
    if len(name) > MAX_NAME_LENGTH:
        return f"is {len(name)} characters long: at most {MAX_NAME_LENGTH} are allowed"
    if loose:
        return "must be valid Unicode text without NUL characters" if "\0" in name or not _encodable(name) else None
    if not is_dns_label(name):
        return (
            "must be lower-case letters a-z, digits and hyphens, "
            "starting with a letter and ending with a letter or digit"
        )
    return None


def _encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def duplicate_problems(names: Sequence[Any], path: str, *, field: str = "name") -> list[Problem]:
    """A problem for each name that an earlier item of the same list has (workload-api §4.1).

    Args:
        names: one name per item; None and UNKNOWN never clash.
        path: path of the list.
        field: wire name of the item's field that holds the name.
    """
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for index, name in enumerate(names):
        if name is None or is_unknown(name):
            continue
        earlier = first.setdefault(name, index)
        if earlier != index:
            problems.append(
                Problem(
                    f"{path}.{index}.{field}",
                    f"is already used by {path}.{earlier}: must be unique",
                )
            )
    return problems
