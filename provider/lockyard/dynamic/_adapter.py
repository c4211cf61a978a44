"""From a call of the engine to a handler and back: translates values, and guards every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from lockyard import handlers
from lockyard.handlers import Change, Checked, Found

from . import _session
from ._engine_values import from_engine, to_engine

Props = dict[str, Any]

configure = _session.configure


def check(kind: str, olds: Props, news: Props) -> CheckResult:
    """Checks inputs. Settings that cannot be used are a failure like any other: one clean line."""

    def call() -> CheckResult:
        if (refused := _session.refusal()) is not None:
            return CheckResult(to_engine(from_engine(news)), [CheckFailure("", refused.message)])
        checked: Checked = _handler("check", kind)(_session.context(), from_engine(olds), from_engine(news))
        # The engine prints the value of a property that it is told the name of (`{<nil>}` below the top level, and a
        # secret in clear): the path goes into the reason instead.
        failures = [CheckFailure("", f"{problem.path}: {problem.message}") for problem in checked.problems]
        return CheckResult(to_engine(checked.inputs), failures)

    return _session.answer(f"check of {kind}", call)


def diff(kind: str, id: str, olds: Props, news: Props) -> DiffResult:
    """Compares state and inputs; the artifact's rules know the registry's compat switches."""

    def call() -> DiffResult:
        more = (_session.context().settings.compat,) if kind == "artifact" else ()
        change: Change = _handler("diff", kind)(from_engine(olds), from_engine(news), *more)
        return DiffResult(changes=bool(change), replaces=list(change.replaces), delete_before_replace=False)

    return _session.answer(f"diff of {kind} {id}", call)


def create(kind: str, props: Props) -> CreateResult:
    """Makes the object."""

    def call() -> CreateResult:
        found: Found = _handler("create", kind)(_session.context(), from_engine(props))
        return CreateResult(str(found.id), to_engine(found.state))

    return _session.answer(f"create of {kind}", call)


def read(kind: str, id: str, props: Props) -> ReadResult:
    """Reads the object; an empty id says that it is gone."""

    def call() -> ReadResult:
        found: Found = _handler("read", kind)(_session.context(), id, from_engine(props))
        return ReadResult(found.id or "", to_engine(found.state))

    return _session.answer(f"read of {kind} {id}", call)


def update(kind: str, id: str, olds: Props, news: Props) -> UpdateResult:
    """Brings the object to the new inputs."""

    def call() -> UpdateResult:
        return UpdateResult(
            to_engine(_handler("update", kind)(_session.context(), id, from_engine(olds), from_engine(news)))
        )

    return _session.answer(f"update of {kind} {id}", call)


def delete(kind: str, id: str, props: Props) -> None:
    """Deletes the object."""
    _session.answer(
        f"delete of {kind} {id}", lambda: _handler("delete", kind)(_session.context(), id, from_engine(props))
    )


def _handler(operation: str, kind: str) -> Callable[..., Any]:
    return getattr(handlers, f"{operation}_{kind}")
