"""The rows of the lock table: what is declared, what is edited, what must be shown and recorded."""

from __future__ import annotations

from typing import Any

from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.reports import report
from tests.engine.harness.table import Phase, Row, create, delete, replace, update
from tests.engine.lock_records import (
    draft_and_workload_follow,
    draft_back,
    draft_beside_the_locked_version,
    draft_gone,
    first_version_again,
    locked_again_as_version_2,
    locked_in_place,
    locked_under_a_workload,
    locked_version_in_another_repository,
    locked_with_edits,
    moved_to_another_repository,
    next_version,
    next_version_runs,
    of_the_other_type,
    promoted,
    repository_updated,
    tags_removed,
    tags_written,
    untouched,
)

import lockyard

ONE, TWO, THREE = (f"registry.example/chat:{number}" for number in (1, 2, 3))
DIGEST = "contentDigest"


def with_workload(image: str, **more: Any) -> Any:
    """Declares an artifact with a workload on it."""
    return lambda name: workload(name, lineage(name, image, **more))


def alone(image: str = ONE, **more: Any) -> Any:
    """Declares an artifact that nothing runs."""
    return lambda name: lineage(name, image, **more)


def two_repositories(image: str, *, other: bool, **more: Any) -> Any:
    """Declares an artifact in one of two repositories."""

    def declare(name: str) -> None:
        first = lockyard.ArtifactRepository(name)
        second = lockyard.ArtifactRepository(f"{name}.other")
        lineage(name, image, repository=second if other else first, **more)

    return declare


def named_by_the_other(*, image: str, described: str | None) -> Any:
    """Declares a locked artifact whose description comes from an output of a draft beside it."""

    def declare(name: str) -> None:
        repository = lockyard.ArtifactRepository(name)
        draft = lineage(f"{name}.draft", image, repository=repository)
        # The ETag of an edited draft is unknown in a preview.
        description = draft.etag.apply(lambda etag: described or f"beside {etag}")
        lineage(name, ONE, repository=repository, status="locked", description=description)

    return declare


def explicit_defaults(name: str) -> None:
    """The same content as `alone()`, spelled out: defaults given, another key order, numbers as floats."""
    container = {
        "primary": True,
        "port": 8080.0,
        "image_uri": ONE,
        "name": "main",
        "environment_vars": [],
        "description": "",
        "entrypoint": None,
    }
    lockyard.Artifact(
        name,
        repository=lockyard.ArtifactRepository(name),
        name=name,
        description="",
        type="service",
        status="locked",
        spec={"container_groups": [{"name": "default", "containers": [container]}]},
    )


def repository_only(name: str) -> None:
    lockyard.ArtifactRepository(name)


def repository_with(resource_name: str, /, **more: Any) -> None:
    lockyard.ArtifactRepository(resource_name, **more)


ARTIFACT_EDIT = update("Artifact", "spec", DIGEST)
WORKLOAD_DIGEST = update("Workload", "artifactDigest")
WORKLOAD_MOVES = update("Workload", "artifactId", "artifactDigest")

