"""Whatever is changed, rewritten, removed or cut off behind the registry's back is found, and named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk, runtime, spec

from lockyard.contract import SharedRolesPatch, TagsInput, content_digest, parse
from lockyard_registry import Caller, Registry, lifecycle
from lockyard_registry.audit import Proof, checkpoint_place, make_checkpoints, signing_key, verify
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import record_hash, search_text, state_digest


@dataclass
class Case:
    """A registry with some history, signed, and a second connection that knows no rules."""

    desk: Desk
    folder: Path
    locked: dict[str, Any]
    workload: dict[str, Any]

    @property
    def key(self) -> Any:
        return signing_key(self.folder / "key.pem")

    @property
    def place(self) -> Any:
        return checkpoint_place(self.folder / "signed", self.desk.reg.registry_id)

    def sign(self) -> list[int]:
        return make_checkpoints(self.desk.reg.store, self.key, self.place, now=self.desk.clock.now)

    def prove(self, *, signed: bool = True) -> Proof:
        place = self.place if signed else None
        return verify(self.desk.reg.store, place, [self.key.public] if signed else [])

    def found(self, **options: Any) -> set[tuple[str, str]]:
        return {(finding.what, finding.where) for finding in self.prove(**options).findings}

    @contextmanager
    def tamper(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / "registry.db")) as connection, connection:
            yield connection


@pytest.fixture
def case(tmp_path: Path, open_it: Callable[..., Registry], caller: Caller, clock: ManualClock) -> Case:
    desk = Desk(open_it(), caller, clock)
    desk.put()
    first = desk.artifact(artifactRepositoryId=REPOSITORY, status="locked", description="one", spec=spec("chat:1"))
    second = desk.artifact(artifactRepositoryId=REPOSITORY, status="locked", description="two ü")
    tags = parse(TagsInput, {"tags": [{"name": "team", "value": "search"}, {"name": "tier", "value": "1"}]})
    lifecycle.replace_tags(desk.reg, caller, "artifacts", first["id"], tags)
    role = {"username": "bob", "role": "EDITOR", "shareRecipientType": "user"}
    roles = parse(SharedRolesPatch, {"operation": "updateRoles", "roles": [role]})
    lifecycle.update_shared_roles(desk.reg, caller, "artifactRepositories", REPOSITORY, roles)
    workload = desk.workload(first["id"], runtime=runtime(2))
    clock.advance(5)
    desk.report(workload, "ready")
    desk.replace_by(workload["id"], second["id"])
    clock.advance(5)
    rolling = desk.see(workload["id"])["replacement"]
    desk.report({**workload, **{"artifactId": second["id"], "artifactDigest": rolling["artifactDigest"]}}, "ready")
    assert desk.see(workload["id"])["artifactId"] == second["id"]
    made = Case(desk, tmp_path, first, workload)
    assert made.sign() == [1]
    return made


def test_nothing_is_wrong(case: Case) -> None:
    proof = case.prove()
    assert (proof.findings, proof.notes) == ([], [])
    assert (proof.chains, proof.checkpoints, proof.unproved_records) == (2, 1, 0)
    assert proof.objects >= 11
    assert case.sign() == []


def flips(case: Case, table: str, where: str, columns: list[str], step: int = 1) -> Iterator[tuple[str, int]]:
    """Flips one bit of each byte of these columns of one row, one after the other, and mends it again."""
    with closing(sqlite3.connect(case.folder / "registry.db", isolation_level=None)) as connection:
        (rowid,) = connection.execute(f"SELECT min(rowid) FROM {table} WHERE {where}").fetchone()
        for column in columns:
            select = f"SELECT typeof({column}), CAST({column} AS BLOB) FROM {table} WHERE rowid = ?"
            kind, content = connection.execute(select, (rowid,)).fetchone()
            if kind == "null":
                continue
            for at in range(0, len(content), step):
                changed = bytearray(content)
                changed[at] ^= 1 << (at % 8)
                update = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE rowid = ?"
                try:
                    connection.execute(update, (bytes(changed), rowid))
                except sqlite3.IntegrityError:
                    continue  # there is another row of that key: the database itself does not take it
                yield column, at
                connection.execute(update, (content, rowid))


CONTENT = ["name", "description", "type", "status", "version", "spec"]
BESIDE = ["content_digest", "revision", "created_at", "updated_at", "creator_id", "creator_username", "claim"]
BESIDE += ["repository_id", "id"]
RECORD = [
    "chain",
    "number",
    "kind",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "request_id",
    "changes",
    "previous",
    "hash",
]


def test_any_byte_of_a_locked_version(case: Case) -> None:
    count, this = 0, f"id = '{case.locked['id']}'"
    for column, at in chain(flips(case, "artifacts", this, CONTENT), flips(case, "artifacts", this, BESIDE, 5)):
        found = case.prove(signed=False).findings
        assert found, (column, at)
        if column not in ("id", "repository_id"):
            assert f"artifacts {case.locked['id']}" in {finding.where for finding in found}, (column, at)
        count += 1
    assert count > 300
    assert case.prove().clean


def test_bytes_of_a_record(case: Case) -> None:
    count = 0
    for column, at in flips(case, "audit", f"chain = '{REPOSITORY}' AND number = 4", RECORD, step=2):
        assert case.prove(signed=False).findings, (column, at)
        count += 1
    assert count > 150
    assert case.prove().clean


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("artifact_repositories", ["name", "type", "explicit", "last_version_number", "claim", "creator_id"]),
        ("workloads", ["name", "status", "importance", "artifact_id", "runtime", "started_at", "proton_id"]),
        ("protons", ["artifact_id", "runtime", "deployed_images", "status", "replicas"]),
        ("replacements", ["status", "active", "artifact_digest", "config", "candidate_proton_ids"]),
        ("workload_events", ["event_type", "details", "timestamp", "workload_id"]),
        ("tags", ["name", "value", "object_id", "kind"]),
        ("shared_roles", ["recipient_id", "role", "recipient_type", "object_id", "kind"]),
        ("audit_heads", ["chain", "kind", "number", "hash"]),
    ],
)
def test_bytes_of_everything_else(case: Case, table: str, columns: list[str]) -> None:
    for column, at in flips(case, table, "1 = 1", columns, step=7):
        assert case.prove(signed=False).findings, (column, at)
    assert case.prove().clean


@pytest.mark.parametrize(
    "table", ["artifacts", "workloads", "protons", "replacements", "tags", "shared_roles", "audit"]
)
def test_rows_that_vanish_or_appear(case: Case, table: str) -> None:
    with case.tamper() as db:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        first_row = f"rowid = (SELECT min(rowid) FROM {table})"
        row = db.execute(f"SELECT * FROM {table} WHERE {first_row}").fetchone()
        db.execute(f"DELETE FROM {table} WHERE {first_row}")
    assert {"removed", "changed"} & {what for what, _ in case.found(signed=False)}
    twin = dict(zip(columns, row, strict=True))
    with case.tamper() as db:
        marks = ", ".join("?" * len(columns))
        db.execute(f"INSERT INTO {table} VALUES ({marks})", row)
    assert case.prove().clean
    first = "recipient_id" if table == "shared_roles" else "number" if table == "audit" else "id"
    twin[first] = 99 if table == "audit" else "f" * 24
    if table == "artifacts":
        twin["version"] = 7
    with case.tamper() as db:
        db.execute(f"INSERT INTO {table} VALUES ({marks})", list(twin.values()))
    assert case.found(signed=False)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE artifacts SET visible_to = 'f' WHERE version = 1", "artifacts"),
        ("UPDATE artifact_repositories SET visible_to = 'f'", "artifactRepositories"),
        ("UPDATE scope_recipients SET recipient_id = 'm' || recipient_id", "scope"),
        ("INSERT OR IGNORE INTO scope_recipients SELECT 'user', 'mallory', scope FROM scope_recipients", "scope"),
        ("UPDATE artifact_counts SET number = number + 1 WHERE holder = '*'", "counts"),
        ("DELETE FROM artifact_counts WHERE holder <> '*'", "counts"),
        ("UPDATE facet_counts SET number = number + 1 WHERE facet = 'creator'", "facets"),
        ("DELETE FROM facet_counts WHERE facet = 'tags' AND holder <> '*'", "facets"),
        ("INSERT INTO facet_counts VALUES ('*', 'repository', '', 'f', 'nim', 'draft', 0, 1)", "facets"),
    ],
)
def test_what_lists_go_by(case: Case, statement: str, where: str) -> None:
    with case.tamper() as connection:
        connection.execute(statement)
    found = case.found()
    assert {what for what, _ in found} == {"changed"}
    assert where in {place.split()[0] for _, place in found}


def test_a_change_behind_the_log_shows_after_a_later_one(case: Case) -> None:
    with case.tamper() as db:
        db.execute("UPDATE workloads SET importance = 'low', name = 'other'")
    case.desk.settings(case.workload["id"])
    assert ("changed", f"workloads {case.workload['id']}") in case.found(signed=False)


def rewrite(case: Case, description: str) -> None:
    """Forges a locked version and its whole chain, as somebody would who knows the code and owns the database."""
    with case.tamper() as db:
        db.row_factory = sqlite3.Row
        row = dict(db.execute("SELECT * FROM artifacts WHERE id = ?", (case.locked["id"],)).fetchone())
        row["spec"] = json.loads(row["spec"])
        old = state_digest(row)
        row["description"] = description
        row["content_digest"] = str(
            content_digest(name=row["name"], description=description, type=row["type"], spec=row["spec"])
        )
        new = state_digest(row)
        text = search_text(row["name"], description, row["id"])
        db.execute(
            "UPDATE artifacts SET description = ?, content_digest = ?, search_text = ? WHERE id = ?",
            (description, row["content_digest"], text, row["id"]),
        )
        previous = "0" * 64
        for found in db.execute("SELECT * FROM audit WHERE chain = ? ORDER BY number", (REPOSITORY,)).fetchall():
            record = dict(found)
            changes = record["changes"].replace(str(old), str(new))
            record["changes"], record["previous"] = json.loads(changes), previous
            previous = record_hash(record)
            db.execute(
                "UPDATE audit SET changes = ?, previous = ?, hash = ? WHERE chain = ? AND number = ?",
                (changes, record["previous"], previous, REPOSITORY, record["number"]),
            )
        db.execute("UPDATE audit_heads SET hash = ? WHERE chain = ?", (previous, REPOSITORY))


def test_a_rewritten_chain(case: Case) -> None:
    rewrite(case, "forged")
    unsigned = verify(case.desk.reg.store, checkpoint_place(case.folder / "nothing", "0" * 24), [])
    assert ("removed", "checkpoint 1") in {(finding.what, finding.where) for finding in unsigned.findings}
    assert case.found() == {("rewritten", f"artifactRepositories {REPOSITORY}")}
    assert case.found(signed=False) == {("rewritten", f"artifactRepositories {REPOSITORY}")}, "by the database's copy"
    with case.tamper() as db:
        db.execute("DELETE FROM checkpoints")
    assert case.found() == {("rewritten", f"artifactRepositories {REPOSITORY}")}
    marked = {("broken", f"artifactRepositories {REPOSITORY}"), ("broken", f"workloads {case.workload['id']}")}
    assert case.found(signed=False) == marked, "what no checkpoint speaks of should wait for one"
    with case.tamper() as db:
        db.execute("UPDATE audit_heads SET pending = 1")
    alone = case.prove(signed=False)
    assert alone.clean
    assert "there is no valid checkpoint" in alone.notes[0], (
        "what nobody signed can be rewritten, and the proof says so"
    )


def test_only_what_came_after_the_last_checkpoint_is_unproved(case: Case) -> None:
    case.desk.clock.advance(60)
    since = case.desk.clock.now()
    for n in range(3):
        case.desk.artifact(artifactRepositoryId=REPOSITORY, description=str(n))
    proof = case.prove()
    assert (proof.clean, proof.unproved_records) == (True, 3)
    assert proof.unproved_since is not None and proof.proved_until is not None
    assert proof.unproved_since[:19] == since.isoformat()[:19] > proof.proved_until[:19]
    assert case.sign() == [2]
    assert case.prove().unproved_records == 0
    rewrite(case, "forged again")
    (finding,) = case.prove().findings
    assert "checkpoint 1 signed" in finding.text


def test_a_cut_off_end(case: Case) -> None:
    draft = case.desk.artifact(artifactRepositoryId=REPOSITORY)
    case.sign()
    with case.tamper() as db:
        db.execute("DELETE FROM artifacts WHERE id = ?", (draft["id"],))
        (last,) = db.execute("SELECT max(number) FROM audit WHERE chain = ?", (REPOSITORY,)).fetchone()
        db.execute("DELETE FROM audit WHERE chain = ? AND number = ?", (REPOSITORY, last))
        db.execute(
            "UPDATE audit_heads SET number = number - 1, "
            "hash = (SELECT hash FROM audit WHERE chain = ? AND number = ?) WHERE chain = ?",
            (REPOSITORY, last - 1, REPOSITORY),
        )
    # The draft is missed in the totals, too.
    (finding,) = [each for each in case.prove().findings if each.where.split()[0] not in ("counts", "facets")]
    assert (finding.what, finding.where) == ("truncated", f"artifactRepositories {REPOSITORY}")
    assert f"ends with record {last - 1}" in finding.text and f"signed record {last}" in finding.text


def test_a_chain_that_is_gone(case: Case) -> None:
    id = case.workload["id"]
    with case.tamper() as db:
        for table in ("protons", "replacements", "workload_events"):
            db.execute(f"DELETE FROM {table} WHERE workload_id = ?", (id,))
        db.execute("DELETE FROM shared_roles WHERE object_id = ?", (id,))
        db.execute("DELETE FROM workloads WHERE id = ?", (id,))
        for table in ("audit", "audit_heads"):
            db.execute(f"DELETE FROM {table} WHERE chain = ?", (id,))
    (finding,) = case.prove().findings
    assert (finding.what, finding.where) == ("truncated", f"workloads {id}")
    assert "is gone" in finding.text


def test_an_older_backup(case: Case) -> None:
    """A database put back to an earlier moment lacks what was signed since."""
    case.desk.reg.close()
    shutil.copy(case.folder / "registry.db", case.folder / "backup.db")
    registry = lifecycle_open(case, "registry.db")
    later = Desk(registry, case.desk.caller, case.desk.clock)
    later.artifact(artifactRepositoryId=REPOSITORY)
    make_checkpoints(registry.store, case.key, case.place)
    registry.close()
    shutil.copy(case.folder / "backup.db", case.folder / "registry.db")
    registry = lifecycle_open(case, "registry.db")
    found = verify(registry.store, case.place, [case.key.public]).findings
    registry.close()
    assert [finding.what for finding in found] == ["truncated"]


def lifecycle_open(case: Case, name: str) -> Registry:
    from lockyard_registry import open_registry

    return open_registry(case.folder / name, clock=case.desk.clock)


def test_checkpoints_that_were_changed_or_removed(case: Case) -> None:
    for number in (2, 3):
        case.desk.artifact(artifactRepositoryId=REPOSITORY)
        assert case.sign() == [number]
    folder = case.folder / "signed" / case.desk.reg.registry_id
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [f"{number:012d}.json" for number in (1, 2, 3)]
    for file in files:
        file.chmod(0o644)
    middle = files[1].read_bytes()

    files[1].unlink()
    assert case.found() == {("removed", "checkpoint 2")}
    with case.tamper() as db:
        (copy,) = db.execute("SELECT document FROM checkpoints WHERE number = 2").fetchone()
        db.execute("DELETE FROM checkpoints WHERE number = 2")
    assert case.found() == {("removed", "checkpoint 2")}
    with case.tamper() as db:
        db.execute("INSERT INTO checkpoints VALUES (2, ?, ?)", (json.loads(copy)["at"], copy))
    for at in range(0, len(middle), 11):
        changed = bytearray(middle)
        changed[at] ^= 1 << (at % 8)
        files[1].write_bytes(bytes(changed))
        assert {("changed", "checkpoint 2"), ("forged", "checkpoint 2")} <= case.found(), at
    files[1].write_bytes(middle)
    assert case.prove().clean

    thief = signing_key(case.folder / "thief.pem")
    forged = json.loads(middle)
    from lockyard_registry.audit._documents import sign_checkpoint

    files[1].write_bytes(
        sign_checkpoint(
            thief,
            number=2,
            registry_id=forged["registryId"],
            at=forged["at"],
            previous=forged["previous"],
            heads=[tuple(head) for head in forged["heads"]],
        )
    )
    assert ("forged", "checkpoint 2") in case.found()
    believed = verify(case.desk.reg.store, case.place, [case.key.public, thief.public])
    assert ("forged", "checkpoint 3") in {(finding.what, finding.where) for finding in believed.findings}


def test_records_hidden_from_the_checkpoints(case: Case) -> None:
    case.desk.clock.advance(1)
    case.desk.artifact(artifactRepositoryId=REPOSITORY)
    with case.tamper() as db:
        db.execute("UPDATE audit_heads SET pending = 0 WHERE chain = ?", (REPOSITORY,))
    case.desk.clock.advance(60)
    case.desk.artifact()
    assert case.sign() == [2]
    assert ("broken", f"artifactRepositories {REPOSITORY}") in case.found()
