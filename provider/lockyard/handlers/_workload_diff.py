"""What a change to a workload does: always an update, its id and endpoint are stable. Pure and total."""

from __future__ import annotations

from typing import TypeGuard

from lockyard.contract import Json, LockyardError, compact, contains_unknown, parse_runtime

from ._results import Change
from ._values import changed_names, differs

METADATA = ("name", "description", "importance")
LABELS = ("tags", "sharedRoles")
DEFAULTS: Json = {"description": "", "importance": "low", "running": True}

# Statuses in which nothing serves and `start` is the way back.
ENDED = frozenset({"stopped", "terminated", "suspended", "interrupted"})
# The same for a state or a refresh: what is told to stop will be stopped by itself.
ENDING = ENDED | {"stopping"}


def diff_workload(old_state: Json, new_inputs: Json) -> Change:
    """Compares a workload's state with its new arguments.

    ``artifactFacts`` is not compared: it serves ``check``. A digest is compared only when the program gives one.
    Whether the workload runs is compared with the status that the last refresh saw; the clock plays no part here.
    """
    old, new = {**DEFAULTS, **_present(old_state)}, {**DEFAULTS, **_present(new_inputs)}
    changed = set(changed_names((*METADATA, *LABELS, "artifactId"), old, new))
    if new.get("artifactDigest") is not None and differs(old.get("artifactDigest"), new["artifactDigest"]):
        changed.add("artifactDigest")
    if runtimes_differ(old.get("runtime"), new.get("runtime")):
        changed.add("runtime")
    if differs(is_running(old), new["running"]):
        changed.add("running")
    return Change(tuple(sorted(changed)))


def is_running(state: Json) -> object:
    """Whether the state's workload is meant to run: its last seen status where there is one."""
    status = state.get("status")
    return state.get("running", True) if status is None else not (isinstance(status, str) and status in ENDING)


def runtimes_differ(old: object, new: object) -> bool:
    """Whether two runtimes mean different things: spelling and units never count."""
    if contains_unknown(old) or contains_unknown(new):
        return True
    return differs(old, new) and differs(compact_runtime(old), compact_runtime(new))


def served_runtime_differs(wanted: object, served: object) -> bool:
    """Whether what a server runs differs from what is wanted, leaving out what the server fills in by itself.

    Only an allocation given: the server adds the bundle it inferred (R102). Neither replicas nor autoscaling given: the
    cluster decides. The resolved bundle is always the server's.
    """
    wanted_form, served_form = compact_runtime(wanted), compact_runtime(served)
    if not _has_groups(wanted_form) or not _has_groups(served_form):
        return differs(wanted_form, served_form)
    asked = {group.get("name", "default"): group for group in wanted_form.get("containerGroups") or []}
    groups: list[Json] = []
    for group in served_form.get("containerGroups") or []:
        mine = asked.get(group.get("name", "default"))
        left_to_server = (
            {"resourceBundles", "replicaCount", "autoscaling", "containers"} if mine is None else set[str]()
        )
        if mine is not None and not mine.get("resourceBundles"):
            left_to_server.add("resourceBundles")
        if mine is not None and not mine.get("replicaCount") and not mine.get("autoscaling"):
            left_to_server |= {"replicaCount", "autoscaling"}
        if mine is not None and not mine.get("containers") and mine.get("resourceBundles"):
            left_to_server.add("containers")
        rest = {key: value for key, value in group.items() if key not in left_to_server}
        if mine is not None or set(rest) - {"name"}:
            groups.append(rest)
    return differs(_named(wanted_form.get("containerGroups") or []), _named(groups))


def compact_runtime(runtime: object) -> object:
    """The runtime without defaults and server-owned fields; one that does not parse is compared as it stands."""
    if runtime is None:
        return {}
    try:
        return compact(parse_runtime(_without_resolved(runtime)))
    except LockyardError:
        return runtime


def _has_groups(runtime: object) -> TypeGuard[Json]:
    """Whether it is a runtime at all: what does not parse may have any shape."""
    groups = runtime.get("containerGroups", []) if isinstance(runtime, dict) else None
    return isinstance(groups, list) and all(_is_group(group) for group in groups)


def _is_group(group: object) -> bool:
    return isinstance(group, dict) and isinstance(group.get("name", "default"), str)


def _named(groups: list[Json]) -> Json:
    named = {group.get("name", "default"): {k: v for k, v in group.items() if k != "name"} for group in groups}
    return {name: group for name, group in named.items() if group}


def _without_resolved(runtime: object) -> object:
    if not isinstance(runtime, dict):
        return runtime
    groups = runtime.get("containerGroups")
    if not isinstance(groups, list):
        return runtime
    bare = [{k: v for k, v in g.items() if k != "resolvedBundle"} if isinstance(g, dict) else g for g in groups]
    return {**runtime, "containerGroups": bare}


def _present(values: Json) -> Json:
    return {key: value for key, value in values.items() if value is not None}
