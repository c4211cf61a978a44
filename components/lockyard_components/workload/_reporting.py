"""Tells the registry that a rollout has begun or failed, from hooks that the engine calls in the program.

The report of success is a resource (`RolloutReport`), since it comes after the objects. A failure has no step of its
own: the engine gives up what comes after. So it is told by error hooks on the objects themselves.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import pulumi

from lockyard.contract import LockyardError
from lockyard.resources import Workload
from lockyard.resources._digests import deferred_runtime_digest
from lockyard.resources._reports import Generation, report_begun, report_failed, report_serving

_LONGEST_REASON: Final = 600
_LEAST_SECRET: Final = 4
_HIDDEN: Final = "[secret]"
_HEADING: Final = re.compile(r"^\d+ errors? occurred:\s*")


class RolloutHooks:
    """The hooks of one workload's objects.

    Args:
        label: the component, for messages.
        resource_name: Pulumi's name of the component; names of hooks are unique in a program.
        workload: the record that the reports are about.
    """

    def __init__(self, label: str, resource_name: str, workload: Workload) -> None:
        self._label, self._workload = label, workload
        self._begun_hook = pulumi.ResourceHook(f"{resource_name}:rollout-begun", self._begun)
        self._applied_hook = pulumi.ResourceHook(f"{resource_name}:deployment-applied", self._applied)
        self._error_hook = pulumi.ErrorHook(f"{resource_name}:rollout-failed", self._on_error)

    def of_deployment(self) -> pulumi.ResourceHookBinding:
        """For the object whose pods are the rollout."""
        return pulumi.ResourceHookBinding(
            before_create=[self._begun_hook],
            before_update=[self._begun_hook],
            after_update=[self._applied_hook],
            on_error=[self._error_hook],
        )

    def of_others(self) -> pulumi.ResourceHookBinding:
        """For objects without which the pods cannot come up."""
        return pulumi.ResourceHookBinding(on_error=[self._error_hook])

    async def _begun(self, args: pulumi.ResourceHookArgs) -> None:
        if not await _same_spec(args):
            await self._tell(report_begun, f"applying Deployment {args.name}")

    async def _applied(self, args: pulumi.ResourceHookArgs) -> None:
        # Labels alone changed, or what failed before was waited for again: the report's resource may have nothing to
        # do, and a registry that was told of a failure would stay with it.
        if await _same_spec(args):
            await self._tell(report_serving, f"Deployment {args.name} is ready")

    async def _on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        if args.failed_operation != "delete":
            secrets = await secret_texts([args.new_inputs, args.old_inputs, args.old_outputs])
            kind = args.type.rpartition(":")[2]
            reason = plain_reason(args.errors[0] if args.errors else "", secrets)
            await self._tell(report_failed, f"{kind} {args.name}: {reason}")
        return False  # no retry: the engine's own waiting was the time it had

    async def _tell(self, report: Callable[[Generation, str], bool], message: str) -> None:
        """Reports; that a registry cannot be told must not hide what the engine itself has to say."""
        try:
            generation = await self._generation()
            await asyncio.to_thread(report, generation, message)
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
