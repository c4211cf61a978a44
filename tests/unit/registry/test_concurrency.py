import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import (
    ApiError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    ValidationFailedError,
)
from lockyard_registry import Registry, lifecycle
from lockyard_registry.audit import verify

pytestmark = pytest.mark.usefixtures("files_from_migrations")

PROCESS = """
import json, sys
from lockyard.contract import RepositoryInput, parse, parse_artifact
from lockyard_registry import Caller, lifecycle, open_registry

path, number = sys.argv[1:]
registry = open_registry(path)
caller = Caller("a" * 24, "ada", "http://embedded/api/v2")
body = parse(RepositoryInput, {"name": "team"})
repository = lifecycle.create_repository(registry, caller, body, idempotency_key="team").document["id"]
body = parse_artifact({
    "name": f"chat-{number}", "status": "locked", "artifactRepositoryId": repository,
    "spec": {"containerGroups": [{"containers": [{"imageUri": "chat:1", "port": 8080}]}]},
})
versions = [lifecycle.create_artifact(registry, caller, body).document["version"] for _ in range(5)]
same = lifecycle.create_artifact(registry, caller, body.model_copy(update={"status": "draft"}), idempotency_key="k")
print(json.dumps({"id": registry.registry_id, "versions": versions, "same": same.document["id"]}))
"""


THREADS = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from lockyard.contract import RepositoryInput, parse, parse_artifact
from lockyard_registry import Caller, lifecycle, open_registry

location = sys.argv[1]
registry = open_registry(location)
caller = Caller("a" * 24, "ada", "http://embedded/api/v2")
body = parse(RepositoryInput, {"name": "team"})
repository = lifecycle.create_repository(registry, caller, body, idempotency_key="team").document["id"]
body = parse_artifact({
    "name": "chat", "artifactRepositoryId": repository,
    "spec": {"containerGroups": [{"containers": [{"imageUri": "chat:1", "port": 8080}]}]},
})
drafts = [lifecycle.create_artifact(registry, caller, body).document["id"] for _ in range(32)]
with ThreadPoolExecutor(32) as pool:
    lock = lambda id: lifecycle.patch_artifact(registry, caller, id, {"status": "locked"})["version"]
    print(json.dumps(list(pool.map(lock, drafts))))
