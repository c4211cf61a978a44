"""What ends drafts on a cluster: the reaper itself (`lockyard reap` runs it) and the component that installs it.

The reaper's own modules know nothing of Pulumi, so the component is loaded only when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._reap import Action, Outcome, ReaperError, reap

if TYPE_CHECKING:
    from ._component import DraftReaper

__all__ = ["Action", "DraftReaper", "Outcome", "ReaperError", "reap"]


def __getattr__(name: str) -> Any:
    if name == "DraftReaper":
        from ._component import DraftReaper

        return DraftReaper
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
