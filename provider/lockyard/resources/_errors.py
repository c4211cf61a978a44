"""The error of a resource that was declared with arguments that cannot work."""

from __future__ import annotations

from lockyard.contract import LockyardError


class InputError(LockyardError, ValueError):
    """Arguments of a resource or a look-up contradict each other, or an argument is not plain where it must be.

    It is raised while the program runs, before the engine sees the resource. Everything that can be judged from
    values alone is reported by the preview instead, all problems at once and each with its path.
    """
