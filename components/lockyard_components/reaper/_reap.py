"""What the reaper decides: which drafts are past their time, and what to do to them. Knows no Kubernetes client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

from lockyard.contract import LockyardError

DRAFT_SELECTOR: Final = {"lockyard.dev/draft": "true"}
"""The label of the Deployments that the reaper looks at."""
EXPIRES_AT: Final = "lockyard.dev/expires-at"
"""The annotation with the end of a draft, RFC 3339 with a time zone."""
PAUSED_REPLICAS: Final = "autoscaling.keda.sh/paused-replicas"
"""KEDA's annotation that holds a ScaledObject at a number of replicas."""
PAUSED_BY_REAPER: Final = "lockyard.dev/paused-by-reaper"
"""Marks the ScaledObjects that the reaper paused, so that it resumes only those; holds KEDA's annotation before."""

_ATTEMPTS: Final = 4


class ReaperError(LockyardError):
    """The reaper could not do something; the text says what, why, and what to do."""


class ChangedMeanwhileError(ReaperError):
    """Somebody changed the Deployment between the reading and the writing."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A Deployment of a draft, as the reaper sees it.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        expires_at: Text of its annotation `lockyard.dev/expires-at`; None when it has none.
        replicas: `spec.replicas`.
        resource_version: What makes a write fail when somebody else wrote in between.
    """

    namespace: str
    name: str
    expires_at: str | None
    replicas: int
    resource_version: str


@dataclass(frozen=True, kw_only=True)
class Scaler:
    """A KEDA ScaledObject.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        target: Name of the Deployment that it scales.
        paused_replicas: Text of KEDA's annotation; None when it has none.
        paused_before: Text of the reaper's mark: what KEDA's annotation was before, empty when there was none. None
            when the reaper did not pause it.
    """

    namespace: str
    name: str
    target: str
    paused_replicas: str | None
    paused_before: str | None


