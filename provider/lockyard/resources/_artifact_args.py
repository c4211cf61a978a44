"""Arguments of an artifact's specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from lockyard.resources._arguments import Arguments
from lockyard.resources._container_args import ContainerGroupArgs


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class NimStorageArgs(Arguments):
    """Where the model weights of a `nim` artifact are kept. On a locked artifact a change replaces."""

    mode: Input[str] | None = None
    """`dedicatedPvc` (default: one volume per workload) or `nimCache` (one volume per model image in the cluster)."""
    pvc_size: Input[str] | None = None
    """Size of the volume with the unit `Mi`, `Gi` or `Ti`, for example `150Gi`. Only with `dedicatedPvc`.

    Default: the platform's size.
    """


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ArtifactSpecArgs(Arguments):
    """What an artifact runs.

    A plain dictionary with the same names does as well, here and at every level below, and both may be mixed. On a
    draft a change is an update in place; on a locked artifact a change of any field replaces.

    Example:
        ```python
        ArtifactSpecArgs(
            container_groups=[
                ContainerGroupArgs(
                    containers=[ContainerArgs(image_uri="registry.example.com/chat-api:1.4.0", port=8080)],
                )
            ],
        )
        ```
    """

    container_groups: Input[Sequence[Input[ContainerGroupArgs | Mapping[str, Any]]]] | None = None
    """The container groups; today exactly one."""
    storage: Input[NimStorageArgs | Mapping[str, Any]] | None = None
    """Storage of the model weights. Only for the type `nim`. Default: none."""
    template_id: Input[str] | None = None
    """Id of the template the artifact was made from. Only for the type `nim`. Default: none."""
    a2a_enabled: Input[bool] | None = None
    """Whether agents may call each other. Only for the type `agent`, which needs `agent_types` in `lockyard:compat`.

    Default false.
    """
