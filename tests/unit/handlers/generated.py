"""Generated arguments of the provider's resources, built on the contract's strategies."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests import strategies
from tests.unit.handlers import examples

from lockyard.contract import UNKNOWN, Json, compact, dump, parse_artifact, parse_runtime

few = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

IDS = st.sampled_from([examples.REPOSITORY, examples.OTHER_REPOSITORY])
TAG_TEXT = strategies.texts(1, 12).filter(
    lambda text: not set(text) & set("{};|") and not text.startswith(("datarobot.", "integrations."))
)
TAGS = st.dictionaries(TAG_TEXT, strategies.texts(1, 12), max_size=3)


@st.composite
def anything(draw: st.DrawFn) -> Any:
    """Any JSON value, with unknowns anywhere: what a provider must be able to look at without failing."""
    value = draw(strategies.json_values(max_leaves=5))
    for path in [path for path in [(), *examples.positions(value)] if draw(st.integers(0, 5)) == 0][:2]:
        with contextlib.suppress(KeyError, TypeError):  # it was inside what has just become unknown
            value = examples.with_value({"": value}, ("", *path))[""]
    return value


@st.composite
def artifacts(draw: st.DrawFn, status: str | None = None, types: tuple[str, ...] = ("service", "nim")) -> Json:
    """Valid arguments of an artifact."""
    statuses = ("draft", "locked") if status is None else (status,)
    body = draw(strategies.artifacts(statuses=statuses, sidecars=1, types=types))
    inputs = examples.artifact(artifactRepositoryId=draw(IDS), **body)
    if draw(st.booleans()):
        inputs["tags"] = draw(TAGS)
    return inputs


@st.composite
def runtimes(draw: st.DrawFn) -> Json:
    """Valid runtimes for a group named `default` with a container named `primary`."""
    names = draw(st.sampled_from([(), ("primary",)]))
    runtime = draw(strategies.runtimes(group=draw(st.sampled_from([None, "default"])), container_names=names))
    return draw(st.sampled_from([runtime, runtime, {}]))


@st.composite
def workloads(draw: st.DrawFn, artifact_id: str | None = None) -> Json:
    """Valid arguments of a workload."""
    id = artifact_id or draw(st.sampled_from([examples.ARTIFACT, examples.OTHER_ARTIFACT]))
    body = {"importance": "low", **draw(strategies.workloads(artifact_id=id))}
    inputs = examples.workload(**body | {"running": draw(st.booleans()), "runtime": draw(runtimes())})
    if draw(st.booleans()):
        inputs["tags"] = draw(TAGS)
    return inputs


@st.composite
def respelled(draw: st.DrawFn, document: Json) -> Json:
    """The same artifact in another spelling: key order, int or float, null or absent, default or absent."""
    content = {name: document[name] for name in ("name", "description", "type", "spec") if name in document}
    form = draw(st.sampled_from([None, compact, dump]))
    spec = document["spec"] if form is None else form(parse_artifact(content)).get("spec", {})
    other = {**document, "spec": spec}
    if "description" not in other and draw(st.booleans()):
        other["description"] = draw(st.sampled_from([None, ""]))
    if "tags" not in other and draw(st.booleans()):
        other["tags"] = draw(st.sampled_from([None, {}]))
    return draw(strategies.rewritten(other))


@st.composite
def respelled_runtime(draw: st.DrawFn, document: Json) -> Json:
    """The same runtime in another spelling."""
    form = draw(st.sampled_from([None, compact, dump]))
    return draw(strategies.rewritten(document if form is None else form(parse_runtime(document))))


def unknown_somewhere(document: Json) -> st.SearchStrategy[tuple[tuple[Any, ...], Json]]:
    """A position of the document, and a copy that is not known there."""
    return st.sampled_from([*examples.positions(document)]).map(
        lambda path: (path, examples.with_value(document, path, UNKNOWN))
    )
