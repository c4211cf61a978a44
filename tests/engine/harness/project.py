"""A Pulumi project in a folder of its own, with an embedded registry beside it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lockyard.client import RegistryClient

from .command import DEADLINE_SECONDS, Program, run_pulumi
from .registries import embedded_client
from .results import Json, Run, Step
from .surroundings import surroundings

# What `pulumi stack init` writes is the same for all projects of a name: the first one's is copied for the others.
_kept = tempfile.TemporaryDirectory(prefix="new-stacks-")
_new_stacks: dict[tuple[str, str], Path] = {}

PREVIEW, UP, REFRESH, DESTROY = "preview", "up", "refresh", "destroy"


class Project:
    """One stack with a backend and a registry of its own.

    Programs are Python functions that run in this process; the engine and the plugin are the real processes. Edits are
    just other functions. With `folder` the project's own program runs instead, in a process of its own.

    Args:
        scratch: An empty folder for everything that is made.
        home: Pulumi's own folder; may be shared.
        folder: Folder with a Pulumi.yaml and a program; `pulumi` writes the stack's settings into it.
        registry: Folder of the embedded registry; of its own when absent.
        state: URL of the backend; a folder of its own when absent.
        variables: More variables of the environment, from the first command on.
        stack: Name of the stack.
        name: Name of the project.
        existing: Everything is there already, copied from another project's folder.
    """

    def __init__(
        self,
        scratch: Path,
        *,
        home: Path,
        folder: Path | None = None,
        registry: Path | None = None,
        state: str | None = None,
        variables: Mapping[str, str] | None = None,
        stack: str = "dev",
        name: str = "shop",
        existing: bool = False,
    ) -> None:
        self.scratch, self.stack, self.name = scratch, stack, name
        self.data = registry or scratch / "registry"
        backend = scratch / "state"
        backend.mkdir(parents=True, exist_ok=existing)
        self.folder = folder or scratch / "project"
        if folder is None and not existing:
            self.folder.mkdir()
            self.folder.joinpath("Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        self.environment = surroundings(state=state or f"file://{backend}", home=home)
        self.environment |= {"LOCKYARD_DATA_DIR": str(self.data), "PULUMI_STACK": stack}
        self.environment |= {"LOCKYARD_ENDPOINT": "embedded", **(variables or {})}
        self.deadline = DEADLINE_SECONDS
        """Seconds that one command may take."""
        self._clients: list[RegistryClient] = []
        self.program: Program | None = None
        """What operations run; the last one that was given."""
        if not existing:
            self._begin(copied=state is None)

    # Operations. Each remembers the program, so that the next one can leave it out.

    def preview(self, program: Program | None = None, *arguments: str, fails: bool = False, **more: str) -> Run:
        """`pulumi preview`."""
        return self._operation(PREVIEW, program, arguments, fails, more)

    def up(
        self,
        program: Program | None = None,
        *arguments: str,
        fails: bool = False,
        may_fail: bool = False,
        **more: str,
    ) -> Run:
        """`pulumi up` without the preview before it."""
        return self._operation(UP, program, ("--yes", "--skip-preview", *arguments), None if may_fail else fails, more)

    def attempt(self, program: Program) -> Run:
        """`pulumi up` that may fail."""
        return run_pulumi(
            (UP, "--stack", self.stack, "--yes", "--skip-preview"),
            folder=self.folder,
            environment=self.environment,
            program=program,
            log=self.scratch / "events.jsonl",
            deadline=self.deadline,
        )

    def refresh(self, *arguments: str, fails: bool = False, **more: str) -> Run:
        """`pulumi refresh`, as people run it: the program is not run."""
        return self._operation(REFRESH, None, ("--yes", "--skip-preview", *arguments), fails, more, with_program=False)

    def destroy(self, *arguments: str, fails: bool = False, **more: str) -> Run:
        """`pulumi destroy`, as people run it: the program is not run."""
        return self._operation(DESTROY, None, ("--yes", "--skip-preview", *arguments), fails, more, with_program=False)

    def pulumi(self, *arguments: str, fails: bool = False) -> Run:
        """Any other command."""
        return self._as_expected(run_pulumi(arguments, folder=self.folder, environment=self.environment), fails)

    def assert_empty_preview(self, program: Program | None = None, *arguments: str) -> None:
        """Nothing is left to do."""
        run = self.preview(program, *arguments)
        assert run.changes == [], f"the preview is not empty: {run.changes}\n{run.output}"

    # What is there now.

    @property
    def registry(self) -> RegistryClient:
        """A client of the embedded registry, to look at it and to change things outside the stack."""
        if not self._clients:
            self._clients.append(embedded_client(self.data))
        return self._clients[0]

    def resources(self) -> dict[str, Json]:
        """The stack's resources as the backend has them, `Artifact/chat` by `Artifact/chat`; secrets are encrypted."""
        found: dict[str, Json] = {}
        for resource in self.checkpoint().get("resources") or []:
            if resource.get("delete") or resource["type"].startswith("pulumi:"):
                continue
            kind = resource["type"].rpartition(":")[2]
            found[f"{kind}/{resource['urn'].rpartition('::')[2]}"] = resource
        return found

    def holdings(self) -> dict[str, Json]:
        """What the state says about every resource, without the times that any command may touch."""
        names = ("id", "type", "urn", "inputs", "outputs")
        return {key: {name: found[name] for name in names} for key, found in self.resources().items()}

    def id(self, key: str) -> str:
        """The id of a resource in the state, by `Artifact/chat`."""
        return self.resources()[key]["id"]

    def checkpoint(self) -> Json:
        """The stack's state as it lies in the backend's folder."""
        files = list(self.scratch.glob(f"state/.pulumi/stacks/*/{self.stack}.json"))
        assert len(files) == 1, files
        return json.loads(files[0].read_text())["checkpoint"]["latest"] or {}

    def urn(self, key: str) -> str:
        """The URN of a resource in the state."""
        return self.resources()[key]["urn"]

    def configure(self, values: Mapping[str, str] | None = None, *, secret: Mapping[str, str] | None = None) -> None:
        """Set configuration values of the stack."""
        words = [word for key, value in (values or {}).items() for word in ("--plaintext", f"{key}={value}")]
        words += [word for key, value in (secret or {}).items() for word in ("--secret", f"{key}={value}")]
        self.pulumi("config", "set-all", "--stack", self.stack, *words)

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients:
            client.close()

    def _begin(self, *, copied: bool) -> None:
        settings = f"Pulumi.{self.stack}.yaml"
        of = yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"], self.stack
        copied = copied and not (self.folder / settings).exists()
        if not copied or of not in _new_stacks:
            self.pulumi("stack", "init", self.stack)
        if not copied:
            return
        if of not in _new_stacks:
            kept = _new_stacks[of] = Path(_kept.name, "-".join(of))
            shutil.copytree(self.scratch / "state", kept)
            shutil.copy(self.folder / settings, kept)
        else:
            shutil.copytree(_new_stacks[of], self.scratch / "state", dirs_exist_ok=True)
            shutil.move(self.scratch / "state" / settings, self.folder)

    def _operation(
        self,
        command: str,
        program: Program | None,
        arguments: tuple[str, ...],
        fails: bool | None,
        variables: Mapping[str, str],
        *,
        with_program: bool = True,
    ) -> Run:
        self.program = program or self.program
        run = run_pulumi(
            (command, "--stack", self.stack, *arguments),
            folder=self.folder,
            environment={**self.environment, **variables},
            program=self.program if with_program else not_run,
            log=self.scratch / "events.jsonl",
            deadline=self.deadline,
        )
        return self._as_expected(run, fails)

    def _as_expected(self, run: Run, fails: bool | None) -> Run:
        if fails is not None:
            assert (run.code != 0) == fails, f"`pulumi {run.command}` ended with {run.code}:\n{run.output}"
        return run


def not_run() -> None:
    """The program of commands that run none; with it the engine does not look through all installed packages."""
    raise AssertionError("the program is not run")


def kinds(steps: list[Step]) -> list[tuple[str, str, str]]:
    """Operation, kind and name of steps, for comparisons."""
    return [(step.op, step.kind, step.name) for step in steps]


def plain_inputs(resource: Json) -> dict[str, Any]:
    """A resource's inputs in the state, without the provider."""
    return {key: value for key, value in resource["inputs"].items() if key != "__provider"}
