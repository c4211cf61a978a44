"""Many edits side by side in one stack: every row has resources of its own, so one `up` serves all of them.

A row is a list of phases. The first one creates; each later one is an edit: preview, up, the records on the
registry, and a preview that is empty again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .project import Project
from .results import Json, Run, Step

Declare = Callable[[str], Any]


@dataclass(frozen=True)
class Snapshot:
    """The stack and its registry at one moment."""

    resources: Mapping[str, Json]
    artifacts: Mapping[str, Json]
    repositories: Mapping[str, Json]
    workloads: Mapping[str, Json]
    history: Mapping[str, list[Json]]

    def id(self, kind: str, name: str) -> str:
        """The id of a resource in the state."""
        return self.resources[f"{kind}/{name}"]["id"]

    def artifact(self, name: str) -> Json:
        """The registry's document of an artifact of the stack."""
        return self.artifacts[self.id("Artifact", name)]

    def repository(self, name: str) -> Json:
        """The registry's document of a repository of the stack."""
        return self.repositories[self.id("ArtifactRepository", name)]

    def workload(self, name: str) -> Json:
        """The registry's document of a workload of the stack."""
        return self.workloads[self.id("Workload", name)]

    def rollouts(self, name: str) -> int:
        """How often a workload was rolled."""
        return sum(record["strategy"] == "rolling" for record in self.history[self.id("Workload", name)])

    def lineage(self, name: str) -> list[Json]:
        """All artifacts in a repository of the stack, oldest first."""
        repository = self.id("ArtifactRepository", name)
        return sorted(
            (item for item in self.artifacts.values() if item["artifactRepositoryId"] == repository),
            key=lambda item: item["createdAt"],
        )


def snapshot(project: Project) -> Snapshot:
    """Look at the stack's state and at everything in its registry."""
    registry = project.registry
    workloads = {item["id"]: item for item in registry.list_workloads()}
    return Snapshot(
        resources=project.holdings(),
        artifacts={item["id"]: item for item in registry.list_artifacts()},
        repositories={item["id"]: item for item in registry.list_repositories()},
        workloads=workloads,
        history={id: list(registry.workload_history(id)) for id in workloads},
    )


Records = Callable[[Snapshot, Snapshot, str], None]


def no_records(before: Snapshot, after: Snapshot, name: str) -> None:
    """Nothing to say about the registry."""


@dataclass(frozen=True)
class Phase:
    """One edit.

    Attributes:
        declare: Declares the row's resources, whose names begin with the given one.
        shown: What the preview says; names are given without the row's name.
        records: Asserts on the registry before and after.
        done: What `up` does where that is not what the preview said.
    """

    declare: Declare
    shown: tuple[Step, ...] = ()
    records: Records = no_records
    done: tuple[Step, ...] | None = None


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        name: What the row shows; also the name of its resources.
        first: Declares what is there before the edits.
        edits: The edits, one after the other.
    """

    name: str
    first: Declare
    edits: tuple[Phase, ...]
    meanwhile: Callable[[Project, str], Any] | None = None
    """Something that happens outside the stack between creation and the first edit."""

    def declare(self, phase: int) -> None:
        """The row's resources in a phase; a row with fewer phases stays as it is."""
        index = min(phase, len(self.edits))
        (self.first if index == 0 else self.edits[index - 1].declare)(self.name)


@dataclass
class Outcome:
    """What the engine did with all rows in one phase."""

    preview: Run
    up: Run
    again: Run
    before: Snapshot
    after: Snapshot


@dataclass
class TableRun:
    """All rows of a table, run phase by phase."""

    rows: tuple[Row, ...]
    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    def check(self, row: Row) -> None:
        """Assert everything about one row."""
        for number, phase in enumerate(row.edits):
            assert number < len(self.outcomes), "an earlier phase could not be run"
            outcome = self.outcomes[number]
            where = f"{row.name}, edit {number + 1}"
            assert own_steps(outcome.preview, row) == expected(row, phase.shown), f"{where}: preview"
            done = phase.shown if phase.done is None else phase.done
            assert own_steps(outcome.up, row) == expected(row, done), f"{where}: up\n{outcome.up.errors}"
            phase.records(outcome.before, outcome.after, row.name)
            assert own_steps(outcome.again, row) == [], f"{where}: the preview after it is not empty"


def run_table(project: Project, rows: tuple[Row, ...]) -> TableRun:
    """Create all rows, then make all edits."""
    result = TableRun(rows)

    def program(phase: int) -> Callable[[], None]:
        def declare_all() -> None:
            for row in rows:
                row.declare(phase)

        return declare_all

    project.up(program(0))
    for row in rows:
        if row.meanwhile is not None:
            row.meanwhile(project, row.name)
    before = snapshot(project)
    for phase in range(1, 1 + max(len(row.edits) for row in rows)):
        preview = project.preview(program(phase))
        # One row's failure must not hide the others.
        up = project.up(program(phase), "--continue-on-error", may_fail=True)
        again = project.preview(program(phase))
        after = snapshot(project)
        result.outcomes.append(Outcome(preview, up, again, before, after))
        before = after
    return result


def own_steps(run: Run, row: Row) -> list[Step]:
    """The row's changes in a run."""
    return [step for step in run.changes if step.name.partition(".")[0] == row.name]


def expected(row: Row, steps: tuple[Step, ...]) -> list[Step]:
    """The expected changes with the row's name before theirs."""
    named = [Step(step.op, step.kind, row.name + step.name, step.replaces, step.changed) for step in steps]
    return sorted(named, key=lambda step: (step.kind, step.name))


def update(kind: str, *changed: str, of: str = "") -> Step:
    """`~ update`, with the inputs that differ."""
    return Step("update", kind, of, (), tuple(sorted(changed)))


def replace(kind: str, *replaces: str, changed: tuple[str, ...] = (), of: str = "") -> Step:
    """`+- replace`, with the properties that force it; `changed` are inputs that differ besides."""
    return Step("replace", kind, of, tuple(sorted(replaces)), tuple(sorted({*replaces, *changed})))


def create(kind: str, of: str = "") -> Step:
    """`+ create`."""
    return Step("create", kind, of)


def delete(kind: str, of: str = "") -> Step:
    """`- delete`."""
    return Step("delete", kind, of)
