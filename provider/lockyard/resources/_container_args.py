"""Arguments of containers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from lockyard.resources._arguments import Arguments
from lockyard.resources._build_args import ImageBuildConfigArgs
from lockyard.resources._probe_args import ProbeArgs
from lockyard.resources._security_args import SecurityContextArgs


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class EnvironmentVariableArgs(Arguments):
    """One environment variable of a container.

    A value is stored and shown as it is, so a credential belongs into a Pulumi secret or, better, stays with the
    platform: `source="dr-credential"` names one by its id. On a locked artifact a change of any field replaces.

    Example:
        ```python
        EnvironmentVariableArgs(name="LOG_LEVEL", value="info")
        EnvironmentVariableArgs(name="DB_PASSWORD", value=config.require_secret("dbPassword"))
        EnvironmentVariableArgs(name="HF_TOKEN", source="dr-credential", dr_credential_id=credential_id, key="apiToken")
        ```
    """

    name: Input[str] | None = None
    """Name of the variable. Required, except with `api-key`: there the default is the platform's name for its token."""
    source: Input[str] | None = None
    """`string` (default: the value is given here), `dr-credential` or `api-key` (a token managed per workload)."""
    value: Input[str] | None = None
    """With `string`, required: the text. A Pulumi secret stays encrypted in the state."""
    dr_credential_id: Input[str] | None = None
    """With `dr-credential`, required: id of the credential, which is resolved when the container starts."""
    key: Input[str] | None = None
    """With `dr-credential`, required: which part of the credential, for example `apiToken` or `password`."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ContainerArgs(Arguments):
    """One container of a group: what it runs, how it is reached and how its health is found out.

    Exactly one container of a group is the primary one: it has the port that receives the traffic. The others are
    sidecars and have none. On a locked artifact a change of any field replaces.

    Example:
        ```python
        ContainerArgs(
            name="server",
            image_uri="registry.example.com/chat-api:1.4.0",
            port=8080,
            primary=True,
            readiness_probe=ProbeArgs(path="/ready", port=8080),
        )
        ```
    """

    name: Input[str] | None = None
    """Name, unique in the group: 1 to 63 characters a-z, 0-9 and `-`, starting with a letter, not ending with `-`.

    Runtime settings refer to it. Default: `primary` for the primary container, `container-<index>` for others.
    """
    description: Input[str] | None = None
    """Free text. Default: empty."""
    image_uri: Input[str] | None = None
    """Image to run, for example `registry.example.com/chat-api:1.4.0`. Either this or `image_build_config`.

    May be unknown in a preview; then the content digest is unknown, too.
    """
    image_build_config: Input[ImageBuildConfigArgs | Mapping[str, Any]] | None = None
    """What the platform builds the image from. Either this or `image_uri`."""
    port: Input[int] | None = None
    """Port that serves HTTP, 1024 to 65535. Required for the primary container, refused for all others."""
    primary: Input[bool] | None = None
    """Whether this is the primary container. Default: false, but a single container is the primary one."""
    entrypoint: Input[Sequence[Input[str]]] | None = None
    """Command to start instead of the image's own, one word per item. Default: the image's."""
    environment_vars: Input[Sequence[Input[EnvironmentVariableArgs | Mapping[str, Any]]]] | None = None
    """Environment variables. Default: none."""
    readiness_probe: Input[ProbeArgs | Mapping[str, Any]] | None = None
    """Decides whether the container gets traffic. Default: none."""
    liveness_probe: Input[ProbeArgs | Mapping[str, Any]] | None = None
    """Decides whether the container is restarted. Default: none."""
    startup_probe: Input[ProbeArgs | Mapping[str, Any]] | None = None
    """Holds the liveness probe back until it passes. Default: none."""
    security_context: Input[SecurityContextArgs | Mapping[str, Any]] | None = None
    """Security settings. Default: the platform's."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ContainerGroupArgs(Arguments):
    """Containers that run side by side in every replica. An artifact has one group.

    On a locked artifact a change of any field replaces.
    """

    name: Input[str] | None = None
    """Name, with the rule of container names. Runtime settings refer to it. Default `default`."""
    containers: Input[Sequence[Input[ContainerArgs | Mapping[str, Any]]]] | None = None
    """The containers. Exactly one is the primary one."""
