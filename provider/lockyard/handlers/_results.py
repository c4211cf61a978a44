"""What a handler answers: plain values, free of any provider SDK, so that another adapter can use the handlers."""

from __future__ import annotations

from dataclasses import dataclass, field

from lockyard.contract import Json, Problem


@dataclass(frozen=True)
class Checked:
    """The answer of ``check``: inputs in their canonical form, and everything that is wrong with them."""

    inputs: Json
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Change:
    """The answer of ``diff``: the names that differ, and which of them force a replacement.

    ``replaces`` is always a subset of ``changed``; both are sorted, so two equal questions have equal answers.
    """

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed)


@dataclass(frozen=True)
class Found:
    """The answer of ``create`` and ``read``: the server's id and the full state; no id when the object is gone."""

    id: str | None
    state: Json = field(default_factory=dict[str, object])


GONE = Found(None)