"""
KEYS = ("name", "description")


def test_eight_processes_on_a_missing_file(tmp_path: Path, open_it: Callable[..., Registry]) -> None:
    path = tmp_path / "data" / "registry.db"
    command = [sys.executable, "-c", PROCESS, str(path)]
    running = [
        subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(8)
    ]
    answers = []
    for process in running:
        out, problems = process.communicate(timeout=100)
        assert process.returncode == 0, problems
        answers.append(json.loads(out))
    assert len({answer["id"] for answer in answers}) == 1
    assert len({answer["same"] for answer in answers}) == 1
    assert sorted(version for answer in answers for version in answer["versions"]) == list(range(1, 41))
    assert open_it(location=path).store.check() == []


def test_sixty_four_lockers(office: Desk) -> None:
    office.put()
    drafts = [office.artifact(artifactRepositoryId=REPOSITORY)["id"] for _ in range(64)]
    with ThreadPoolExecutor(64) as pool:
        versions = list(pool.map(lambda id: office.patch(id, status="locked")["version"], drafts))
    assert sorted(versions) == list(range(1, 65))
    assert office.repository(REPOSITORY)["lastVersionNumber"] == 64
    assert verify(office.reg.store, None, ()).findings == []


def test_sixty_four_lockers_in_two_processes(location: Path | str, open_it: Callable[..., Registry]) -> None:
    command = [sys.executable, "-c", THREADS, str(location)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    versions: list[int] = []
    for process in running:
        out, problems = process.communicate(timeout=100)
        assert process.returncode == 0, problems
        versions += json.loads(out)
    assert sorted(versions) == list(range(1, 65))
    assert verify(open_it(location=location).store, None, ()).findings == []


def test_one_winner_among_fifty_edits(office: Desk) -> None:
    draft = office.artifact()

    def edit(number: int) -> bool:
        try:
            office.patch(draft["id"], if_match=draft["etag"], description=str(number))
        except PreconditionFailedError:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(edit, range(1, 51))) == 1
    assert office.read(draft["id"])["etag"] == '"2"'


def test_edits_of_different_keys_all_stay(office: Desk) -> None:
    """No edit is decided on a state that another one has changed meanwhile."""
    draft = office.artifact()
    with ThreadPoolExecutor(32) as pool:
        edits = [pool.submit(office.patch, draft["id"], **{key: f"{key} {n}"}) for n in range(16) for key in KEYS]
    etags = sorted(int(edit.result()["etag"].strip('"')) for edit in edits)
    assert etags == list(range(2, 34)), "each edit saw the one before"


def test_one_lock_among_twenty_of_one_draft(office: Desk) -> None:
    draft = office.artifact()

    def lock(_: int) -> bool:
        try:
            office.patch(draft["id"], status="locked")
        except ForbiddenError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lock, range(20))) == 1
    assert office.repository(draft["artifactRepositoryId"])["lastVersionNumber"] == 1


def test_one_key_in_sixteen_threads_makes_one_object(office: Desk) -> None:
    office.put()
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: office.make("k", artifactRepositoryId=REPOSITORY), range(16)))
    assert len({one.document["id"] for one in made}) == 1
    assert sum(one.created for one in made) == 1
    assert sorted(one.document["claim"] for one in made) == list(range(1, 17))


def test_keys_of_one_content_make_one_version(office: Desk) -> None:
    office.put()
    with ThreadPoolExecutor(16) as pool:
        fields = {"artifactRepositoryId": REPOSITORY, "status": "locked"}
        made = list(pool.map(lambda n: office.make(f"k{n}", **fields), range(16)))
    assert {one.document["version"] for one in made} == {1}
    with ThreadPoolExecutor(8) as pool:
        alone = list(pool.map(lambda _: office.make("k", description="without a repository"), range(8)))
    assert len({one.document["id"] for one in alone}) == 1
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: office.open("k"), range(8)))
    assert len({one.document["id"] for one in opened}) == 1
    assert sorted(one.document["claim"] for one in opened) == list(range(1, 9))


def test_one_workload_on_a_draft_and_none_on_a_deleted_one(office: Desk) -> None:
    def attempt(call: Callable[..., Any], *words: Any) -> bool:
        try:
            call(*words)
        except (ConflictError, NotFoundError, ValidationFailedError):
            return False
        return True

    for _ in range(5):
        draft = office.artifact()["id"]
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda _, draft=draft: attempt(office.workload, draft), range(8))) == 1
        lonely = office.artifact()
        delete = lifecycle.delete_artifact
        with ThreadPoolExecutor(8) as pool:
            runs = [pool.submit(attempt, office.workload, lonely["id"]) for _ in range(4)]
            gone = pool.submit(attempt, delete, office.reg, office.caller, lonely["id"])
            runs += [pool.submit(attempt, office.workload, lonely["id"]) for _ in range(4)]
        assert [run.result() for run in runs].count(True) + gone.result() == 1


def test_swaps_between_lineages_do_not_wait_for_each_other(office: Desk) -> None:
    """Workloads roll from one lineage to the other and back while both lock versions."""
    versions = [office.artifact(status="locked")["id"] for _ in range(2)]
    workloads = [office.workload(versions[n % 2])["id"] for n in range(8)]

    def swap(n: int) -> None:
        for turn in range(6):
            with suppress(ApiError):
                office.replace_by(workloads[n], versions[(n + turn + 1) % 2])

    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(swap, range(8)))
    assert time.monotonic() - started < 60
    assert verify(office.reg.store, None, ()).findings == []


def test_reads_go_on_beside_writes(office: Desk) -> None:
    draft = office.artifact()
    with ThreadPoolExecutor(16) as pool:
        writing = [pool.submit(office.patch, draft["id"], description=str(number)) for number in range(40)]
        reading = [pool.submit(office.read, draft["id"]) for _ in range(80)]
        for done in reading:
            read = done.result()
            assert read["description"] == "" or int(read["etag"].strip('"')) >= 2
        for done in writing:
            done.result()
