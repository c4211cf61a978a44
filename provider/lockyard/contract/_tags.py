"""Tags of artifacts, repositories and workloads (workload-api §14.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._naming import duplicate_problems
from ._types import TEXT_PATTERN
from ._unknown import UNKNOWN, is_unknown

_FORBIDDEN_CHARACTERS: Final = frozenset("{};|")
_RESERVED_PREFIXES: Final = ("datarobot.", "integrations.")


def tag_name_message(name: str) -> str | None:
    """What is wrong with a tag's name, or None: no `{ } ; |`, no reserved prefix (workload-api §14.3)."""
    if not _FORBIDDEN_CHARACTERS.isdisjoint(name):
        return "must not contain any of { } ; |"
    if name.startswith(_RESERVED_PREFIXES):
        return "must not start with 'datarobot.' or 'integrations.'"
    return None


def _tag_name(name: str) -> str:
    message = tag_name_message(name)
    if message:
        raise PydanticCustomError("invalid", "{message}", {"message": message})
    return name


TagText = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, min_length=1, max_length=4096)]


class Tag(ContractModel):
    """One tag.

    Attributes:
        name: 1 to 4096 characters without `{ } ; |`, not starting with `datarobot.` or `integrations.`.
        value: 1 to 4096 characters.
    """

    name: Annotated[TagText, AfterValidator(_tag_name)]
    value: TagText


class TagsInput(ContractModel):
    """Body of PUT of tags (our addition): all tags of the object.

    Attributes:
        tags: the tags, no name twice.
    """

    tags: list[Tag]

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        if is_unknown(self.tags):
            return ()
        return duplicate_problems([UNKNOWN if is_unknown(tag) else tag.name for tag in self.tags], "tags")
