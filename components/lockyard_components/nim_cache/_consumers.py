"""Who uses a cache on the cluster, in whatever program: asked before its claim may be deleted."""

from __future__ import annotations

from typing import Any

import pulumi

from lockyard.contract import LockyardError
from lockyard.resources import InputError

from ._claims import CACHE_LABEL


class ConsumersHook:
    """Refuses that a claim may be deleted as long as Deployments of its namespace use it; also in a preview.

    Args:
        label: the cache, for errors.
        component: whose provider leads to the cluster.
        namespace: namespace of the claim.
        claim: name of the claim.
    """

    def __init__(self, label: str, component: pulumi.Resource, namespace: str, claim: str) -> None:
        self._label, self._component, self._namespace, self._claim = label, component, namespace, claim

    async def look(self, args: pulumi.ResourceHookArgs) -> None:
        """Looks at the cluster before the engine applies the claim.

        Raises:
            InputError: somebody uses it.
            LockyardError: the cluster does not tell; in a preview only a warning.
        """
        # The Kubernetes client, which most programs do without; and workloads know caches, not the other way round.
        from lockyard_components.workload._live import Credentials
        from lockyard_components.workload._threads import in_thread

        try:
            users = await in_thread(self._users, await Credentials.of(self._component))
        except LockyardError as error:
            if not pulumi.runtime.is_dry_run():
                raise
            pulumi.log.warn(f"{self._label}: who uses the cache could not be looked up: {error}")
            return
        if users:
            raise InputError(
                f"{self._label}: allow_deletion=True, but {', '.join(users)} in namespace '{self._namespace}' "
                f"{'use' if len(users) > 1 else 'uses'} it: remove the workloads first"
            )

    def _users(self, credentials: Any) -> list[str]:
        from lightkube.resources.apps_v1 import Deployment

        from lockyard_components.workload._live import call

        client = credentials.connect()
        try:
            found = call(
                lambda: list(client.list(Deployment, namespace=self._namespace, labels={CACHE_LABEL: self._claim}))
            )
        finally:
            client.close()
        return sorted(f"Deployment '{one.metadata.name}'" for one in found or [])
