"""Tells the registry that a rollout has begun or failed, from hooks that the engine calls in the program.

The report of success is a resource (`RolloutReport`), since it comes after the objects. A failure has no step of its
own: the engine gives up what comes after. So it is told by error hooks on the objects themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import pulumi

from lockyard.contract import LockyardError
from lockyard.resources import Workload
from lockyard.resources._digests import deferred_runtime_digest
from lockyard.resources._reports import Generation, report_begun, report_failed, report_serving

from ._new_pods import NewPods
from ._threads import in_thread

_LONGEST_REASON: Final = 600
_LEAST_SECRET: Final = 4
_DEPLOYMENT: Final = "Deployment"
_HIDDEN: Final = "[secret]"
_HEADING: Final = re.compile(r"^\d+ errors? occurred:\s*")


class RolloutReporter:
    """Tells the registry about the rollout of one workload, when a hook says so.

    Args:
        label: the component, for messages.
        workload: the record that the reports are about.
        running: whether it shall run.
        startup_seconds: the startup budget of its pods; a failed rollout names it, as the engine does not know it.
        new_pods: its pods, where the engine does not wait for them long enough.
    """

    def __init__(
        self,
        label: str,
        workload: Workload,
        *,
        running: bool,
        startup_seconds: int | None = None,
        new_pods: NewPods | None = None,
    ) -> None:
        self._label, self._workload, self._running = label, workload, running
        self._startup_seconds, self._new_pods = startup_seconds, new_pods

    async def begun(self, args: pulumi.ResourceHookArgs) -> None:
        """Before the Deployment is applied: what changes its pods is a rollout."""
        if self._running and not await _same_spec(args):
            await self._tell(report_begun, f"applying Deployment {args.name}")

    async def applied(self, args: pulumi.ResourceHookArgs) -> None:
        """After a Deployment that was there has been applied, and is ready as far as the engine knows."""
        # The report's resource has nothing to do where a failed rollout is taken back or waited for again: as far as
        # the stack knows, it has reported just that. The registry would stay with what the other hooks told it.
        if not self._running:
            return
        problem = await self._new_pods_problem(args)
        if problem is None:
            await self._tell(report_serving, f"Deployment {args.name} is ready")
        else:
            # The engine only warns when a hook fails that comes after a step; an Output that fails ends the update.
            pulumi.Output.from_input(_raised(pulumi.RunError(problem)))

    async def confirmed(self, args: pulumi.ResourceHookArgs) -> None:
        """Before the success is reported; an earlier update may have left pods that never came up.

        Raises:
            RunError: they did not come up; the engine ends the update.
        """
        problem = await self._new_pods_problem(args) if self._running else None
        if problem is not None:
            raise pulumi.RunError(problem)

    async def failed(self, args: pulumi.ErrorHookArgs) -> bool:
        """After an object could not be applied, or did not become ready. Never asks for another attempt."""
        if args.failed_operation != "delete":
            secrets = await secret_texts([args.new_inputs, args.old_inputs, args.old_outputs])
            kind = args.type.rpartition(":")[2]
            reason = plain_reason(args.errors[0] if args.errors else "", secrets)
            if kind == _DEPLOYMENT:
                reason = self._with_budget(reason)
            await self._tell(report_failed, f"{kind} {args.name}: {reason}")
        return False  # no retry: the engine's own waiting was the time it had

    async def _new_pods_problem(self, args: pulumi.ResourceHookArgs) -> str | None:
        """Why new pods did not come up, told to the registry, too; None when they did or the engine waited itself."""
        reason = None if self._new_pods is None else await self._new_pods.problem()
        if reason is None:
            return None
        await self._tell(report_failed, f"Deployment {args.name}: {self._with_budget(reason)}")
        return f"{self._label}: the rollout failed: {reason}"

    def _with_budget(self, reason: str) -> str:
        if self._startup_seconds is None:
            return reason
        budget = f"each pod has {self._startup_seconds} s from its start to readiness (startup budget)"
        pulumi.log.warn(f"{self._label}: the rollout failed; {budget}")
        return f"{reason}; {budget}"

    async def _tell(self, report: Callable[[Generation, str], bool], message: str) -> None:
        """Reports; that a registry cannot be told must not hide what the engine itself has to say."""
        try:
            generation = await self._generation()
            await in_thread(report, generation, message)
        except LockyardError as error:
            pulumi.log.warn(f"{self._label}: the registry was not told about the rollout: {error}")

    async def _generation(self) -> Generation:
        rollout = self._workload.rollout
        known = await pulumi.Output.all(
            self._workload.id, rollout.artifact_id, rollout.artifact_digest, deferred_runtime_digest(rollout.runtime)
        ).future()
        assert known is not None  # hooks run in updates only, after the workload's own step
        id, artifact_id, digest, runtime_digest = known
        return Generation(
            workload_id=id, artifact_id=artifact_id, artifact_digest=digest, runtime_digest=runtime_digest
        )


async def _raised(error: Exception) -> None:
    raise error


async def _same_spec(args: pulumi.ResourceHookArgs) -> bool:
    """Whether the engine applies a Deployment whose pods it knows already."""
    if args.old_inputs is None or args.new_inputs is None:
        return False
    return await _resolved(args.old_inputs.get("spec")) == await _resolved(args.new_inputs.get("spec"))


async def _resolved(value: Any) -> Any:
    """The value with what every Output in it stands for."""
    if isinstance(value, pulumi.Output):
        return await _resolved(await value.future())
    if isinstance(value, Mapping):
        return {key: await _resolved(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [await _resolved(item) for item in value]
    return value


def plain_reason(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """The engine's text as one sentence: no bullets, no line breaks, none of the secrets.

    Args:
        text: what the engine says.
        secrets: values that must not be repeated.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    lines = (line.strip().removeprefix("* ").strip() for line in _HEADING.sub("", text.strip()).splitlines())
    reason = "; ".join(line for line in lines if line)
    if len(reason) > _LONGEST_REASON:
        reason = f"{reason[:_LONGEST_REASON]} …"
    return reason or "the engine gives no reason"


async def secret_texts(value: Any) -> frozenset[str]:
    """The texts inside the secrets of a hook's arguments; very short ones would tear every sentence apart."""
    found: set[str] = set()
    await _collect(value, found, secret=False)
    return frozenset(text for text in found if len(text) >= _LEAST_SECRET)


async def _collect(value: Any, found: set[str], *, secret: bool) -> None:
    if isinstance(value, pulumi.Output):
        secret = secret or await value.is_secret()
        await _collect(await value.future(), found, secret=secret)
    elif isinstance(value, Mapping):
        for item in value.values():
            await _collect(item, found, secret=secret)
    elif isinstance(value, (list, tuple)):
        for item in value:
            await _collect(item, found, secret=secret)
    elif secret and isinstance(value, str):
        found.add(value)
