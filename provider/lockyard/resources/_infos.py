"""What look-ups answer: objects of the registry as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RepositoryInfo:
    """An artifact repository as it was when the program looked it up. It may stand for `repository=` of an `Artifact`.

    Attributes:
        id: Id, 24 hexadecimal characters.
        name: Name.
        type: What its artifacts are: `service` or `nim`.
        last_version_number: Highest version number it ever gave, 0 before the first lock.
        artifact_count: How many artifacts it holds, drafts included.
        tags: Tags by name.
    """

    id: str
    name: str
    type: str
    last_version_number: int
    artifact_count: int
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ArtifactInfo:
    """An artifact as it was when the program looked it up. It may stand for `artifact=` of a `Workload`.

    Attributes:
        id: Id, 24 hexadecimal characters.
        name: Name.
        description: Free text, may be empty.
        type: `service` or `nim`.
        status: `draft` or `locked`.
        version: Number of the locked version; None for a draft.
        content_digest: Digest of the content, `v1:` and 64 hexadecimal characters. None if the server does not compute
            it and the spec holds something that is not in the contract.
        repository_id: Id of its repository.
        spec: The specification with the registry's names of the fields and all defaults. Environment values are in
            clear in it; wrap what you pass on with `pulumi.Output.secret` where that matters.
        tags: Tags by name.
    """

    id: str
    name: str
    description: str
    type: str
    status: str
    version: int | None
    content_digest: str | None
    repository_id: str
    spec: Mapping[str, Any] = field(repr=False)
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class WorkloadInfo:
    """A workload as it was when the program looked it up.

    Attributes:
        id: Id, 24 hexadecimal characters.
        name: Name.
        description: Free text, may be empty.
        status: Status, for example `running`.
        importance: `low`, `moderate`, `high` or `critical`.
        artifact_id: Id of the artifact that runs.
        endpoint: URL where it is called; the same over all updates.
        runtime: Runtime settings with the registry's names of the fields.
        tags: Tags by name.
    """

    id: str
    name: str
    description: str
    status: str
    importance: str
    artifact_id: str
    endpoint: str | None
    runtime: Mapping[str, Any] = field(repr=False)
    tags: Mapping[str, str]
