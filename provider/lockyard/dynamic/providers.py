"""The dynamic providers. FROZEN: every stack's state refers to this module path and these class names, for ever.

The classes have no instance attributes: they are pickled by reference into state, and a pickle with an instance dict
breaks in a process that makes many resources. The program imports this module too, only to name the classes; so
everything else is in ``_adapter``, which the plugin process loads with the first call.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

Props = dict[str, Any]


class _Provider(ResourceProvider):
    """Passes every call on, with the handlers' name for this kind of resource."""

    serialize_as_secret_always = False
    kind: ClassVar[str]

    def configure(self, req: ConfigureRequest) -> None:
        _adapter().configure(req.config.get)

    def check(self, _olds: Props, news: Props) -> CheckResult:
        return _adapter().check(self.kind, _olds, news)

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        return _adapter().diff(self.kind, _id, _olds, _news)

    def create(self, props: Props) -> CreateResult:
        return _adapter().create(self.kind, props)

    def read(self, id_: str, props: Props) -> ReadResult:
        return _adapter().read(self.kind, id_, props)

    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        return _adapter().update(self.kind, _id, _olds, _news)

    def delete(self, _id: str, _props: Props) -> None:
        _adapter().delete(self.kind, _id, _props)


class ArtifactRepositoryProvider(_Provider):
    """Artifact repositories."""

    kind = "repository"


class ArtifactProvider(_Provider):
    """Artifacts."""

    kind = "artifact"


class WorkloadProvider(_Provider):
    """Workloads."""

    kind = "workload"


class WorkloadReadyProvider(_Provider):
    """Waits for a workload to serve."""

    kind = "ready"


class RolloutReportProvider(_Provider):
    """Reports of rollouts."""

    kind = "report"


def _adapter() -> ModuleType:
    from . import _adapter as adapter

    return adapter
