"""How large the body of a route may be, and who may send a large one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from ..lifecycle import Caller, Kind, Registry, Right
from ..operations import refuse_foreign_credential, refuse_without

MAX_JSON_BYTES: Final = 2 * 2**20
MAX_TELEMETRY_BYTES: Final = 4 * 2**20
MAX_CREDENTIAL_BYTES: Final = 256 * 1024
SMALL_BODY_BYTES: Final = 64 * 1024
"""What costs next to nothing to read: roles are asked before anything larger is read or parsed."""


@dataclass(frozen=True, slots=True)
class BodyRule:
    """Which bodies a route takes.

    Attributes:
        kind: what `id` in the path names; `otel`: what the path says; empty if the body alone is about something.
        right: what its sender may do with that object at least.
        changes: whether a token that only reads is refused.
        most: bytes.
    """

    kind: str = ""
    right: Right = "edit"
    changes: bool = True
    most: int = MAX_JSON_BYTES

    def refuse(self, reg: Registry, caller: Caller, path: Mapping[str, Any]) -> None:
        """Refuse who may not send the body at all.

        Args:
            reg: the registry.
            caller: who calls.
            path: the path's parameters.

        Raises:
            NotFoundError: there is no such object that the caller may see.
            ForbiddenError: the caller has too small a role.
        """
        kind = f"{path['entity_type']}s" if self.kind == "otel" else self.kind
        if kind == "credentials":
            refuse_foreign_credential(reg, caller, path["id"])
        elif kind in _KINDS:
            refuse_without(reg, caller, cast("Kind", kind), path["id"], self.right)


_KINDS = ("artifacts", "artifactRepositories", "workloads")
_TELEMETRY = BodyRule("otel", most=MAX_TELEMETRY_BYTES)
RULES: Final[Mapping[tuple[str, str], BodyRule]] = {
    ("POST", "/artifacts"): BodyRule(),
    ("PUT", "/artifacts/{id}"): BodyRule("artifacts"),
    ("PATCH", "/artifacts/{id}"): BodyRule("artifacts"),
    ("POST", "/artifacts/{id}/clone"): BodyRule("artifacts"),
    ("POST", "/artifactRepositories"): BodyRule(),
    ("PUT", "/artifactRepositories/{id}"): BodyRule("artifactRepositories"),
    ("POST", "/workloads"): BodyRule(),
    ("PATCH", "/workloads/{id}"): BodyRule("workloads"),
    ("PATCH", "/workloads/{id}/settings"): BodyRule("workloads"),
    ("POST", "/workloads/{id}/replacement"): BodyRule("workloads"),
    ("POST", "/workloads/{id}/reports"): BodyRule("workloads"),
    ("POST", "/workloads/{id}/measurements"): BodyRule("workloads"),
    ("POST", "/credentials"): BodyRule(most=MAX_CREDENTIAL_BYTES),
    ("PATCH", "/credentials/{id}"): BodyRule("credentials", most=MAX_CREDENTIAL_BYTES),
    # Asks; changes nothing.
    ("POST", "/entitlements/evaluate"): BodyRule(changes=False),
    **{("PUT", f"/{kind}/{{id}}/tags"): BodyRule(kind) for kind in _KINDS},
    **{("PATCH", f"/{kind}/{{id}}/sharedRoles"): BodyRule(kind, "share") for kind in _KINDS},
    **{("POST", f"/otel/{{entity_type}}/{{id}}/v1/{signal}"): _TELEMETRY for signal in ("logs", "traces", "metrics")},
}
"""Method and path of every route that takes JSON. A route without a row takes the default, and fails a test."""


def rule_of(method: str, path: str) -> BodyRule:
    """The rule of a route.

    Args:
        method: HTTP method.
        path: path below `/api/v2`.
    """
    return RULES.get((method, path), BodyRule())


def too_large(most: int) -> str:
    """What a body is refused with that has more bytes."""
    size = f"{most // 2**20} MiB" if most >= 2**20 else f"{most // 1024} KiB"
    return f"Request body too large: at most {size} are accepted"
