"""What locking needs and what a locked artifact refuses (workload-api §3.6 to §3.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._errors import Problem
from ._unknown import is_unknown

if TYPE_CHECKING:
    from ._artifact import ArtifactSpec

LOCKED_UPDATE_MESSAGE: Final = "Cannot update artifact: artifact is locked"
"""403 to any PATCH or PUT of a locked artifact, a repeated lock included (R39, R40, R41)."""

LOCKED_DELETE_MESSAGE: Final = "Cannot delete locked artifact"
"""409 to DELETE of a locked artifact (R51)."""

NOT_BUILT_MESSAGE: Final = (
    "Cannot lock artifact: imageBuildConfig is set but imageUri is not populated. "
    "Trigger and complete an image build before locking."
)

NO_CONTAINERS_MESSAGE: Final = "Cannot lock artifact: it has no containers"


def lock_problems(spec: ArtifactSpec, prefix: str = "spec") -> list[Problem]:
    """Why an artifact with this content cannot be locked (R15, R42).

    It needs at least one container, and every container needs an image.

    Args:
        spec: the content that would be frozen.
        prefix: path of the spec inside the document.
    """
    groups: Any = spec if is_unknown(spec) else spec.container_groups
    if is_unknown(groups):
        return []
    problems: list[Problem] = []
    empty = True
    for g, group in enumerate(groups):
        if is_unknown(group) or is_unknown(group.containers):
            empty = False
            continue
        for c, container in enumerate(group.containers):
            empty = False
            if is_unknown(container) or is_unknown(container.image_build_config):
                continue
            if container.image_uri is None and container.image_build_config is not None:
                problems.append(
                    Problem(
                        f"{prefix}.containerGroups.{g}.containers.{c}.imageUri",
                        NOT_BUILT_MESSAGE,
                    )
                )
    if empty:
        problems.append(Problem(f"{prefix}.containerGroups", NO_CONTAINERS_MESSAGE))
    return problems
