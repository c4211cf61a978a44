"""Storage of model weights for `nim` artifacts (workload-api §5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import PVC_SIZE_PATTERN
from ._unknown import is_unknown


def storage_problems(mode: Any, pvc_size: Any) -> list[Problem]:
    """`pvcSize` only applies to a dedicated volume (workload-api §5.1)."""
    if mode == "nimCache" and pvc_size is not None and not is_unknown(pvc_size):
        return [Problem("pvcSize", "is only allowed when mode is 'dedicatedPvc'")]
    return []


class NimStorage(ContractModel):
    """Where a NIM keeps its model weights (R62, R63, R69).

    Attributes:
        mode: `dedicatedPvc` (default): each workload has a volume of its own; `nimCache`: one volume per model image,
            shared by all workloads of that image.
        pvc_size: size of the dedicated volume: a number and `Mi`, `Gi` or `Ti`, such as `150Gi` (R64); None is the
            platform's default.
    """

    mode: Literal["dedicatedPvc", "nimCache"] = "dedicatedPvc"
    pvc_size: Annotated[str, Field(pattern=PVC_SIZE_PATTERN, max_length=32)] | None = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return storage_problems(self.mode, self.pvc_size)
