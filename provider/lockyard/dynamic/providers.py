"""The dynamic providers. FROZEN: every stack's state refers to this module path and these class names, for ever.

The classes have no attributes: they are pickled by reference into state, and a pickle with an instance dict breaks in
a process that makes many resources. All logic is in ``lockyard.handlers``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from lockyard import handlers
from lockyard.contract import Json
from lockyard.handlers import Change, Checked, Context, Found

from . import _session
from ._engine_values import from_engine, to_engine

Props = dict[str, Any]


class _Provider(ResourceProvider):
    """One adapter for all kinds: translates values, guards every call, and passes on to the handlers of the kind."""

    serialize_as_secret_always = False

    def handler(self, operation: str) -> Callable[..., Any]:
        """The handler of this kind for an operation."""
        return getattr(handlers, f"{operation}_{self.kind()}")

    def kind(self) -> str:
        """The handlers' name for this kind of resource."""
        name = type(self).__name__.removesuffix("Provider")
        return KINDS[name]

    def configure(self, req: ConfigureRequest) -> None:
        _session.configure(req.config.get)

    def check(self, _olds: Props, news: Props) -> CheckResult:
        def call() -> CheckResult:
            if (refused := _session.refusal()) is not None:
                return CheckResult(to_engine(from_engine(news)), [CheckFailure("", refused.message)])
            checked: Checked = self.handler("check")(_session.context(), from_engine(_olds), from_engine(news))
            # The engine prints the value of a property that it is told the name of (`{<nil>}` below the top level, and
            # a secret in clear): the path goes into the reason instead.
            failures = [CheckFailure("", f"{problem.path}: {problem.message}") for problem in checked.problems]
            return CheckResult(to_engine(checked.inputs), failures)

        return _session.answer(f"check of {self.kind()}", call)

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        def call() -> DiffResult:
            change: Change = self.compare(from_engine(_olds), from_engine(_news))
            return DiffResult(changes=bool(change), replaces=list(change.replaces), delete_before_replace=False)

        return _session.answer(f"diff of {self.kind()} {_id}", call)

    def compare(self, old: Json, new: Json) -> Change:
        """Compares state and inputs."""
        return self.handler("diff")(old, new)

    def create(self, props: Props) -> CreateResult:
        def call() -> CreateResult:
            found: Found = self.handler("create")(_session.context(), from_engine(props))
            return CreateResult(str(found.id), to_engine(found.state))

        return _session.answer(f"create of {self.kind()}", call)

    def read(self, id_: str, props: Props) -> ReadResult:
        def call() -> ReadResult:
            found: Found = self.handler("read")(_session.context(), id_, from_engine(props))
            return ReadResult(found.id or "", to_engine(found.state))

        return _session.answer(f"read of {self.kind()} {id_}", call)

    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        def call() -> UpdateResult:
            context: Context = _session.context()
            return UpdateResult(to_engine(self.handler("update")(context, _id, from_engine(_olds), from_engine(_news))))

        return _session.answer(f"update of {self.kind()} {_id}", call)

    def delete(self, _id: str, _props: Props) -> None:
        _session.answer(
            f"delete of {self.kind()} {_id}",
            lambda: self.handler("delete")(_session.context(), _id, from_engine(_props)),
        )


class ArtifactRepositoryProvider(_Provider):
    """Artifact repositories."""


class ArtifactProvider(_Provider):
    """Artifacts: the lock rule is in the handlers' diff."""

    def compare(self, old: Json, new: Json) -> Change:
        """Compares state and inputs by the rules of the registry's compat switches."""
        return handlers.diff_artifact(old, new, _session.context().settings.compat)


class WorkloadProvider(_Provider):
    """Workloads."""


class WorkloadReadyProvider(_Provider):
    """Waits for a workload to serve."""


KINDS = {
    "ArtifactRepository": "repository",
    "Artifact": "artifact",
    "Workload": "workload",
    "WorkloadReady": "ready",
}
