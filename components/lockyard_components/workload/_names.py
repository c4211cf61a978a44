"""What two workloads of one program cannot share: the name of their objects, and a way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from lockyard.resources import InputError
from lockyard_components._kubernetes import render_folder
from lockyard_components.manifests import WorkloadDescription
from lockyard_components.manifests._exposure import exposed_host
from lockyard_components.placement import Cluster

# By the engine's connection, which is another one for every run of a program.
_taken: WeakKeyDictionary[Any, dict[tuple[Any, ...], str]] = WeakKeyDictionary()


def take_names(
    label: str, description: WorkloadDescription, cluster: Cluster, opts: pulumi.ResourceOptions | None
) -> None:
    """Notes what a workload is called on its cluster.

    The engine only sees that Pulumi's names differ; on the cluster the second workload would take over the objects of
    the first one, and of two routes for one path one would never get a request.

    Args:
        label: the component, for errors.
        description: the workload.
        cluster: its cluster.
        opts: options of the component: another Kubernetes provider is another cluster.

    Raises:
        InputError: another workload of the program has the name, or the host and path.
    """
    known = _taken.setdefault(get_monitor(), {})
    where = (cluster.name, render_folder(cluster), id(_provider(opts)))
    name = (*where, description.namespace, description.name)
    if name in known:
        raise InputError(
            f"{label}: name: {known[name]} already has the objects '{description.name}' in namespace "
            f"'{description.namespace}': give another name or namespace"
        )
    exposure = description.exposure
    if exposure is not None:
        way_in = (*where, exposed_host(description, cluster), exposure.path.rstrip("/"), "exposure")
        if way_in in known:
            raise InputError(
                f"{label}: exposure: {known[way_in]} already gets the requests for {way_in[3]}{exposure.path}: give "
                "another host or path"
            )
        known[way_in] = label
    known[name] = label


def _provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """The Kubernetes provider that a component with these options gives its children; None for the default one."""
    if opts is None:
        return None
    given: Any = opts.providers or []
    found = list(
        given.values() if isinstance(given, Mapping) else given if isinstance(given, list | tuple) else [given]
    )
    for provider in [*found, opts.provider]:
        if provider is not None and provider.package == "kubernetes":
            return provider
    return opts.parent.get_provider("kubernetes:apps/v1:Deployment") if opts.parent is not None else None
