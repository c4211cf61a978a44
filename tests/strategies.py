"""Hypothesis strategies for wire documents of the contract, for every level of tests.

Valid documents: `artifacts`, `specs`, `runtimes`, `workloads`. Other ways to write the same document: `rewritten`.
Documents with one known mistake: `invalid_artifacts`, `invalid_workloads`; every mistake by name: `ARTIFACT_MISTAKES`,
`NIM_MISTAKES`, `WORKLOAD_MISTAKES` with `mistaken`. Any JSON: `json_values`. Documents are plain JSON (`dict`, `list`,
`str`, `int`, `float`, `bool`, `None`).
"""

from __future__ import annotations

import copy
import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

_INTERESTING = (
    *(
        "a",
        "b",
        "main",
        "A",
        "0",
        " ",
        "-",
        "_",
        "x-1",
        "two words",
        "größe",
        "\u00e9",
        "e\u0301",
        "漢字",
        "\U0001f600",
        "\ufb33",
    ),
    *(
        "line\nline\r\n\ttab",
        "\x01\x7f",
        '"\\/',
        "{{x}}",
        "null",
        "true",
        "1.0",
        "§" * 30,
        "${A}",
        "<&>",
        "\u2028",
        "UNKNOWN",
    ),
)


@cache
def texts(min_size: int = 0, max_size: int = 30) -> st.SearchStrategy[str]:
    """Any text that the contract takes: all of Unicode except NUL and lone surrogates, awkward examples first."""
    fitting = [text for text in ("", *_INTERESTING) if min_size <= len(text) <= max_size]
    characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    return st.sampled_from(fitting) | st.text(characters, min_size=min_size, max_size=min(max_size, max(min_size, 8)))


@cache
def labels() -> st.SearchStrategy[str]:
    """Container and group names: DNS labels of 1 to 63 characters."""
    letters = string.ascii_lowercase
    return st.sampled_from(["a", "main", "proxy", "a-b", "a--1", "z9", "a" * 63]) | st.builds(
        "{}{}{}".format,
        st.sampled_from(letters),
        st.text(letters + string.digits + "-", max_size=8),
        st.sampled_from(letters + string.digits),
    )


@cache
def images() -> st.SearchStrategy[str]:
    """Image references."""
    return st.builds(
        "registry.example/{}:{}".format, st.sampled_from(["echo", "team/chat", "größe"]), st.integers(1, 99)
    )


@cache
def environment_variables() -> st.SearchStrategy[Json]:
    """One environment variable of any source; give several of them different names yourself (see `containers`)."""
    name = texts(1)
    return st.one_of(
        st.fixed_dictionaries({"name": name, "value": texts()}, optional={"source": st.just("string")}),
        st.fixed_dictionaries(
            {
                "source": st.just("dr-credential"),
                "name": name,
                "drCredentialId": st.sampled_from(["c1", "nobody has it"]),
                "key": st.sampled_from(["apiToken", "password"]),
            }
        ),
        st.fixed_dictionaries({"source": st.just("api-key")}, optional={"name": name}),
    )


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """An object with none to three of the fields, which keeps drawing fast where there are many."""
    one = st.one_of(*(st.tuples(st.just(name), value) for name, value in fields.items()))
    return st.lists(one, max_size=3, unique_by=lambda pair: pair[0]).map(dict)


@cache
def probes() -> st.SearchStrategy[Json]:
    """Probes, from only a path to several other fields."""
    count = st.integers(1, 3600)
    more = _some(
        port=st.integers(1, 65535),
        scheme=st.sampled_from(["HTTP", "HTTPS"]),
        host=texts(),
        httpHeaders=st.dictionaries(texts(), texts(), max_size=2),
        initialDelaySeconds=st.integers(0, 3600),
        periodSeconds=count,
        timeoutSeconds=count,
        failureThreshold=count,
        successThreshold=count,
    )
    return st.builds(lambda path, rest: {"path": f"/{path}"} | rest, texts(), more)