class Cluster(Protocol):
    """What the reaper needs of a cluster. Every call may raise `ReaperError`."""

    def drafts(self, namespace: str | None) -> Iterable[Draft]:
        """The Deployments with the label of drafts, in one namespace or in all."""
        ...

    def draft(self, namespace: str, name: str) -> Draft | None:
        """One of them, read again; None when it is gone or no draft any more."""
        ...

    def scalers(self, namespace: str | None) -> Iterable[Scaler]:
        """The ScaledObjects that scale Deployments; nothing where KEDA is not installed."""
        ...

    def scale_to_zero(self, draft: Draft) -> None:
        """Set `spec.replicas` to 0, unless somebody changed the Deployment since (`ChangedMeanwhileError`)."""
        ...

    def pause(self, scaler: Scaler) -> None:
        """Hold a ScaledObject at zero, and mark it."""
        ...

    def resume(self, scaler: Scaler) -> None:
        """Put KEDA's annotation back as it was, and take the mark off."""
        ...


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing that the reaper did, or would do.

    Attributes:
        kind: `scaled-to-zero`, `paused` (a ScaledObject) or `resumed` (a ScaledObject of a draft started again).
        namespace: Namespace of the object.
        name: Name of the object.
        expires_at: End of the draft, as its annotation says.
        replicas: How many replicas it had; only for `scaled-to-zero`.
    """

    kind: str
    namespace: str
    name: str
    expires_at: str
    replicas: int | None = None


@dataclass
class Outcome:
    """What one run did.

    Attributes:
        looked_at: How many drafts there are.
        actions: What was done, in order; with `dry_run` what would be done.
        warnings: Drafts that were skipped, and why; one line each.
        errors: What failed, one line each; the rest was done all the same.
    """

    looked_at: int = 0
    actions: list[Action] = field(default_factory=list[Action])
    warnings: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def reap(
    cluster: Cluster,
    *,
    namespace: str | None = None,
    dry_run: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> Outcome:
    """Scale every draft whose time is over to zero. Deletes nothing; a second run right after finds nothing to do.

    It works from the objects' own annotations and never asks the registry, which it may not be able to reach. A draft
    with a HorizontalPodAutoscaler stays at zero by itself (an HPA does nothing at zero replicas); a ScaledObject of
    KEDA is paused first, or it would scale the draft up again. When the draft is started again, its `expires-at` lies
    in the future and the next run resumes the ScaledObjects that the reaper paused.

    Args:
        cluster: The cluster.
        namespace: Only this namespace; None for all.
        dry_run: Only say what would be done.
        now: The clock.

    Returns:
        What was done, what was skipped, and what failed.

    Raises:
        ReaperError: The drafts or the ScaledObjects cannot be listed.
    """
    outcome = Outcome()
    scalers = _by_target(cluster.scalers(namespace))
    for draft in sorted(cluster.drafts(namespace), key=lambda draft: (draft.namespace, draft.name)):
        outcome.looked_at += 1
        own = scalers.get((draft.namespace, draft.name), ())
        try:
            _reap_one(cluster, draft, own, outcome, dry_run=dry_run, now=now())
        except ReaperError as error:
            outcome.errors.append(str(error))
    return outcome


def _reap_one(
    cluster: Cluster, draft: Draft, scalers: Sequence[Scaler], outcome: Outcome, *, dry_run: bool, now: datetime
) -> None:
    end = _end_of(draft, outcome)
    if end is None:
        return
    assert draft.expires_at is not None
    if end > now:
        for scaler in scalers:
            if scaler.paused_before is not None:
                if not dry_run:
                    cluster.resume(scaler)
                outcome.actions.append(_action("resumed", scaler, draft.expires_at))
        return
    # First the autoscaler, or it would undo the rest.
    for scaler in scalers:
        if scaler.paused_replicas != "0":
            if not dry_run:
                cluster.pause(scaler)
            outcome.actions.append(_action("paused", scaler, draft.expires_at))
    found = draft if dry_run else _scale(cluster, draft, now)
    if found is not None and found.replicas > 0:
        outcome.actions.append(
            Action(
                kind="scaled-to-zero",
                namespace=found.namespace,
                name=found.name,
                expires_at=found.expires_at or draft.expires_at,
                replicas=found.replicas,
            )
        )


def _scale(cluster: Cluster, draft: Draft, now: datetime) -> Draft | None:
    """Scales it down, and answers it as it was then; None when there was nothing to do, or no longer."""
    found: Draft | None = draft
    for attempt in range(_ATTEMPTS):
        if found is None or found.replicas == 0:
            return None
        end = _parsed(found.expires_at)
        if end is None or end > now:
            return None  # started again, or taken over by a person, while the reaper looked
        try:
            cluster.scale_to_zero(found)
            return found
        except ChangedMeanwhileError:
            if attempt == _ATTEMPTS - 1:
                raise
            found = cluster.draft(draft.namespace, draft.name)
    return None


def _end_of(draft: Draft, outcome: Outcome) -> datetime | None:
    label = f"Deployment {draft.namespace}/{draft.name}"
    if draft.expires_at is None:
        outcome.warnings.append(f"{label} is a draft without the annotation {EXPIRES_AT}: skipped, it never ends")
        return None
    end = _parsed(draft.expires_at)
    if end is None:
        outcome.warnings.append(
            f"{label} has the annotation {EXPIRES_AT}={draft.expires_at!r}, which is no time with a zone such as "
            "2026-11-21T08:00:00Z: skipped, it never ends"
        )
    return end


def _parsed(text: str | None) -> datetime | None:
    try:
        end = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return end if end.tzinfo is not None else None


def _by_target(scalers: Iterable[Scaler]) -> dict[tuple[str, str], list[Scaler]]:
    found: dict[tuple[str, str], list[Scaler]] = {}
    for scaler in scalers:
        found.setdefault((scaler.namespace, scaler.target), []).append(scaler)
    return found


def _action(kind: str, scaler: Scaler, expires_at: str) -> Action:
    return Action(kind=kind, namespace=scaler.namespace, name=scaler.name, expires_at=expires_at)
