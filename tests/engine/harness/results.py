"""What a `pulumi` command did, read from the engine's own events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_COLORS = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m")
# Steps that are no change, and the two halves of a replacement.
_UNCHANGED = ("same", "refresh", "read", "create-replacement", "delete-replaced")
_INTERNAL = ("pulumi:pulumi:", "pulumi:providers:")


@dataclass(frozen=True)
class Step:
    """One thing the engine did or would do to one resource.

    Attributes:
        op: The engine's word: `create`, `update`, `replace`, `delete`, `read` …
        kind: Class of the resource: `Artifact`, `Workload` …
        name: Pulumi's name of the resource.
        replaces: Names of the properties that force the replacement.
        changed: Names of the inputs that differ.
        old: The resource before, as the engine has it.
        new: The resource after, as far as the engine knows it.
    """

    op: str
    kind: str
    name: str
    replaces: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    old: Json = field(default_factory=dict[str, Any], compare=False, repr=False)
    new: Json = field(default_factory=dict[str, Any], compare=False, repr=False)


@dataclass(frozen=True)
class Run:
    """One finished command.

    Attributes:
        command: Its words.
        code: Exit code.
        output: All it printed, without colours.
        events: What the engine told, in order.
    """

    command: str
    code: int
    output: str = field(repr=False)
    events: list[Json] = field(repr=False)

    @property
    def steps(self) -> list[Step]:
        """All steps on resources of ours, `same` ones too, in the engine's order."""
        return [_step(event["resourcePreEvent"]["metadata"]) for event in self._of("resourcePreEvent")]

    @property
    def changes(self) -> list[Step]:
        """What changed: one step a resource, a replacement counted once. Sorted by kind and name."""
        kept: dict[tuple[str, str], Step] = {}
        for step in self.steps:
            if step.op not in _UNCHANGED:
                kept[step.kind, step.name] = step
        return sorted(kept.values(), key=lambda step: (step.kind, step.name))

    @property
    def refreshed(self) -> list[Step]:
        """What a refresh found changed; `delete` for what is gone."""
        seen = [_step(event["resOutputsEvent"]["metadata"], "outputs") for event in self._of("resOutputsEvent")]
        found = [step for step in seen if step.op in ("update", "delete") or (step.op == "refresh" and step.changed)]
        return sorted(found, key=lambda step: (step.kind, step.name))

    @property
    def errors(self) -> list[str]:
        """The error messages."""
        return self.messages("error")

    @property
    def warnings(self) -> list[str]:
        """The warnings."""
        return self.messages("warning")

    def messages(self, severity: str) -> list[str]:
        """The diagnostics of one severity, without colours; the engine's closing `update failed` is left out."""
        found = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        texts = [plain(event["message"]).strip() for event in found if event["severity"].startswith(severity)]
        return [text for text in texts if text and text not in ("update failed", "preview failed")]

    def change(self, kind: str, name: str) -> Step | None:
        """What happened to one resource; None when nothing did."""
        return next((step for step in self.changes if (step.kind, step.name) == (kind, name)), None)

    def _of(self, kind: str) -> Iterator[Json]:
        for event in self.events:
            if kind in event and not event[kind]["metadata"]["type"].startswith(_INTERNAL):
                yield event


def plain(text: str) -> str:
    """Text without colours."""
    return _COLORS.sub("", text)


def _step(metadata: Json, compared: str = "inputs") -> Step:
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    before, after = old.get(compared) or {}, new.get(compared) or {}
    names = sorted({*before, *after} - {"__provider"}) if old and new else []
    return Step(
        op=metadata["op"],
        kind=metadata["type"].rpartition(":")[2],
        name=metadata["urn"].rpartition("::")[2],
        replaces=tuple(sorted(metadata.get("keys") or ())),
        changed=tuple(name for name in names if before.get(name) != after.get(name)),
        old=old,
        new=new,
    )