@cache
def security_contexts() -> st.SearchStrategy[Json]:
    """Security contexts."""
    names = st.lists(st.sampled_from(["ALL", "NET_BIND_SERVICE", "SYS_PTRACE"]), max_size=2)
    return _some(
        allowPrivilegeEscalation=st.booleans(),
        readOnlyRootFilesystem=st.booleans(),
        capabilities=_some(add=names, drop=names),
        seccompProfile=st.sampled_from(
            [{"type": "RuntimeDefault"}, {"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "p.json"}]
        ).map(copy.deepcopy),
    )


@cache
def build_configs() -> st.SearchStrategy[Json]:
    """Image build configurations of both Dockerfile sources."""
    code = {"catalogId": "c", "catalogVersionId": "v"}
    generated = {
        "source": "generated",
        "executionEnvironmentId": "e",
        "executionEnvironmentVersionId": "v",
        "entrypoint": ["python", "app.py"],
    }
    return _some(
        codeRef=st.sampled_from(
            [
                {"datarobot": code},
                {"type": "datarobot", "datarobot": code},
                {"provider": "datarobot", "datarobot": code},
            ]
        ).map(copy.deepcopy),
        dockerfile=st.sampled_from([{}, {"source": "provided"}, {"path": "docker/Dockerfile"}, generated]).map(
            copy.deepcopy
        ),
    )


@cache
def _container_extras() -> st.SearchStrategy[Json]:
    return _some(
        description=texts(),
        entrypoint=st.lists(texts(1), max_size=3),
        environmentVars=st.lists(environment_variables(), max_size=3, unique_by=lambda v: v.get("name", id(v))),
        readinessProbe=probes(),
        livenessProbe=probes(),
        startupProbe=probes(),
        securityContext=security_contexts(),
    )


@st.composite
def containers(draw: st.DrawFn, *, primary: bool, name: str | None = None, built: bool = False) -> Json:
    """One container.

    Args:
        draw: given by hypothesis.
        primary: has the port.
        name: its name; None leaves it out.
        built: may have a build configuration in place of an image (never for `nim`, never to be locked).
    """
    container = draw(_container_extras())
    if built and draw(st.booleans()):
        container["imageBuildConfig"] = draw(build_configs())
    else:
        container["imageUri"] = draw(images())
    if name is not None:
        container["name"] = name
    if primary:
        container["primary"] = True
        container["port"] = draw(st.integers(1024, 65535))
    return container


@cache
def _nim_extras() -> st.SearchStrategy[Json]:
    storages = [{}, {"mode": "nimCache"}, {"mode": "dedicatedPvc", "pvcSize": "150Gi"}, {"pvcSize": "1.5Ti"}]
    return _some(templateId=texts(1), storage=st.sampled_from(storages).map(dict))


@st.composite
def specs(draw: st.DrawFn, *, artifact_type: str = "service", lockable: bool = False, sidecars: int = 2) -> Json:
    """The spec of an artifact with at least one container.

    Args:
        draw: given by hypothesis.
        artifact_type: adds the fields of this type.
        lockable: every container has an image.
        sidecars: at most so many containers beside the primary one.
    """
    built = artifact_type != "nim" and not lockable
    count = 1 + draw(st.integers(0, sidecars))
    names = draw(st.lists(labels(), min_size=count, max_size=count, unique=True))
    primary = draw(st.integers(0, count - 1))
    group: Json = {
        "containers": [
            draw(containers(primary=index == primary, name=name, built=built)) for index, name in enumerate(names)
        ]
    }
    if count == 1 and draw(st.booleans()):
        group["containers"][0].pop("primary")
    if draw(st.booleans()):
        group["name"] = draw(labels())
    spec: Json = {"containerGroups": [group]}
    if artifact_type == "nim":
        spec |= draw(_nim_extras())
    if artifact_type == "agent" and draw(st.booleans()):
        spec["a2aEnabled"] = draw(st.booleans())
    return spec


@st.composite
def artifacts(
    draw: st.DrawFn,
    *,
    types: tuple[str, ...] = ("service", "nim"),
    statuses: tuple[str, ...] = ("draft", "locked"),
    sidecars: int = 2,
) -> Json:
    """Bodies of POST of an artifact that every server without compat switches accepts.

    Args:
        draw: given by hypothesis.
        types: artifact types to choose from.
        statuses: statuses to choose from.
        sidecars: at most so many containers beside the primary one.
    """
    artifact_type = draw(st.sampled_from(types))
    status = draw(st.sampled_from(statuses))
    artifact: Json = {
        "name": draw(texts(1)),
        "spec": draw(specs(artifact_type=artifact_type, lockable=status == "locked", sidecars=sidecars)),
    }
    if artifact_type != "service" or draw(st.booleans()):
        artifact["type"] = artifact_type
    if status != "draft" or draw(st.booleans()):
        artifact["status"] = status
    if draw(st.booleans()):
        artifact["description"] = draw(texts())
    return artifact


@st.composite
def runtimes(
    draw: st.DrawFn, *, group: str | None = None, container_names: tuple[str, ...] = (), artifact_type: str = "service"
) -> Json:
    """Runtimes.

    Args:
        draw: given by hypothesis.
        group: name of the artifact's group; None leaves it out (`default`).
        container_names: the artifact's containers, each of which may get an allocation.
        artifact_type: `nim` also gets its own metrics.
    """
    runtime_group: Json = {} if group is None else {"name": group}
    scaling = draw(st.sampled_from(["none", "fixed", "auto", "off"]))
    if scaling in ("fixed", "off"):
        runtime_group["replicaCount"] = draw(st.integers(1, 20))
    if scaling == "off":
        runtime_group["autoscaling"] = {"enabled": False}
    if scaling == "auto":
        metrics = ["cpuAverageUtilization", "httpRequestsConcurrency"]
        if artifact_type == "nim":
            metrics += ["gpuCacheUtilization", "gpuRequestQueueDepth", "vllm:kv_cache_usage_perc"]
        least = draw(st.integers(1, 3))
        runtime_group["autoscaling"] = {
            "minReplicaCount": least,
            "maxReplicaCount": least + draw(st.integers(0, 5)),
            "policies": draw(
                st.lists(
                    st.fixed_dictionaries(
                        {"scalingMetric": st.sampled_from(metrics), "target": st.integers(0, 100) | st.floats(0, 100)}
                    ),
                    min_size=1,
                    max_size=2,
                )
            ),
        }
    if draw(st.booleans()):
        runtime_group["resourceBundles"] = [draw(st.sampled_from(["cpu.small", "cpu.xlarge", "gpu.l4.small"]))]
    overrides = [
        {"name": name, "resourceAllocation": draw(allocations())} for name in container_names if draw(st.booleans())
    ]
    if overrides:
        runtime_group["containers"] = overrides
    return {"containerGroups": [runtime_group]}


@cache
def allocations() -> st.SearchStrategy[Json]:
    """Resource allocations, memory in every unit."""
    memory = st.integers(0, 2**40) | st.builds(
        "{}{}{}".format,
        st.integers(0, 999),
        st.sampled_from(["", " "]),
        st.sampled_from(["B", "KB", "MB", "GB", "mb", "KiB", "MiB", "GiB"]),
    )
    return _some(cpu=st.integers(0, 64) | st.floats(0, 64), gpu=st.integers(0, 8), memory=memory, gpuMemory=memory)


@st.composite
def workloads(draw: st.DrawFn, *, artifact_id: str | None = None) -> Json:
    """Bodies of POST of a workload.

    Args:
        draw: given by hypothesis.
        artifact_id: the artifact to run; None brings a draft artifact inline.
    """
    workload: Json = {"name": draw(texts(1))}
    if artifact_id is None:
        artifact = workload["artifact"] = draw(artifacts(statuses=("draft",)))
        group = artifact["spec"]["containerGroups"][0]
        names = tuple(container["name"] for container in group["containers"])
        workload["runtime"] = draw(
            runtimes(group=group.get("name"), container_names=names, artifact_type=artifact.get("type", "service"))
        )
    else:
        workload["artifactId"] = artifact_id
        workload["runtime"] = draw(runtimes())
    if draw(st.booleans()):
        workload["importance"] = draw(st.sampled_from(["critical", "high", "moderate", "low"]))
    if draw(st.booleans()):
        workload["description"] = draw(texts())
    return workload


@cache
def json_values(*, max_leaves: int = 20) -> st.SearchStrategy[Any]:
    """Any JSON value, with keys that documents of the contract use as well as others."""
    keys = st.sampled_from(
        [
            "name",
            "type",
            "status",
            "spec",
            "containerGroups",
            "containers",
            "port",
            "primary",
            "runtime",
            "artifact",
            "policies",
            "environmentVars",
            "source",
            "memory",
            "storage",
            "routes",
            "build",
        ]
    ) | st.text(max_size=4)
    leaves = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(), max_size=6)
        | st.sampled_from(["service", "nim", "draft", "locked", "string", "16Gi", "primary"])
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
        max_leaves=max_leaves,
    )


