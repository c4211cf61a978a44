"""Errors that a program raises while it runs, in the form that the engine shows as one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

import pulumi

from lockyard.contract import LockyardError

P = ParamSpec("P")
R = TypeVar("R")


class InputError(LockyardError, pulumi.RunError, ValueError):
    """Arguments of a resource or a look-up contradict each other, or an argument is not plain where it must be.

    It is raised while the program runs, before the engine sees the resource. Everything that can be judged from
    values alone is reported by the preview instead, all problems at once and each with its path.
    """


def in_one_line(function: Callable[P, R]) -> Callable[P, R]:
    """Let our errors leave a function as errors that the engine shows as one line, not as a traceback of the program.

    They stay errors of their own classes, so `except NotFoundError` works as ever.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except LockyardError as error:
            if not isinstance(error, pulumi.RunError):
                error.__class__ = _shown_in_one_line(type(error))
            raise

    return call


@cache
def _shown_in_one_line(kind: type[LockyardError]) -> type[LockyardError]:
    """The same class of error, which is a `RunError` besides: that is what the engine looks for."""
    return type(kind.__name__, (kind, pulumi.RunError), {"__module__": kind.__module__, "__doc__": kind.__doc__})
