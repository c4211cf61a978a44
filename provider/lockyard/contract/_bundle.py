"""A resource bundle: a named size of a replica (workload-api §15.1)."""

from __future__ import annotations

from collections.abc import Iterable

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._naming import duplicate_problems
from ._runtime import Memory
from ._types import Amount, Count, NonEmptyText, Text
from ._unknown import is_unknown


class ResourceBundle(ContractModel):
    """A named size that a workload can ask for.

    Attributes:
        id: the name used in `resourceBundles`.
        name: name for people.
        description: free text.
        cpu_count: cores.
        memory_bytes: bytes of memory, or text with a unit such as `16GiB`; always answered as bytes.
        gpu_count: devices.
        gpu_maker: such as `nvidia`.
        gpu_type_label: such as `L4`.
        gpu_memory_bytes: memory of each device, as `memory_bytes`.
    """

    id: NonEmptyText
    name: NonEmptyText
    description: Text = ""
    cpu_count: Amount
    memory_bytes: Memory
    gpu_count: Count = 0
    gpu_maker: Text | None = None
    gpu_type_label: Text | None = None
    gpu_memory_bytes: Memory | None = None


class BundleFile(ContractModel):
    """What an operator says of the bundles of a registry.

    Attributes:
        extend: True: beside the default ones, an id that is there already is replaced; False (default): instead of
            them.
        bundles: the bundles; at least one.
    """

    extend: bool = False
    bundles: list[ResourceBundle]

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        if is_unknown(self.bundles):
            return []
        known = [(f"bundles.{i}", bundle) for i, bundle in enumerate(self.bundles) if not is_unknown(bundle)]
        problems = duplicate_problems([None if is_unknown(b) else b.id for b in self.bundles], "bundles", field="id")
        if not self.bundles:
            problems.append(Problem("bundles", "must have at least one bundle"))
        for path, bundle in known:
            problems += [problem.under(path) for problem in _bundle_problems(bundle)]
        return problems


def _bundle_problems(bundle: ResourceBundle) -> Iterable[Problem]:
    if not is_unknown(bundle.id) and any(character.isspace() for character in bundle.id):
        yield Problem("id", "must have no white space")
    for name, amount in (("cpuCount", bundle.cpu_count), ("memoryBytes", bundle.memory_bytes)):
        if not is_unknown(amount) and not amount:
            yield Problem(name, "must be greater than 0")
    if not is_unknown(bundle.gpu_count) and not bundle.gpu_count:
        for name, value in (("gpuTypeLabel", bundle.gpu_type_label), ("gpuMemoryBytes", bundle.gpu_memory_bytes)):
            if value is not None and not is_unknown(value):
                yield Problem(name, "needs gpuCount of at least 1")
