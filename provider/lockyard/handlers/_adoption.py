"""Taking over an object that exists already: it is compared and never changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lockyard.contract import Json, LockyardError, NotFoundError, Problem, is_unknown

from ._values import differs

OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")


def adoption_problems(inputs: Json) -> list[Problem]:
    """Refuses an ``adoptId`` that cannot be a server's id."""
    return id_problems(inputs, "adoptId") if inputs.get("adoptId") is not None else []


def id_problems(inputs: Json, name: str) -> list[Problem]:
    """Refuses a value that is not an id of the Workload API (24 hexadecimal characters, R9)."""
    value = inputs.get(name)
    if is_unknown(value) or (isinstance(value, str) and OBJECT_ID.fullmatch(value)):
        return []
    if value is None:
        return [Problem(name, "Field required", "missing")]
    return [Problem(name, "an id is 24 hexadecimal characters", "invalid_id")]


def adopted(what: str, read: Callable[[str], Json], id: str) -> Json:
    """The object that is to be taken over.

    Raises:
        NotFoundError: The registry has no such object, or it is not visible.
    """
    try:
        return read(id)
    except NotFoundError as error:
        raise NotFoundError(
            f"cannot adopt {what} {id}: {error.message.rstrip('.')}: give the id of an existing one, or remove adopt_id"
        ) from None


def refuse_differences(what: str, document: Json, inputs: Json, names: Sequence[str]) -> None:
    """Refuses to adopt an object that is not what the program declares.

    Raises:
        LockyardError: Naming what differs, without showing values, which may be secret.
    """
    different = [name for name in names if differs(document.get(name), inputs.get(name))]
    if different:
        raise LockyardError(
            f"cannot adopt {what} {document['id']} ('{document.get('name')}'): {', '.join(different)} differ from the "
            "program, and adopting never changes an object: make the program agree with it, or remove adopt_id"
        )
