"""What a registry tells about itself."""

from dataclasses import fields

from lockyard.contract import Json, dump

from ..store import HEAD_REVISION
from ._registry import Caller, Page, Registry

ADDITIONS = (
    "createRepository",
    "putRepository",
    "tags",
    "reports",
    "idempotency",
    "etag",
    "contentDigest",
    "claims",
    "audit",
    "measurements",
    "telemetry",
    "impact",
    "allowedActions",
    "facets",
)
"""What this registry offers beyond the Workload API, by the names of `GET /version/`."""


def list_bundles(reg: Registry, caller: Caller) -> Page:
    """The resource bundles that runtimes may name (R128)."""
    items = [{**dump(bundle), "hasGpu": bundle.gpu_count > 0} for bundle in reg.bundles]
    return Page(len(items), items)


def version_info(reg: Registry, caller: Caller) -> Json:
    """Version, identity and what is switched on."""
    from importlib.metadata import PackageNotFoundError, version  # only this call needs it

    try:
        known = version("lockyard")
    except PackageNotFoundError:
        known = "0+source"
    return {
        "version": known,
        "registryId": reg.registry_id,
        "additions": list(ADDITIONS),
        "driver": reg.driver.name,
        "compat": [field.name for field in fields(reg.compat) if getattr(reg.compat, field.name)],
        "schemaRevision": HEAD_REVISION,
    }