ROWS = (
    Row(
        "draft-spec-edited",
        with_workload(ONE),
        (Phase(with_workload(TWO), (ARTIFACT_EDIT, WORKLOAD_DIGEST), draft_and_workload_follow),),
    ),
    Row(
        "draft-name-edited",
        with_workload(ONE),
        (
            Phase(
                with_workload(ONE, name="renamed"),
                (update("Artifact", "name", DIGEST), WORKLOAD_DIGEST),
                draft_and_workload_follow,
            ),
        ),
    ),
    Row(
        "draft-description-edited",
        with_workload(ONE, description="before"),
        (
            Phase(
                with_workload(ONE, description="after"),
                (update("Artifact", "description", DIGEST), WORKLOAD_DIGEST),
                draft_and_workload_follow,
            ),
            Phase(
                with_workload(ONE),
                (update("Artifact", "description", DIGEST), WORKLOAD_DIGEST),
                draft_and_workload_follow,
            ),
        ),
    ),
    Row(
        "draft-locked",
        with_workload(ONE),
        (Phase(with_workload(ONE, status="locked"), (update("Artifact", "status"),), locked_under_a_workload),),
    ),
    Row(
        "draft-locked-while-running",
        with_workload(ONE),
        (Phase(with_workload(ONE, status="locked"), (update("Artifact", "status"),), promoted),),
        meanwhile=lambda project, name: report(project, name, "ready"),
    ),
    Row(
        "draft-locked-alone",
        alone(),
        (Phase(alone(status="locked"), (update("Artifact", "status"),), locked_in_place),),
    ),
    Row(
        "draft-locked-with-edits",
        with_workload(ONE),
        (
            Phase(
                with_workload(TWO, status="locked"),
                (
                    update("Artifact", "spec", "status", DIGEST),
                    update("Workload", "artifactDigest", "artifactFacts"),
                ),
                locked_with_edits,
            ),
        ),
    ),
    Row(
        "locked-spec-edited",
        with_workload(ONE, status="locked"),
        (
            Phase(
                with_workload(TWO, status="locked"),
                (replace("Artifact", "spec", changed=(DIGEST,)), WORKLOAD_MOVES),
                next_version_runs,
            ),
            Phase(
                with_workload(ONE, status="locked"),
                (replace("Artifact", "spec", changed=(DIGEST,)), WORKLOAD_MOVES),
                first_version_again,
            ),
            Phase(
                with_workload(THREE, status="locked"),
                (replace("Artifact", "spec", changed=(DIGEST,)), WORKLOAD_MOVES),
            ),
        ),
    ),
    Row(
        "locked-name-edited",
        with_workload(ONE, status="locked"),
        (
            Phase(
                with_workload(ONE, status="locked", name="renamed"),
                (replace("Artifact", "name", changed=(DIGEST,)), WORKLOAD_MOVES),
                next_version_runs,
            ),
        ),
    ),
    Row(
        "locked-description-edited",
        alone(status="locked"),
        (
            Phase(
                alone(status="locked", description="said more"),
                (replace("Artifact", "description", changed=(DIGEST,)),),
                next_version,
            ),
        ),
    ),
    Row(
        "locked-everything-edited",
        alone(status="locked"),
        (
            Phase(
                alone(TWO, status="locked", name="renamed", description="said more", tags={"a": "b"}),
                (replace("Artifact", "spec", "name", "description", changed=(DIGEST, "tags")),),
                next_version,
            ),
        ),
    ),
    Row(
        "locked-to-draft",
        alone(status="locked"),
        (
            Phase(alone(), (replace("Artifact", "status"),), draft_beside_the_locked_version),
            Phase(alone(status="locked"), (update("Artifact", "status"),), locked_again_as_version_2),
        ),
    ),
    Row(
        "draft-moved",
        two_repositories(ONE, other=False),
        (
            Phase(
                two_repositories(ONE, other=True),
                (replace("Artifact", "artifactRepositoryId"),),
                moved_to_another_repository,
            ),
        ),
    ),
    Row(
        "locked-moved",
        two_repositories(ONE, other=False, status="locked"),
        (
            Phase(
                two_repositories(ONE, other=True, status="locked"),
                (replace("Artifact", "artifactRepositoryId"),),
                locked_version_in_another_repository,
            ),
        ),
    ),
    Row(
        "type-changed-with-its-repository",
        alone(),
        (
            Phase(
                alone(type="nim"),
                (
                    replace("ArtifactRepository", "type"),
                    replace("Artifact", "artifactRepositoryId", "type", changed=(DIGEST,)),
                ),
                of_the_other_type,
            ),
        ),
    ),
    Row(
        "unknown-that-changes",
        named_by_the_other(image=ONE, described=None),
        (
            Phase(
                named_by_the_other(image=TWO, described=None),
                (
                    update("Artifact", "spec", DIGEST, of=".draft"),
                    replace("Artifact", "description", changed=(DIGEST,)),
                ),
                next_version,
            ),
        ),
    ),
    Row(
        "unknown-that-stays",
        named_by_the_other(image=ONE, described="the same"),
        (
            Phase(
                named_by_the_other(image=TWO, described="the same"),
                (
                    update("Artifact", "spec", DIGEST, of=".draft"),
                    replace("Artifact", "description", changed=(DIGEST,)),
                ),
                untouched,
                done=(update("Artifact", "spec", DIGEST, of=".draft"),),
            ),
        ),
    ),
    Row(
        "tags-of-a-draft",
        alone(),
        (
            Phase(alone(tags={"team": "search"}), (update("Artifact", "tags"),), tags_written),
            Phase(alone(), (update("Artifact", "tags"),), tags_removed),
        ),
    ),
    Row(
        "tags-of-a-locked-version",
        alone(status="locked"),
        (
            Phase(alone(status="locked", tags={"team": "search"}), (update("Artifact", "tags"),), tags_written),
            Phase(alone(status="locked"), (update("Artifact", "tags"),), tags_removed),
        ),
    ),
    Row(
        "repository-renamed-and-tagged",
        repository_only,
        (
            Phase(
                lambda name: repository_with(name, name="renamed", tags={"team": "search"}),
                (update("ArtifactRepository", "name", "tags"),),
                repository_updated,
            ),
        ),
    ),
    Row("same-meaning", alone(status="locked"), (Phase(explicit_defaults, (), untouched),)),
    Row(
        "only-draft-removed-and-added",
        alone(),
        (
            Phase(repository_only, (delete("Artifact"),), draft_gone),
            Phase(alone(TWO), (create("Artifact"),), draft_back),
        ),
    ),
)
