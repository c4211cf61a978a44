import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import PreconditionFailedError
from lockyard_registry import Registry

PROCESS = """
import json, sys
from lockyard.contract import RepositoryInput, parse, parse_artifact
from lockyard_registry import Caller, lifecycle, open_registry

path, number, repository = sys.argv[1:]
registry = open_registry(path)
caller = Caller("a" * 24, "ada", "http://embedded/api/v2")
lifecycle.put_repository(registry, caller, repository, parse(RepositoryInput, {"name": "team"}))
body = parse_artifact({
    "name": f"chat-{number}", "status": "locked", "artifactRepositoryId": repository,
    "spec": {"containerGroups": [{"containers": [{"imageUri": "chat:1", "port": 8080}]}]},
})
versions = [lifecycle.create_artifact(registry, caller, body).document["version"] for _ in range(5)]
same = lifecycle.create_artifact(registry, caller, body.model_copy(update={"status": "draft"}), idempotency_key="k")
print(json.dumps({"id": registry.registry_id, "versions": versions, "same": same.document["id"]}))
"""


def test_eight_processes_on_a_missing_file(tmp_path: Path, open_it: Callable[..., Registry]) -> None:
    path = tmp_path / "data" / "registry.db"
    command = [sys.executable, "-c", PROCESS, str(path)]
    running = [
        subprocess.Popen([*command, str(number), REPOSITORY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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


def test_thirty_two_threads_locking(desk: Desk) -> None:
    desk.put()
    drafts = [desk.artifact(artifactRepositoryId=REPOSITORY)["id"] for _ in range(64)]
    with ThreadPoolExecutor(32) as pool:
        versions = list(pool.map(lambda id: desk.patch(id, status="locked")["version"], drafts))
    assert sorted(versions) == list(range(1, 65))
    assert desk.repository(REPOSITORY)["lastVersionNumber"] == 64


def test_one_winner_among_twenty_edits(desk: Desk) -> None:
    draft = desk.artifact()

    def edit(number: int) -> bool:
        try:
            desk.patch(draft["id"], if_match=draft["etag"], description=str(number))
        except PreconditionFailedError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(edit, range(1, 21))) == 1
    assert desk.read(draft["id"])["etag"] == '"2"'


def test_one_lock_among_twenty_of_one_draft(desk: Desk) -> None:
    draft = desk.artifact()

    def lock(_: int) -> bool:
        try:
            desk.patch(draft["id"], status="locked")
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lock, range(20))) == 1
    assert desk.repository(draft["artifactRepositoryId"])["lastVersionNumber"] == 1


def test_one_key_in_sixteen_threads_makes_one_object(desk: Desk) -> None:
    desk.put()
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: desk.make("k", artifactRepositoryId=REPOSITORY), range(16)))
    assert len({one.document["id"] for one in made}) == 1
    assert sum(one.created for one in made) == 1
    assert sorted(one.document["claim"] for one in made) == list(range(1, 17))


def test_reads_go_on_beside_writes(desk: Desk) -> None:
    draft = desk.artifact()
    with ThreadPoolExecutor(16) as pool:
        writing = [pool.submit(desk.patch, draft["id"], description=str(number)) for number in range(40)]
        reading = [pool.submit(desk.read, draft["id"]) for _ in range(80)]
        for done in reading:
            read = done.result()
            assert read["description"] == "" or int(read["etag"].strip('"')) >= 2
        for done in writing:
            done.result()
