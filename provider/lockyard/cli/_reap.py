"""`lockyard reap`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ._errors import FAILED, complain
from ._options import AsJson
from ._output import moment, plain, print_json

if TYPE_CHECKING:
    from lockyard_components.reaper import Action


def reap(
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", metavar="NAME", help="Only this namespace. Default: all.")
    ] = None,
    kubeconfig: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The cluster's kubeconfig. Default: the pod's service account, else KUBECONFIG, else ~/.kube/config.",
        ),
    ] = None,
    context: Annotated[
        str | None, typer.Option(metavar="NAME", help="Context of the kubeconfig. Default: its current one.")
    ] = None,
    deadline: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="How long one call to the cluster may take.")
    ] = 10.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Scale the drafts on a Kubernetes cluster whose 8 hours are over to zero.

    Looks at Deployments labelled lockyard.dev/draft=true and at their annotation lockyard.dev/expires-at, asks no
    registry, and deletes nothing. Running it again does no harm; the DraftReaper component does so every 5 minutes.
    """
    from lockyard.contract import ConfigurationError

    try:
        from lockyard_components.reaper import reap as run
        from lockyard_components.reaper._live import LiveCluster, load_config
    except ImportError as error:
        raise ConfigurationError(
            f"`lockyard reap` needs the package {error.name}: install lockyard with its extra `kubernetes`"
        ) from None

    cluster = LiveCluster(load_config(kubeconfig, context), call_seconds=deadline)
    try:
        outcome = run(cluster, namespace=namespace, dry_run=dry_run)
    finally:
        cluster.close()
    if as_json:
        print_json({"dryRun": dry_run, **_wire(asdict(outcome))})
    else:
        for action in outcome.actions:
            typer.echo(plain(_line(action, dry_run)))
        done = len(outcome.actions)
        typer.echo(f"{outcome.looked_at} drafts looked at, {done} {'changes due' if dry_run else 'changes made'}")
    for warning in outcome.warnings:
        complain(f"warning: {warning}")
    for error in outcome.errors:
        complain(error)
    if outcome.errors:
        raise typer.Exit(FAILED)


_SAID = {
    "scaled-to-zero": ("scaled Deployment", "would scale Deployment"),
    "paused": ("paused ScaledObject", "would pause ScaledObject"),
    "resumed": ("resumed ScaledObject", "would resume ScaledObject"),
}


def _line(action: Action, dry_run: bool) -> str:
    verb = _SAID[action.kind][dry_run]
    to_zero = f" from {action.replicas} to 0 replicas" if action.kind == "scaled-to-zero" else ""
    ends = "ends" if action.kind == "resumed" else "ended"
    return f"{verb} {action.namespace}/{action.name}{to_zero}: the draft {ends} {moment(action.expires_at)}"


def _wire(outcome: dict[str, object]) -> dict[str, object]:
    from pydantic.alias_generators import to_camel

    def converted(value: object) -> object:
        if isinstance(value, dict):
            return {to_camel(key): converted(item) for key, item in value.items() if item is not None}
        return [converted(item) for item in value] if isinstance(value, list) else value

    return {to_camel(key): converted(value) for key, value in outcome.items()}
