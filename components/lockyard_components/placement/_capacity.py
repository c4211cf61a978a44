"""Whether all workloads of a program fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from . import _checks as check
from ._feasibility import Feasibility
from ._fit import devices, node_millicores, slots
from ._placement import Placement
from ._pools import NodePool
from ._quantities import gib, millicores

_MOST_GROUPS: Final = 256
"""Groups of pools that are looked at: a cluster has a few, but sets of sets grow fast."""


@dataclass(frozen=True)
class _Entry:
    label: str
    placement: Placement
    most: int
    least: int
    surge: int


@dataclass(frozen=True)
class _Measure:
    """One thing that runs out: what a pod takes, what a node has, and how to say it."""

    name: str
    pod: Callable[[Placement], int]
    node: Callable[[NodePool], int]
    say: Callable[[int], str]


class CapacityBook:
    """Adds up what the workloads of one program need of the pools they share.

    It knows the workloads of this program only: what others run on the same nodes is not in it. Errors are certain: no
    way of packing the pods would do. That nothing is found does not mean that the pods can be packed.

    Pools are told apart by cluster name and pool, so one book serves several clusters.
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def add(
        self, label: str, placement: Placement, replicas: int, *, replicas_min: int | None = None, surge: int = 0
    ) -> None:
        """Adds a workload.

        Args:
            label: the workload in messages, such as `chat-api`.
            placement: where its pods run.
            replicas: most replicas at any time; 0 when it is stopped.
            replicas_min: fewest replicas while it runs; default: `replicas`.
            surge: pods beyond the replicas during its rollout (`Rollout.max_surge`).

        Raises:
            PlacementError: a negative or fractional number, or a minimum above the maximum.
        """
        least = replicas if replicas_min is None else replicas_min
        check.count(label, "replicas", replicas)
        check.count(label, "replicas_min", least)
        check.count(label, "surge", surge)
        if least > replicas:
            raise check.refuse(label, "replicas_min", least, f"must be at most replicas={replicas}")
        if replicas:
            self._entries.append(_Entry(label, placement, replicas, least, surge))

    def problems(self) -> Feasibility:
        """What does not fit.

        Returns:
            Errors where even the fewest replicas of all workloads exceed the pools at their largest; warnings where
            the most replicas do, and where a rollout finds no room for its extra pod while all run at their most.
        """
        found = Feasibility()
        for cluster in dict.fromkeys(entry.placement.cluster for entry in self._entries):
            entries = [entry for entry in self._entries if entry.placement.cluster == cluster]
            lacking = self._lacking(entries, lambda entry: entry.least)
            if lacking:
                found.errors.extend(f"{text}: lower the replicas or raise max_nodes" for text in lacking)
                continue
            lacking = self._lacking(entries, lambda entry: entry.most, "at their most replicas ")
            if lacking:
                found.warnings.extend(
                    f"{text}: some pods then wait for room; lower the maximum or raise max_nodes" for text in lacking
                )
                continue
            # Each workload alone was looked at by choose_strategy; rollouts of several wait for each other.
            rolling = {entry.placement.bundle: entry for entry in entries if entry.surge}
            for bundle, one in rolling.items():
                found.warnings.extend(
                    f"{text}: the new pod waits for room and the rollout does not end; raise max_nodes"
                    for text in self._lacking(
                        entries,
                        lambda entry, one=one: entry.most + (entry.surge if entry is one else 0),
                        f"during a rollout of a workload of bundle {bundle.id!r} ",
                    )
                )
        return found

    def _lacking(self, entries: list[_Entry], pods: Callable[[_Entry], int], when: str = "") -> list[str]:
        """A text for each thing that runs out, for the smallest group of pools where it does."""
        texts: list[str] = []
        groups = sorted(_groups(entries), key=len)
        for measure in _measures(entries):
            for group in groups:
                bound = [entry for entry in entries if set(entry.placement.pools) <= group]
                limit = _limit(group, measure.node)
                needed = sum(pods(entry) * measure.pod(entry.placement) for entry in bound)
                if limit is not None and needed > limit:
                    texts.append(_text(bound, group, measure, needed, limit, pods, when))
                    break
        if not texts:
            texts = list(_without_slots(entries, pods, when))
        return texts


def _measures(entries: Iterable[_Entry]) -> list[_Measure]:
    resources = dict.fromkeys(e.placement.bundle.resource_name for e in entries if e.placement.bundle.gpus)
    return [
        *(_devices(name) for name in resources),
        _Measure("CPU", lambda p: millicores(p.bundle.cpu), node_millicores, lambda n: f"{n / 1000:g}"),
        _Measure("memory", lambda p: p.bundle.memory_bytes, lambda pool: pool.node_memory_bytes, gib),
    ]


def _devices(name: str) -> _Measure:
    return _Measure(
        name,
        lambda p: p.bundle.gpus if p.bundle.resource_name == name else 0,
        lambda pool: devices(pool, name),
        str,
    )


def _groups(entries: Iterable[_Entry]) -> set[frozenset[NodePool]]:
    """Every union of the workloads' sets of pools: what is bound to a group cannot go elsewhere."""
    groups: set[frozenset[NodePool]] = set()
    for own in {frozenset(entry.placement.pools) for entry in entries}:
        groups |= {own, *(own | group for group in groups)}
        if len(groups) > _MOST_GROUPS:
            break
    return groups


def _limit(pools: Iterable[NodePool], node: Callable[[NodePool], int]) -> int | None:
    total = 0
    for pool in pools:
        if pool.max_nodes is None:
            return None
        total += pool.max_nodes * node(pool)
    return total


def _without_slots(entries: list[_Entry], pods: Callable[[_Entry], int], when: str) -> Iterator[str]:
    """Pods of one bundle leave gaps on each node: 3 GPUs on a node of 4 leave one that none of them can use."""
    for placement in {entry.placement.bundle: entry.placement for entry in entries}.values():
        same = [entry for entry in entries if entry.placement.bundle == placement.bundle]
        group = frozenset(placement.pools)
        limit = _limit(group, lambda pool, bundle=placement.bundle: slots(bundle, pool))
        needed = sum(map(pods, same))
        if limit is not None and needed > limit:
            measure = _Measure(f"pods of bundle {placement.bundle.id!r}", lambda _: 1, lambda _: 1, str)
            yield _text(same, group, measure, needed, limit, pods, when)


def _text(
    entries: list[_Entry],
    group: frozenset[NodePool],
    measure: _Measure,
    needed: int,
    limit: int,
    pods: Callable[[_Entry], int],
    when: str,
) -> str:
    names = sorted(pool.name for pool in group)
    pools = f"pool {names[0]!r} has" if len(names) == 1 else f"pools {', '.join(map(repr, names))} have"
    parts = [
        f"{entry.label} ({pods(entry)} x {measure.say(measure.pod(entry.placement))})"
        for entry in entries
        if measure.pod(entry.placement) and pods(entry)
    ]
    shown = ", ".join(parts[:5]) + (f" and {len(parts) - 5} more" if len(parts) > 5 else "")
    cluster = entries[0].placement.cluster
    return (
        f"cluster {cluster!r}: {when}these workloads need {measure.say(needed)} {measure.name}, "
        f"{pools} {measure.say(limit)} at most: {shown}"
    )
