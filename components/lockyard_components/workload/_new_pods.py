"""Whether the pods of a Deployment came up, where the engine's own word about it comes too early."""

from __future__ import annotations

import asyncio

import pulumi

from lockyard.contract import LockyardError

from ._threads import in_thread


class NewPods:
    """The new pods of a Deployment under Recreate; they are waited for once in an update.

    Args:
        label: the component, for messages.
        component: whose provider leads to the cluster.
        namespace: namespace of the Deployment.
        name: name of the Deployment.
        seconds: how long they may take.
    """

    def __init__(self, label: str, component: pulumi.Resource, namespace: str, name: str, seconds: int) -> None:
        self._label, self._component = label, component
        self._namespace, self._name, self._seconds = namespace, name, seconds
        self._outcome: asyncio.Task[str | None] | None = None

    async def problem(self) -> str | None:
        """Why they did not come up; None when they did, and when the cluster cannot be asked."""
        if self._outcome is None:
            self._outcome = asyncio.ensure_future(self._wait())
        return await self._outcome

    async def _wait(self) -> str | None:
        from . import _live, _recreation  # load the Kubernetes client, which most updates do without

        try:
            credentials = await _live.Credentials.of(self._component)
            wait = _recreation.wait_for_new_pods
            await in_thread(wait, credentials, self._namespace, self._name, self._seconds)
        except _recreation.RolloutError as error:
            return str(error)
        except LockyardError as error:
            pulumi.log.warn(
                f"{self._label}: nobody saw the new pods of Deployment {self._name} come up, since {error}: look with "
                f"`kubectl rollout status deployment/{self._name} -n {self._namespace}`"
            )
        return None
