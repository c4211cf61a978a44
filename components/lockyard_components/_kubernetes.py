"""Manifests as Pulumi resources, and refusals as errors that the engine shows as one line."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor
from pydantic.alias_generators import to_snake

from lockyard.resources import InputError
from lockyard_components.manifests import Manifest, NotPlainError, PlanError
from lockyard_components.placement import Cluster, PlacementError

# Module of pulumi_kubernetes by apiVersion. Importing one takes a tenth of a second, so only what is used is loaded.
_MODULES: Final = {
    "v1": "core.v1",
    "apps/v1": "apps.v1",
    "autoscaling/v2": "autoscaling.v2",
    "batch/v1": "batch.v1",
    "networking.k8s.io/v1": "networking.v1",
    "policy/v1": "policy.v1",
    "rbac.authorization.k8s.io/v1": "rbac.v1",
}
_COMMON: Final = ("apiVersion", "kind", "metadata")

# By the engine's connection, which is another one for every run of a program, also where many run in one process.
_renderers: WeakKeyDictionary[Any, dict[str, pulumi.ProviderResource]] = WeakKeyDictionary()


@contextmanager
def refusals(label: str) -> Generator[None, None, None]:
    """Turns what placement and manifests refuse into an error of the program.

    Args:
        label: what is being declared, such as `NimCache 'llama'`.

    Raises:
        InputError: instead of `PlacementError`, `PlanError` and `NotPlainError`.
    """
    try:
        yield
    except (PlacementError, PlanError, NotPlainError) as error:
        raise InputError(f"{label}: {error}") from None


def declare(resource_name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.CustomResource:
    """Registers a manifest as a resource of its class in pulumi_kubernetes; kinds of CRDs as `CustomResource`.

    Args:
        resource_name: Pulumi's name.
        manifest: the object, with the names of Kubernetes.
        opts: options.
    """
    version, kind = manifest["apiVersion"], manifest["kind"]
    fields = {to_snake(key): value for key, value in manifest.items() if key not in _COMMON}
    module = _MODULES.get(version)
    if module is None:
        from pulumi_kubernetes.apiextensions import CustomResource

        return CustomResource(
            resource_name, api_version=version, kind=kind, metadata=manifest["metadata"], opts=opts, **fields
        )
    found = getattr(import_module(f"pulumi_kubernetes.{module}"), kind)
    return found(resource_name, metadata=manifest["metadata"], opts=opts, **fields)


def render_folder(cluster: Cluster) -> str | None:
    """Where manifests are written instead of being applied: `Cluster.render_to`, else the setting `lockyard:renderTo`.

    None: they are applied.
    """
    return cluster.render_to or pulumi.Config("lockyard").get("renderTo") or None


def renderer(folder: str) -> pulumi.ProviderResource:
    """The provider that writes YAML to a folder; one for all components of a program.

    Args:
        folder: the folder, relative to the program's; another folder writes everything again.
    """
    from pulumi_kubernetes import Provider

    known = _renderers.setdefault(get_monitor(), {})
    if folder not in known:
        suffix = f"-{len(known)}" if known else ""
        # Empty, since a KUBECONFIG of the environment would be refused beside the folder.
        known[folder] = Provider(f"lockyard-render{suffix}", render_yaml_to_directory=folder, kubeconfig="")
        pulumi.log.info(f"nothing was applied: YAML is in {Path(folder)}")
    return known[folder]


def component_options(cluster: Cluster, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Options of a component whose children go to a cluster, or to a folder in render mode.

    Args:
        cluster: the cluster.
        opts: what the user gave.
    """
    folder = render_folder(cluster)
    if folder is None:
        return opts or pulumi.ResourceOptions()
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers={"kubernetes": renderer(folder)}))


def role_of(key: str) -> str:
    """The part of Pulumi's name for a key of rendered objects: `clusterRole` is `cluster-role`."""
    head, dash, place = key.partition("-")
    return to_snake(head).replace("_", "-") + dash + place
