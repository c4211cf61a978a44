"""What the registry holds after each edit of the lock table."""

from __future__ import annotations

from tests.engine.harness.table import Snapshot


def edited_in_place(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert new["id"] == old["id"]
    assert new["contentDigest"] != old["contentDigest"]
    assert (new["status"], new["version"]) == ("draft", None)
    assert len(after.lineage(name)) == 1


def draft_and_workload_follow(before: Snapshot, after: Snapshot, name: str) -> None:
    edited_in_place(before, after, name)
    assert after.workload(name)["artifactDigest"] == after.artifact(name)["contentDigest"]
    assert after.rollouts(name) == before.rollouts(name) + 1


def locked_in_place(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert (old["status"], new["status"], new["version"]) == ("draft", "locked", 1)
    assert new["id"] == old["id"]
    assert new["contentDigest"] == old["contentDigest"]


def locked_under_a_workload(before: Snapshot, after: Snapshot, name: str) -> None:
    locked_in_place(before, after, name)
    assert before.workload(name)["expiresAt"] is not None
    assert after.workload(name)["expiresAt"] is None
    assert after.rollouts(name) == before.rollouts(name)


def promoted(before: Snapshot, after: Snapshot, name: str) -> None:
    locked_under_a_workload(before, after, name)
    old, new = before.workload(name), after.workload(name)
    assert old["status"] == new["status"] == "running"
    assert old["protonId"] == new["protonId"] is not None


def locked_with_edits(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert new["id"] == old["id"]
    assert (new["status"], new["version"]) == ("locked", 1)
    assert new["contentDigest"] != old["contentDigest"]
    assert after.workload(name)["artifactDigest"] == new["contentDigest"]
    assert after.rollouts(name) == before.rollouts(name) + 1


def next_version(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert new["id"] != old["id"]
    assert new["artifactRepositoryId"] == old["artifactRepositoryId"]
    assert (new["status"], new["version"]) == ("locked", old["version"] + 1)
    assert after.artifacts[old["id"]] == old, "the old version must stay as it was"


def next_version_runs(before: Snapshot, after: Snapshot, name: str) -> None:
    next_version(before, after, name)
    old, new = before.workload(name), after.workload(name)
    assert (new["id"], new["endpoint"]) == (old["id"], old["endpoint"])
    assert new["artifactId"] == after.id("Artifact", name)
    assert after.rollouts(name) == before.rollouts(name) + 1


def first_version_again(before: Snapshot, after: Snapshot, name: str) -> None:
    versions = {item["version"]: item["id"] for item in after.lineage(name)}
    assert sorted(versions) == [1, 2]
    assert after.id("Artifact", name) == versions[1]
    assert after.workload(name)["artifactId"] == versions[1]


def draft_beside_the_locked_version(before: Snapshot, after: Snapshot, name: str) -> None:
    locked, draft = before.artifact(name), after.artifact(name)
    assert draft["id"] != locked["id"]
    assert (draft["status"], draft["version"]) == ("draft", None)
    assert draft["contentDigest"] == locked["contentDigest"]
    assert after.artifacts[locked["id"]] == locked


def locked_again_as_version_2(before: Snapshot, after: Snapshot, name: str) -> None:
    assert after.id("Artifact", name) == before.id("Artifact", name)
    assert [item["version"] for item in after.lineage(name)] == [1, 2]


def moved_to_another_repository(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert new["id"] != old["id"]
    assert new["artifactRepositoryId"] == after.id("ArtifactRepository", f"{name}.other")
    assert new["contentDigest"] == old["contentDigest"]
    assert after.lineage(name) == [], "the old draft is gone"


def locked_version_in_another_repository(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert new["artifactRepositoryId"] == after.id("ArtifactRepository", f"{name}.other")
    assert new["version"] == 1
    assert after.artifacts[old["id"]] == old


def of_the_other_type(before: Snapshot, after: Snapshot, name: str) -> None:
    assert (before.artifact(name)["type"], after.artifact(name)["type"]) == ("service", "nim")
    assert after.repository(name)["type"] == "nim"
    assert before.id("ArtifactRepository", name) not in after.repositories


def tags_written(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.artifact(name), after.artifact(name)
    assert {tag["name"]: tag["value"] for tag in new["tags"]} == {"team": "search"}
    assert (new["id"], new["version"], new["contentDigest"]) == (old["id"], old["version"], old["contentDigest"])


def tags_removed(before: Snapshot, after: Snapshot, name: str) -> None:
    assert after.artifact(name)["tags"] == []


def repository_updated(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.repository(name), after.repository(name)
    assert new["id"] == old["id"]
    assert new["name"] == "renamed"
    assert {tag["name"]: tag["value"] for tag in new["tags"]} == {"team": "search"}


def untouched(before: Snapshot, after: Snapshot, name: str) -> None:
    assert after.artifact(name) == before.artifact(name)


def draft_gone(before: Snapshot, after: Snapshot, name: str) -> None:
    assert after.repository(name) == {**before.repository(name), **after.repository(name)}
    assert after.lineage(name) == []


def draft_back(before: Snapshot, after: Snapshot, name: str) -> None:
    assert after.id("ArtifactRepository", name) == before.id("ArtifactRepository", name)
    assert [item["id"] for item in after.lineage(name)] == [after.id("Artifact", name)]
