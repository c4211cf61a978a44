"""What a change to a workload shows: always an update, and only for what means something else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import strategies
from tests.unit.handlers import generated
from tests.unit.handlers.examples import OTHER_ARTIFACT, facts, runtime, workload

from lockyard.contract import UNKNOWN, Json, contains_unknown
from lockyard.handlers import Change, diff_workload

quick = generated.few
ANOTHER_DIGEST = "v1:" + "1" * 64
NOTHING: list[str] = []


def without(name: str, **fields: Any) -> Json:
    return {key: value for key, value in workload(**fields).items() if key != name}


ROWS = {
    "another artifact": (workload(), workload(artifactId=OTHER_ARTIFACT), ["artifactId"]),
    "another artifact and digest": (
        workload(),
        workload(artifactId=OTHER_ARTIFACT, artifactDigest=ANOTHER_DIGEST),
        ["artifactDigest", "artifactId"],
    ),
    "an edited draft": (workload(), workload(artifactDigest=ANOTHER_DIGEST), ["artifactDigest"]),
    "draft to locked with the same digest": (workload(), workload(artifactFacts=facts(status="locked")), NOTHING),
    "runtime": (workload(), workload(runtime=runtime(replicaCount=3)), ["runtime"]),
    "name": (workload(), workload(name="b"), ["name"]),
    "description": (workload(), workload(description="b"), ["description"]),
    "importance": (workload(), workload(importance="high"), ["importance"]),
    "tags": (workload(), workload(tags={"a": "b"}), ["tags"]),
    "shared roles": (workload(), workload(sharedRoles=[{"role": "OWNER"}]), ["sharedRoles"]),
    "to be stopped": (workload(), workload(running=False), ["running"]),
    "everything": (
        workload(),
        workload(name="b", artifactId=OTHER_ARTIFACT, artifactDigest=ANOTHER_DIGEST, runtime={}, running=False),
        ["artifactDigest", "artifactId", "name", "running", "runtime"],
    ),
    "unknown artifact": (workload(), workload(artifactId=UNKNOWN), ["artifactId"]),
    "unknown digest": (workload(), workload(artifactDigest=UNKNOWN), ["artifactDigest"]),
    "unknown runtime": (workload(), workload(runtime=UNKNOWN), ["runtime"]),
    "unknown replicas": (workload(), workload(runtime=runtime(replicaCount=UNKNOWN)), ["runtime"]),
    "unknown running": (workload(), workload(running=UNKNOWN), ["running"]),
    "unknown facts": (workload(), workload(artifactFacts=UNKNOWN), NOTHING),
    "no digest given any more": (workload(), without("artifactDigest"), NOTHING),
    "a digest given for the first time": (without("artifactDigest"), workload(), ["artifactDigest"]),
    "stopped, seen by a refresh": (workload(status="stopped"), workload(), ["running"]),
    "stopped as wanted": (workload(status="stopped", running=False), workload(running=False), NOTHING),
    "started by somebody": (workload(status="running", running=False), workload(running=False), ["running"]),
    "on its way": (workload(status="submitted"), workload(), NOTHING),
    "errored": (workload(status="errored"), workload(), NOTHING),
    "expired, not yet seen": (workload(status="running"), workload(), NOTHING),
    "adoption": (workload(), workload(adoptId=OTHER_ARTIFACT), NOTHING),
    "origin": (workload(), workload(origin="elsewhere", originIsDefault=True), NOTHING),
    "computed fields": (workload(endpoint="x", claim=2, registryId="r", __provider="p"), workload(), NOTHING),
    "defaults left out": (
        workload(description="", importance="low", tags={}, sharedRoles=[]),
        without("running", description=None),
        NOTHING,
    ),
    "runtime in another unit": (
        workload(runtime=runtime(containers=[{"name": "primary", "resourceAllocation": {"memory": "1GiB"}}])),
        workload(runtime=runtime(containers=[{"name": "primary", "resourceAllocation": {"memory": 1073741824}}])),
        NOTHING,
    ),
    "runtime with the server's bundle resolved": (
        workload(runtime=runtime(resolvedBundle={"id": "gpu-small"})),
        workload(),
        NOTHING,
    ),
    "an empty runtime and none": (workload(runtime={}), without("runtime"), NOTHING),
}


@pytest.mark.parametrize(("old", "new", "changes"), ROWS.values(), ids=ROWS)
def test_workload_table(old: Json, new: Json, changes: list[str]) -> None:
    assert diff_workload(old, new) == Change(tuple(changes))


FIELDS = [*workload(), "description", "tags", "sharedRoles", "status", "endpoint", "adoptId"]
states = st.dictionaries(st.sampled_from(FIELDS), generated.anything(), max_size=4)


@given(states, states)
@settings(quick, max_examples=100)
def test_any_pair_of_values_gets_an_answer_that_never_replaces(old: Json, new: Json) -> None:
    change = diff_workload(old, new)
    assert change.replaces == ()
    assert list(change.changed) == sorted(set(change.changed))


@given(states.filter(lambda value: not contains_unknown(value) and "status" not in value))
@settings(quick, max_examples=100)
def test_nothing_differs_from_itself(state: Json) -> None:
    assert not diff_workload(state, copy.deepcopy(state))


@given(st.data())
@quick
def test_spelling_never_counts(data: st.DataObject) -> None:
    old = data.draw(generated.workloads())
    new = {**data.draw(strategies.rewritten(old)), "runtime": data.draw(generated.respelled_runtime(old["runtime"]))}
    assert not diff_workload(old, new)
    assert not diff_workload(new, old)


@given(generated.workloads(), generated.workloads())
@quick
def test_only_what_differs_is_named(old: Json, new: Json) -> None:
    changed = diff_workload(old, new).changed
    assert changed == diff_workload(new, old).changed
    for name in ("name", "importance", "artifactId", "running"):
        assert (name in changed) == (old[name] != new[name])
