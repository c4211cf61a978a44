"""Generated documents: valid arguments, the same ones in another spelling, and arbitrary JSON with unknowns anywhere."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lockyard.contract import UNKNOWN, Json, compact, dump, parse_artifact, parse_runtime
from tests.unit.handlers import examples

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
SHORT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
IDS = st.sampled_from([examples.REPOSITORY, examples.OTHER_REPOSITORY])
PORTS = st.integers(1024, 65535)
PROBES = st.fixed_dictionaries(
    {"path": st.sampled_from(["/", "/health"]), "port": PORTS},
    optional={"periodSeconds": st.integers(1, 60), "initialDelaySeconds": st.integers(0, 60)},
)
VARIABLES = st.lists(
    st.fixed_dictionaries({"name": st.from_regex(r"[A-Z]{1,6}", fullmatch=True), "value": PLAIN}),
    max_size=3,
    unique_by=lambda variable: variable["name"],
)
TAG_TEXT = SHORT.filter(
    lambda text: not set(text) & set("{};|") and not text.startswith(("datarobot.", "integrations."))
)
TAGS = st.dictionaries(TAG_TEXT, SHORT, max_size=3)

# Any JSON value, with unknowns anywhere: what a provider must be able to look at without failing.
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 70000) | st.floats(allow_nan=False) | PLAIN | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "spec", "containerGroups", "containers", "port", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@st.composite
def containers(draw: st.DrawFn) -> list[Json]:
    """One primary and perhaps sidecars, in any order."""
    names = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
    primary = draw(st.integers(0, len(names) - 1))
    made: list[Json] = []
    for index, name in enumerate(names):
        fields: Json = {"name": name, "imageUri": f"registry.example/{name}:1", "primary": index == primary}
        if index == primary:
            fields["port"] = draw(PORTS)
        optional = {
            "description": PLAIN,
            "environmentVars": VARIABLES,
            "livenessProbe": PROBES,
            "readinessProbe": PROBES,
        }
        for field in draw(st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=3)):
            fields[field] = draw(optional[field])
        made.append(fields)
    return made


@st.composite
def artifacts(draw: st.DrawFn, status: str | None = None) -> Json:
    """Valid arguments of an artifact."""
    kind = draw(st.sampled_from(["service", "nim"]))
    spec: Json = {"containerGroups": [{"name": draw(LABELS), "containers": draw(containers())}]}
    if kind == "nim" and draw(st.booleans()):
        spec["storage"] = draw(
            st.sampled_from(
                [{"mode": "nimCache"}, {"mode": "dedicatedPvc", "pvcSize": "150Gi"}, {"mode": "dedicatedPvc"}]
            )
        )
    fields: Json = {
        "artifactRepositoryId": draw(IDS),
        "name": draw(SHORT),
        "type": kind,
        "status": status or draw(st.sampled_from(["draft", "locked"])),
        "spec": spec,
    }
    if draw(st.booleans()):
        fields["description"] = draw(PLAIN)
    if draw(st.booleans()):
        fields["tags"] = draw(TAGS)
    return examples.artifact(**fields)


@st.composite
def runtimes(draw: st.DrawFn) -> Json:
    """Valid runtimes for a group named `default` with a container named `primary`."""
    group: Json = {}
    if draw(st.booleans()):
        group["name"] = "default"
    match draw(st.sampled_from(["nothing", "replicas", "scaling"])):
        case "replicas":
            group["replicaCount"] = draw(st.integers(1, 9))
        case "scaling":
            low, more = draw(st.integers(1, 3)), draw(st.integers(0, 3))
            target = draw(st.integers(1, 90))
            group["autoscaling"] = {
                "minReplicaCount": low,
                "maxReplicaCount": low + more,
                "policies": [{"scalingMetric": "cpuAverageUtilization", "target": target}],
            }
    if draw(st.booleans()):
        memory = draw(st.sampled_from(["512MB", "8GiB", 1073741824]))
        allocation = {"cpu": draw(st.sampled_from([1, 2, 0.5])), "memory": memory}
        group["containers"] = [{"name": "primary", "resourceAllocation": allocation}]
    return {"containerGroups": [group]} if group or draw(st.booleans()) else {}


@st.composite
def workloads(draw: st.DrawFn) -> Json:
    """Valid arguments of a workload."""
    fields: Json = {
        "name": draw(SHORT),
        "importance": draw(st.sampled_from(["low", "moderate", "high", "critical"])),
        "artifactId": draw(st.sampled_from([examples.ARTIFACT, examples.OTHER_ARTIFACT])),
        "running": draw(st.booleans()),
        "runtime": draw(runtimes()),
    }
    if draw(st.booleans()):
        fields["description"] = draw(PLAIN)
    if draw(st.booleans()):
        fields["tags"] = draw(TAGS)
    return examples.workload(**fields)


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
    return draw(reordered(other))


@st.composite
def respelled_runtime(draw: st.DrawFn, document: Json) -> Json:
    """The same runtime in another spelling."""
    form = draw(st.sampled_from([None, compact, dump]))
    return draw(reordered(document if form is None else form(parse_runtime(document))))


def reordered(value: Any) -> st.SearchStrategy[Any]:
    """The value with the keys of its objects in any order and integers as floats here and there."""

    @st.composite
    def build(draw: st.DrawFn) -> Any:
        return _reorder(draw, value)

    return build()


def _reorder(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reorder(draw, value[key]) for key in draw(st.permutations(sorted(value)))}
    if isinstance(value, list):
        return [_reorder(draw, item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and draw(st.booleans()):
        return float(value)
    return value
