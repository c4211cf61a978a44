"""Tags and shared roles: written beside an object, never part of its content, never a reason to roll or replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from lockyard.contract import (
    Json,
    LockyardError,
    MethodNotAllowedError,
    NotFoundError,
    Problem,
    SharedRolesPatch,
    TagsInput,
    ValidationFailedError,
    contains_unknown,
    parse,
)

if TYPE_CHECKING:
    from lockyard.client import RegistryClient

    from ._context import Context

Kind = Literal["artifacts", "artifactRepositories", "workloads"]


def label_problems(inputs: Json) -> list[Problem]:
    """What is wrong with ``tags`` and ``sharedRoles``, with paths of the arguments."""
    problems: list[Problem] = []
    tags = inputs.get("tags")
    if tags is not None and not contains_unknown(tags):
        if isinstance(tags, dict):
            problems += _problems_of(TagsInput, {"tags": tag_list(tags)}, "tags", _tag_path(tags))
        else:
            problems.append(Problem("tags", "tags are an object of names and values", "dict_type"))
    roles = inputs.get("sharedRoles")
    if roles is not None and not contains_unknown(roles) and roles != []:
        body = {"operation": "updateRoles", "roles": roles}
        problems += _problems_of(SharedRolesPatch, body, "roles", lambda rest: f"sharedRoles{rest}")
    return problems


def tag_list(tags: Json) -> list[Json]:
    """The wire form of tags, sorted by name."""
    return [{"name": name, "value": value} for name, value in sorted(tags.items())]


def tags_of(document: Json) -> dict[str, str]:
    """The argument form of a document's tags."""
    return {tag["name"]: tag["value"] for tag in document.get("tags") or []}


def require_tag_support(context: Context, what: str, inputs: Json) -> None:
    """Before anything is made: a server that cannot store tags must not leave an object behind without them.

    Raises:
        LockyardError: The arguments have tags, and the server has no place for them.
    """
    if inputs.get("tags") and "tags" not in context.identity().additions:
        raise LockyardError(
            f"{what} '{inputs['name']}': the registry {context.identity().endpoint} cannot store tags: remove tags="
        )


def sync_tags(client: RegistryClient, kind: Kind, document: Json, wanted: Json | None) -> bool:
    """Makes the object's tags the wanted ones; None leaves them alone. Returns whether anything was written."""
    if wanted is None or tags_of(document) == wanted:
        return False
    try:
        client.replace_tags(kind, document["id"], tag_list(wanted))
    except (NotFoundError, MethodNotAllowedError) as error:
        raise LockyardError(
            f"this server cannot store tags ({error.message}): remove tags= from "
            f"{document.get('name') or document['id']}"
        ) from None
    return True


def sync_roles(client: RegistryClient, kind: Kind, id: str, old: list[Json] | None, new: list[Json] | None) -> None:
    """Grants the listed roles and takes back those that were listed before; grants made elsewhere stay (D21)."""
    before, after = _by_recipient(old), _by_recipient(new)
    updates = [role for key, role in after.items() if before.get(key) != role]
    updates += [{**role, "role": "NO_ROLE"} for key, role in before.items() if key not in after]
    if updates:
        client.update_shared_roles(kind, id, updates)


def present_roles(client: RegistryClient, kind: Kind, id: str, managed: list[Json] | None) -> list[Json]:
    """The managed roles as the registry has them: what somebody took back is left out, what they changed is shown."""
    if not managed:
        return []
    held = {_recipient(role): role for role in client.list_shared_roles(kind, id)}
    held |= {(role.get("shareRecipientType"), role.get("name")): role for role in held.values()}
    return [{**role, "role": held[_recipient(role)]["role"]} for role in managed if _recipient(role) in held]


def _by_recipient(roles: list[Json] | None) -> dict[tuple[Any, Any], Json]:
    return {_recipient(role): role for role in roles or []}


def _recipient(role: Json) -> tuple[Any, Any]:
    return role.get("shareRecipientType"), role.get("id") or role.get("username")


def _tag_path(tags: Json) -> Any:
    names = sorted(tags)

    def path(rest: str) -> str:
        index, _, _ = rest.removeprefix(".").partition(".")
        return f"tags.{names[int(index)]}" if index.isdigit() and int(index) < len(names) else "tags"

    return path


def _problems_of(model: Any, body: Json, field: str, path: Any) -> list[Problem]:
    try:
        parse(model, body)
    except ValidationFailedError as error:
        return [Problem(path(p.path.removeprefix(field)), p.message, p.code) for p in error.problems]
    return []
