"""Arguments of images that the platform builds from source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from lockyard.resources._arguments import Arguments


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class CodeLocationArgs(Arguments):
    """One version of a source tree in the file catalog. On a locked artifact a change replaces."""

    catalog_id: Input[str]
    """Id of the catalog entry, 24 hexadecimal characters."""
    catalog_version_id: Input[str]
    """Id of its version, 24 hexadecimal characters."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class CodeRefArgs(Arguments):
    """Where the source to build lies. On a locked artifact a change of any field replaces."""

    datarobot: Input[CodeLocationArgs | Mapping[str, Any]]
    """The version of the source tree in the file catalog."""
    type: Input[str] | None = None
    """Kind of the reference. Default and only value: `datarobot`."""
    provider: Input[str] | None = None
    """Who keeps the source. Default and only value: `datarobot`."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class DockerfileArgs(Arguments):
    """How the image is described: a Dockerfile in the source, or one that the platform generates.

    On a locked artifact a change of any field replaces.
    """

    source: Input[str] | None = None
    """`provided` (default: the source holds the Dockerfile) or `generated`."""
    path: Input[str] | None = None
    """With `provided`: path of the Dockerfile in the source. Default `./Dockerfile`."""
    execution_environment_id: Input[str] | None = None
    """With `generated`, required: id of the execution environment, 24 hexadecimal characters."""
    execution_environment_version_id: Input[str] | None = None
    """With `generated`, required: id of its version, 24 hexadecimal characters."""
    entrypoint: Input[Sequence[Input[str]]] | None = None
    """With `generated`, required: the command to start, one word per item, at least one."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ImageBuildConfigArgs(Arguments):
    """What the platform builds an image from. Only for the primary container of a `service` artifact.

    An artifact cannot be locked before the image is built. On a locked artifact a change of any field replaces.
    """

    code_ref: Input[CodeRefArgs | Mapping[str, Any]] | None = None
    """The source. Needed before a build can start and before the artifact can be locked."""
    dockerfile: Input[DockerfileArgs | Mapping[str, Any]] | None = None
    """How the image is described. Default: `./Dockerfile` in the source."""
