"""The engine's part in small: check, diff, then create, update or replace, over a real registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lockyard import handlers
from lockyard.client import RegistryClient, Settings
from lockyard.contract import ConnectionFailedError, Json, LockyardError
from lockyard.handlers import Change, Context, Found

_WRITES = """
    create_artifact update_artifact delete_artifact create_repository put_repository delete_repository create_workload
    update_workload delete_workload start_workload stop_workload promote_workload update_settings
    start_replacement cancel_replacement replace_tags update_shared_roles
"""
WRITES = frozenset(_WRITES.split())


class LossyClient:
    """Passes every call on to a real client, and can lose one write that is not refused: its answer, or the call."""

    def __init__(self, client: RegistryClient) -> None:
        self.real = client
        self.calls: list[str] = []
        self.lose_write: int | None = None
        self.lose_before = False
        self.meanwhile: Callable[[], object] = lambda: None

    @property
    def writes(self) -> list[str]:
        """The writes so far, by name."""
        return [name for name in self.calls if name in WRITES]

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.real, name)

        def call(*arguments: Any, **options: Any) -> Any:
            self.meanwhile()
            self.calls.append(name)
            if self._loses(name) and self.lose_before:
                raise ConnectionFailedError(f"{name} was never sent")
            try:
                answer = method(*arguments, **options)
            except LockyardError:
                self.calls.append("refused")
                raise
            if self._loses(name):
                raise ConnectionFailedError(f"the answer to {name} was lost")
            return answer

        return call

    def _loses(self, name: str) -> bool:
        return name in WRITES and self.lose_write == len(self.writes) - self.calls.count("refused") - 1


@dataclass
class Held:
    """What a stack holds of one resource."""

    kind: str
    id: str
    inputs: Json
    state: Json


@dataclass
class Stage:
    """One stack on one registry."""

    client: RegistryClient
    settings: Settings = field(default_factory=Settings)
    said: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lossy = LossyClient(self.client)
        self.context = Context(settings=self.settings, connect=lambda _: self.lossy, say=self.said.append)

    def check(self, kind: str, inputs: Json, old: Held | None = None) -> Json:
        """The checked inputs; problems fail the test."""
        checked = getattr(handlers, f"check_{kind}")(self.context, old.inputs if old else {}, inputs)
        assert checked.problems == (), checked.problems
        return wire(checked.inputs)

    def diff(self, held: Held, inputs: Json) -> Change:
        """What `preview` would show."""
        options = [self.settings.compat] if held.kind == "artifact" else []
        return getattr(handlers, f"diff_{held.kind}")(held.state, inputs, *options)

    def up(self, kind: str, inputs: Json, old: Held | None = None) -> Held:
        """One `pulumi up` of one resource; a replacement creates before it deletes."""
        checked = self.check(kind, inputs, old)
        if old is None:
            self.plan.append("create")
            return self._create(kind, checked)
        change = self.diff(old, checked)
        if not change:
            self.plan.append("same")
            return Held(kind, old.id, checked, old.state)
        if change.replaces:
            self.plan.append("replace")
            made = self._create(kind, self.check(kind, inputs))
            self.delete(old)
            return made
        self.plan.append("update")
        state = getattr(handlers, f"update_{kind}")(self.context, old.id, old.state, checked)
        return Held(kind, old.id, checked, wire(state))

    def _create(self, kind: str, checked: Json) -> Held:
        found: Found = getattr(handlers, f"create_{kind}")(self.context, checked)
        assert found.id
        return Held(kind, found.id, checked, wire(found.state))

    def refresh(self, held: Held) -> Held | None:
        """One `pulumi refresh` of one resource; None when it is gone."""
        found: Found = getattr(handlers, f"read_{held.kind}")(self.context, held.id, held.state)
        return None if found.id is None else Held(held.kind, found.id, held.inputs, wire(found.state))

    def delete(self, held: Held) -> None:
        """Deletes one resource."""
        getattr(handlers, f"delete_{held.kind}")(self.context, held.id, held.state)


def wire(value: Any) -> Any:
    """What comes back from the engine: nulls are gone, inside objects too."""
    if isinstance(value, dict):
        return {key: wire(item) for key, item in value.items() if item is not None}
    return [wire(item) for item in value] if isinstance(value, list) else value
