"""Short ways to say what most tests of the registry need."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest import mock

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from lockyard.contract import (
    Json,
    ReplacementInput,
    Report,
    RepositoryInput,
    SettingsPatch,
    SharedRolesPatch,
    parse,
    parse_artifact,
    parse_workload,
)
from lockyard_registry import Caller, Registry, lifecycle
from lockyard_registry.lifecycle import Created, Kind
from lockyard_registry.lifecycle._records import find_repository, need_repository
from lockyard_registry.lifecycle._repositories import _document, new_repository
from lockyard_registry.lifecycle._transaction import Transaction, writing
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import metadata

REPOSITORY = "ab" * 12


def schema_differences(tx: Connection) -> list[Any]:
    """What the migrations made otherwise than the code describes it, but for the indexes of texts."""
    options = {"compare_type": True, "include_name": lambda name, *rest: "_search" not in (name or "")}
    return compare_metadata(MigrationContext.configure(tx, opts=options), metadata)


def spec(image: str = "registry.example/chat:1", *, names: tuple[str, ...] = ("main",), **container: Any) -> Json:
    first = {"name": names[0], "imageUri": image, "port": 8080, "primary": True, **container}
    others = [{"name": name, "imageUri": image} for name in names[1:]]
    return {"containerGroups": [{"name": "default", "containers": [first, *others]}]}


def artifact(name: str = "chat", **fields: Any) -> Json:
    return {"name": name, "spec": spec(), **fields}


def runtime(replicas: int = 1, **group: Any) -> Json:
    return {"containerGroups": [{"name": "default", "replicaCount": replicas, **group}]}


@dataclass(frozen=True)
class Desk:
    """A registry, somebody who calls it, and its clock."""

    reg: Registry
    caller: Caller
    clock: ManualClock

    def other(self, user: str) -> "Desk":
        return replace(self, caller=replace(self.caller, user_id=user, username=user))

    def alone(self) -> "Desk":
        """The same as a caller who may do everything."""
        return replace(self, caller=replace(self.caller, administrator=True))

    def share(self, user: str, role: str, kind: Kind = "artifactRepositories", id: str = REPOSITORY) -> None:
        """Gives a user, known to `other` by the same name, a role."""
        self.share_with({"id": user, "role": role, "shareRecipientType": "user"}, kind, id)

    def share_with(self, entry: Json, kind: Kind = "artifactRepositories", id: str = REPOSITORY) -> None:
        body = parse(SharedRolesPatch, {"operation": "updateRoles", "roles": [entry]})
        lifecycle.update_shared_roles(self.reg, self.caller, kind, id, body)

    def make(self, key: str | None = None, *, digest: str | None = None, **fields: Any) -> Created:
        body = parse_artifact(artifact(**fields), self.reg.compat)
        return lifecycle.create_artifact(self.reg, self.caller, body, idempotency_key=key, content_digest=digest)

    def artifact(self, **fields: Any) -> Json:
        return self.make(**fields).document

    def read(self, id: str) -> Json:
        return lifecycle.get_artifact(self.reg, self.caller, id)

    def patch(self, id: str, if_match: str | None = None, **data: Any) -> Json:
        return lifecycle.patch_artifact(self.reg, self.caller, id, data, if_match=if_match)

    def put(self, id: str = REPOSITORY, **fields: Any) -> Created:
        """Edits a repository, or makes one under an id of choice, as the PUT of earlier versions did."""
        body = parse(RepositoryInput, {"name": "team", **fields})
        with writing(self.reg, self.caller, "repository.put") as t:
            if find_repository(t, id) is None:
                with mock.patch.object(Transaction, "new_id", lambda _: id):
                    new_repository(t, body.name, body.type, explicit=True, origin=body.origin, claim=1)
                return Created(_document(t, need_repository(t, id)), True)
        return Created(lifecycle.put_repository(self.reg, self.caller, id, body), False)

    def open(self, key: str | None = None, **fields: Any) -> Created:
        body = parse(RepositoryInput, {"name": "team", **fields})
        return lifecycle.create_repository(self.reg, self.caller, body, idempotency_key=key)

    def repository(self, id: str) -> Json:
        return lifecycle.get_repository(self.reg, self.caller, id)

    def run(self, artifact_id: str | None = None, key: str | None = None, **fields: Any) -> Created:
        data = {"name": "chat", **({"artifactId": artifact_id} if artifact_id else {}), **fields}
        return lifecycle.create_workload(self.reg, self.caller, parse_workload(data), idempotency_key=key)

    def workload(self, artifact_id: str | None = None, **fields: Any) -> Json:
        return self.run(artifact_id, **fields).document

    def see(self, id: str) -> Json:
        return lifecycle.get_workload(self.reg, self.caller, id)

    def settings(self, id: str, new: Json | None = None) -> Json:
        body = parse(SettingsPatch, {"runtime": runtime() if new is None else new})
        return lifecycle.patch_settings(self.reg, self.caller, id, body)

    def replace_by(self, id: str, artifact_id: str, **fields: Any) -> Json:
        body = parse(ReplacementInput, {"artifactId": artifact_id, **fields})
        return lifecycle.start_replacement(self.reg, self.caller, id, body)

    def report(self, workload: Json, phase: str, *, seconds: float = 0, **fields: Any) -> Json:
        """A report of what the document shows, seen so many seconds after the clock."""
        data = {
            "artifactId": workload["artifactId"],
            "contentDigest": workload["artifactDigest"],
            "runtimeDigest": workload["runtimeDigest"],
            "phase": phase,
            "observedAt": (self.clock.now() + timedelta(seconds=seconds)).isoformat(),
            **fields,
        }
        return lifecycle.report_workload(self.reg, self.caller, workload["id"], parse(Report, data))

    def history(self, id: str) -> list[Json]:
        return lifecycle.workload_history(self.reg, self.caller, id, 0, 100).items

    def events(self, id: str) -> list[Json]:
        return lifecycle.workload_events(self.reg, self.caller, id, 0, 100).items

    def protons(self, id: str) -> list[Json]:
        return lifecycle.list_protons(self.reg, self.caller, id, 0, 100).items
