"""Which artifact may replace which under a workload (workload-api §11.5)."""

from __future__ import annotations

from typing import Final

from ._errors import ApiError, BadRequestError, ValidationFailedError

SAME_ARTIFACT_MESSAGE: Final = "Cannot replace with the same artifact — candidate artifact ID matches current artifact."


def replacement_refusal(
    current_id: str, current_status: str, candidate_id: str, candidate_status: str
) -> ApiError | None:
    """The error for a replacement that is not allowed, or None.

    | current → candidate | same id | another id |
    | --- | --- | --- |
    | draft → draft | allowed: picks up an edit (R111) | allowed |
    | locked → locked | 422 (R111) | allowed |
    | draft → locked | 400: promote instead (R110) | 400 (R110) |
    | locked → draft | 400 (R110) | 400 (R110) |

    Args:
        current_id: artifact that the workload runs.
        current_status: `draft` or `locked`.
        candidate_id: artifact that should run.
        candidate_status: `draft` or `locked`.
    """
    if current_status != candidate_status:
        advice = (
            "promote the workload to lock its artifact in place"
            if current_status == "draft"
            else "give a locked artifact"
        )
        return BadRequestError(
            f"Artifact status mismatch: the workload runs a {current_status} artifact "
            f"and the candidate is {candidate_status}; {advice}"
        )
    if current_status == "locked" and current_id == candidate_id:
        return ValidationFailedError(SAME_ARTIFACT_MESSAGE, detail_list=True)
    return None