@st.composite
def rewritten(draw: st.DrawFn, document: Json) -> Json:
    """The same document written another way: other key order, whole numbers as floats (JSON has one number type)."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    return _rewrite(document, rng)


def _rewrite(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: _rewrite(value[key], rng) for key in keys}
    if isinstance(value, list):
        return [_rewrite(item, rng) for item in value]
    if type(value) is int and abs(value) < 2**53 and rng.random() < 0.5:
        return float(value)
    return value


@dataclass(frozen=True)
class Invalid:
    """A document with one mistake.

    Attributes:
        document: the document.
        path: path of the problem that must be reported.
        rule: name of the mistake; starts with the number of the rule where it has one.
    """

    document: Json
    path: str
    rule: str


Mutation = Callable[[Json], str]
"""Puts one mistake into a valid document and gives the path of its problem."""

ARTIFACT_MISTAKES: dict[str, Mutation] = {}
"""Mistakes for a draft `service` artifact with two containers, each with an image, the first of them primary."""

NIM_MISTAKES: dict[str, Mutation] = {}
"""Mistakes for a `nim` artifact of the same shape."""

WORKLOAD_MISTAKES: dict[str, Mutation] = {}
"""Mistakes for a workload with `artifactId`, one runtime group and one container override named `main`."""

_FIRST = "spec.containerGroups.0.containers.0"
_SECOND = "spec.containerGroups.0.containers.1"
_GROUP = "runtime.containerGroups.0"


def at(document: Json, path: str) -> Any:
    """The value at a path."""
    value: Any = document
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def put(document: Json, path: str, value: Any) -> str:
    """Set the value at a path; gives the path."""
    parent, _, last = path.rpartition(".")
    holder = at(document, parent) if parent else document
    holder[int(last) if isinstance(holder, list) else last] = value
    return path


def drop(document: Json, path: str) -> str:
    """Remove the key at a path; gives the path."""
    parent, _, last = path.rpartition(".")
    (at(document, parent) if parent else document).pop(last, None)
    return path


def _setting(path: str, value: Any) -> Mutation:
    return lambda document: put(document, path, copy.deepcopy(value))


def _dropping(path: str) -> Mutation:
    return lambda document: drop(document, path)


def _setting_blames(path: str, value: Any, blamed: str) -> Mutation:
    def mutate(document: Json) -> str:
        put(document, path, copy.deepcopy(value))
        return blamed

    return mutate


def _second_group(document: Json) -> str:
    document["spec"]["containerGroups"].append({"name": "other"})
    return "spec.containerGroups.1"


def _second_runtime_group(document: Json) -> str:
    document["runtime"]["containerGroups"].append({"name": "other"})
    return "runtime.containerGroups.1"


def _same_container_name(document: Json) -> str:
    return put(document, f"{_SECOND}.name", at(document, f"{_FIRST}.name"))


def _replicas_and_autoscaling(document: Json) -> str:
    group = at(document, _GROUP)
    group["replicaCount"] = 2
    group["autoscaling"] = {"minReplicaCount": 1, "maxReplicaCount": 2}
    return f"{_GROUP}.replicaCount"


def _scaling(blamed: str, **changes: Any) -> Mutation:
    def mutate(document: Json) -> str:
        group = at(document, _GROUP)
        group.pop("replicaCount", None)
        group["autoscaling"] = {
            "minReplicaCount": 1,
            "maxReplicaCount": 2,
            "policies": [{"scalingMetric": "httpRequestsConcurrency", "target": 1}],
        } | copy.deepcopy(changes)
        return f"{_GROUP}.autoscaling.{blamed}"

    return mutate


ARTIFACT_MISTAKES.update(
    {
        "R3 unknown key": _setting("runtme", {}),
        "R3 unknown key in spec": _setting("spec.containers", []),
        "R3 unknown key in group": _setting("spec.containerGroups.0.replicaCount", 1),
        "R3 unknown key in container": _setting(f"{_FIRST}.resourceRequest", {"cpu": 1}),
        "R3 unknown key in probe": _setting_blames(
            f"{_FIRST}.readinessProbe", {"path": "/", "interval": 3}, f"{_FIRST}.readinessProbe.interval"
        ),
        "R3 server-owned key": _setting("version", 1),
        "R4 missing name": _dropping("name"),
        "R4 missing spec": _dropping("spec"),
        "R12 empty name": _setting("name", ""),
        "R12 long name": _setting("name", "n" * 5001),
        "R20 unknown type": _setting("type", "job"),
        "D16 agent without its switch": _setting("type", "agent"),
        "status outside the enum": _setting("status", "frozen"),
        "R21 primary without port": _dropping(f"{_FIRST}.port"),
        "R22 sidecar with port": _setting(f"{_SECOND}.port", 9000),
        "R23 port 0": _setting(f"{_FIRST}.port", 0),
        "R23 port 1023": _setting(f"{_FIRST}.port", 1023),
        "R23 port 65536": _setting(f"{_FIRST}.port", 65536),
        "port as text": _setting(f"{_FIRST}.port", "8080"),
        "port as boolean": _setting(f"{_FIRST}.port", True),
        "port with a fraction": _setting(f"{_FIRST}.port", 8080.5),
        "R24 two primaries": _setting_blames(f"{_SECOND}.primary", True, f"{_SECOND}.primary"),
        "R24 no primary": _setting_blames(f"{_FIRST}.primary", False, "spec.containerGroups.0.containers"),
        "R26 no image": _dropping(f"{_SECOND}.imageUri"),
        "D7 image and build": _setting_blames(f"{_FIRST}.imageBuildConfig", {}, f"{_FIRST}.imageUri"),
        "image with a blank": _setting(f"{_FIRST}.imageUri", "a b"),
        "R27 probe without path": _setting_blames(f"{_FIRST}.livenessProbe", {}, f"{_FIRST}.livenessProbe.path"),
        "probe port 0": _setting_blames(
            f"{_FIRST}.startupProbe", {"path": "/", "port": 0}, f"{_FIRST}.startupProbe.port"
        ),
        "probe scheme": _setting_blames(
            f"{_FIRST}.startupProbe", {"path": "/", "scheme": "TCP"}, f"{_FIRST}.startupProbe.scheme"
        ),
        "R29 credential without id": _setting_blames(
            f"{_FIRST}.environmentVars",
            [{"source": "dr-credential", "name": "A", "key": "k"}],
            f"{_FIRST}.environmentVars.0.drCredentialId",
        ),
        "R29 credential without key": _setting_blames(
            f"{_FIRST}.environmentVars",
            [{"source": "dr-credential", "name": "A", "drCredentialId": "c"}],
            f"{_FIRST}.environmentVars.0.key",
        ),
        "plain variable without value": _setting_blames(
            f"{_FIRST}.environmentVars", [{"name": "A"}], f"{_FIRST}.environmentVars.0.value"
        ),
        "variable twice": _setting_blames(
            f"{_FIRST}.environmentVars",
            [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}],
            f"{_FIRST}.environmentVars.1.name",
        ),
        "variable value not a string": _setting_blames(
            f"{_FIRST}.environmentVars", [{"name": "A", "value": 1}], f"{_FIRST}.environmentVars.0.value"
        ),
        "environment as object": _setting(f"{_FIRST}.environmentVars", {"A": "1"}),
        "NUL in a value": _setting_blames(
            f"{_FIRST}.environmentVars", [{"name": "A", "value": "\0"}], f"{_FIRST}.environmentVars.0.value"
        ),
        "entrypoint as text": _setting(f"{_FIRST}.entrypoint", "run me"),
        "R32 generated without environment": _setting_blames(
            _SECOND,
            {
                "name": "built",
                "imageBuildConfig": {
                    "dockerfile": {"source": "generated", "executionEnvironmentVersionId": "v", "entrypoint": ["a"]}
                },
            },
            f"{_SECOND}.imageBuildConfig.dockerfile.executionEnvironmentId",
        ),
        "R32 generated with empty entrypoint": _setting_blames(
            _SECOND,
            {
                "name": "built",
                "imageBuildConfig": {
                    "dockerfile": {
                        "source": "generated",
                        "executionEnvironmentId": "e",
                        "executionEnvironmentVersionId": "v",
                        "entrypoint": [],
                    }
                },
            },
            f"{_SECOND}.imageBuildConfig.dockerfile.entrypoint",
        ),
        "localhost profile without Localhost": _setting_blames(
            f"{_FIRST}.securityContext",
            {"seccompProfile": {"type": "Unconfined", "localhostProfile": "p"}},
            f"{_FIRST}.securityContext.seccompProfile.localhostProfile",
        ),
        "R65 storage on a service": _setting("spec.storage", {}),
        "R68 a2aEnabled on a service": _setting("spec.a2aEnabled", True),
        "D23 empty container name": _setting(f"{_FIRST}.name", ""),
        "D23 container name of 64": _setting(f"{_FIRST}.name", "a" * 64),
        "D23 upper case": _setting(f"{_FIRST}.name", "Main"),
        "D23 not ASCII": _setting(f"{_FIRST}.name", "größe"),
        "D23 ends with a hyphen": _setting(f"{_FIRST}.name", "main-"),
        "D23 starts with a digit": _setting("spec.containerGroups.0.name", "1st"),
        "container name twice": _same_container_name,
        "two groups": _second_group,
        "spec as text": _setting("spec", "spec"),
        "spec as list": _setting("spec", []),
    }
)

NIM_MISTAKES.update(
    {
        "R63 storage mode": _setting_blames("spec.storage", {"mode": "disk"}, "spec.storage.mode"),
        "R64 size in GB": _setting_blames("spec.storage", {"pvcSize": "150GB"}, "spec.storage.pvcSize"),
        "R64 size without unit": _setting_blames("spec.storage", {"pvcSize": "150"}, "spec.storage.pvcSize"),
        "R64 negative size": _setting_blames("spec.storage", {"pvcSize": "-1Gi"}, "spec.storage.pvcSize"),
        "size of a shared cache": _setting_blames(
            "spec.storage", {"mode": "nimCache", "pvcSize": "1Gi"}, "spec.storage.pvcSize"
        ),
        "nim built from source": _setting_blames(
            _SECOND, {"name": "built", "imageBuildConfig": {}}, f"{_SECOND}.imageBuildConfig"
        ),
    }
)

WORKLOAD_MISTAKES.update(
    {
        "R4 missing name": _dropping("name"),
        "R3 unknown key": _setting("artefactId", "x"),
        "R77 neither artifact nor id": _dropping("artifactId"),
        "R77 both artifact and id": _setting(
            "artifact", {"name": "a", "spec": {"containerGroups": [{"containers": [{"imageUri": "i", "port": 8080}]}]}}
        ),
        "R83 importance": _setting("importance", "urgent"),
        "R97 replicas and autoscaling": _replicas_and_autoscaling,
        "R99 bounds in the wrong order": _scaling("minReplicaCount", minReplicaCount=3),
        "R99 negative target": _scaling(
            "policies.0.target", policies=[{"scalingMetric": "httpRequestsConcurrency", "target": -1}]
        ),
        "R99 CPU down to zero": _scaling(
            "minReplicaCount",
            minReplicaCount=0,
            policies=[{"scalingMetric": "cpuAverageUtilization", "target": 50}],
        ),
        "autoscaling without maximum": _scaling("maxReplicaCount", maxReplicaCount=None),
        "autoscaling as boolean": _setting(f"{_GROUP}.autoscaling", True),
        "no replicas": _setting(f"{_GROUP}.replicaCount", 0),
        "ambiguous memory unit": _setting(f"{_GROUP}.containers.0.resourceAllocation.memory", "16Gi"),
        "negative memory": _setting(f"{_GROUP}.containers.0.resourceAllocation.memory", -1),
        "negative cpu": _setting(f"{_GROUP}.containers.0.resourceAllocation.cpu", -0.5),
        "D26 two bundles": _setting_blames(
            f"{_GROUP}.resourceBundles", ["cpu.small", "cpu.large"], f"{_GROUP}.resourceBundles.1"
        ),
        "resolved bundle": _setting(f"{_GROUP}.resolvedBundle", {"id": "cpu.small"}),
        "R109 environment in a container": _setting(f"{_GROUP}.containers.0.environmentVars", []),
        "R109 environment in the runtime": _setting("runtime.env", {}),
        "container twice": _setting_blames(
            f"{_GROUP}.containers", [{"name": "main"}, {"name": "main"}], f"{_GROUP}.containers.1.name"
        ),
        "two groups": _second_runtime_group,
        "enclave policy": _setting("runtime.enclaveSelectionPolicy", "availability"),
        "enclaves": _setting("runtime.enclaves", ["e"]),
    }
)


def mistaken(document: Json, mutation: Mutation, rule: str) -> Invalid:
    """A copy of `document` with one mistake."""
    changed = copy.deepcopy(document)
    return Invalid(changed, mutation(changed), rule)


@st.composite
def two_container_artifacts(draw: st.DrawFn, *, artifact_type: str = "service") -> Json:
    """Valid draft artifacts of the shape that `ARTIFACT_MISTAKES` and `NIM_MISTAKES` expect."""
    names = draw(st.lists(labels(), min_size=2, max_size=2, unique=True))
    return {
        "name": draw(texts(1)),
        "type": artifact_type,
        "spec": {
            "containerGroups": [
                {
                    "containers": [
                        draw(containers(primary=True, name=names[0])),
                        draw(containers(primary=False, name=names[1])),
                    ]
                }
            ]
        },
    }


@st.composite
def invalid_artifacts(draw: st.DrawFn) -> Invalid:
    """Artifact bodies with exactly one known mistake, without compat switches."""
    if draw(st.integers(0, 9)) == 0:
        rule = draw(st.sampled_from(sorted(NIM_MISTAKES)))
        return mistaken(draw(two_container_artifacts(artifact_type="nim")), NIM_MISTAKES[rule], rule)
    rule = draw(st.sampled_from(sorted(ARTIFACT_MISTAKES)))
    return mistaken(draw(two_container_artifacts()), ARTIFACT_MISTAKES[rule], rule)


@st.composite
def invalid_workloads(draw: st.DrawFn, *, artifact_id: str = "5f0c8b6e1d2a3b4c5d6e7f80") -> Invalid:
    """Workload bodies with exactly one known mistake; `artifact_id` need not exist for them to be refused."""
    rule = draw(st.sampled_from(sorted(WORKLOAD_MISTAKES)))
    document: Json = {
        "name": draw(texts(1)),
        "artifactId": artifact_id,
        "runtime": {"containerGroups": [{"containers": [{"name": "main", "resourceAllocation": draw(allocations())}]}]},
    }
    return mistaken(document, WORKLOAD_MISTAKES[rule], rule)
