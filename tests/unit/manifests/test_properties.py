"""Properties of everything that renders."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import artifacts, runtimes
from tests.unit.manifests.cases import CLUSTER, container, described, nim, pod_of, rendered, spec
from tests.unit.manifests.generated import workloads

from lockyard.contract import dump, memory_bytes, parse_runtime, parse_spec, spec_document
from lockyard_components.manifests import NotPlainError, WorkloadDescription, plan_workload, render_workload

NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?")
LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
QUANTITY = re.compile(r"\d+(?:m|Ki|Mi|Gi)?")
SELECTOR = {"app.kubernetes.io/component": "server"}


class Poison:
    """An Output that nobody may look at: whatever is done with it raises."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("somebody looked at an opaque value")

    __getattribute__ = __getattr__ = __setattr__ = __eq__ = __ne__ = __lt__ = __hash__ = _refuse  # type: ignore[assignment]
    __str__ = __repr__ = __format__ = __bool__ = __len__ = __iter__ = __getitem__ = __contains__ = _refuse  # type: ignore[assignment]
    __add__ = __radd__ = __mod__ = __int__ = __float__ = __index__ = __call__ = __deepcopy__ = _refuse  # type: ignore[assignment]
    __copy__ = __reduce__ = __reduce_ex__ = __bytes__ = __enter__ = __await__ = _refuse  # type: ignore[assignment]


class Joined:
    """What `join` gave: text with opaque parts."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts


def leaves(value: Any) -> list[Any]:
    """All leaves of a document, keys not included."""
    if type(value) is dict:
        return [leaf for item in value.values() for leaf in leaves(item)]
    if type(value) in (list, tuple):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def expanded(text: str, variables: dict[str, str]) -> str:
    """What the kubelet makes of a variable's text: `$(NAME)` replaced where known, `$$` a dollar."""
    return re.sub(
        r"\$\$|\$\(([^)]*)\)",
        lambda m: "$" if m[0] == "$$" else variables.get(m[1], m[0]),
        text,
    )


@given(workloads())
@settings(max_examples=100, deadline=None)
def test_every_workload_that_kubernetes_can_run_is_rendered(case: Any) -> None:
    description, cluster = case
    plan = plan_workload(description, cluster)
    assert plan.errors == ()
    objects = render_workload(description, cluster)
    assert json.dumps(objects, allow_nan=False) == json.dumps(render_workload(description, cluster), allow_nan=False)
    for role, manifest in objects.items():
        metadata = manifest["metadata"]
        assert set(manifest) >= {"apiVersion", "kind", "metadata"}, role
        assert len(metadata["name"]) <= 63 or role == "grant"
        assert NAME.fullmatch(metadata["name"]) or role == "grant", metadata["name"]
        for value in metadata["labels"].values():
            assert LABEL_VALUE.fullmatch(value), value
    check_pod(description, plan, objects)


@given(workloads())
@settings(max_examples=40, deadline=None)
def test_what_the_registry_answers_renders_as_what_was_sent(case: Any) -> None:
    description, cluster = case
    full = spec_document(
        parse_spec(description.spec, artifact_type=description.artifact_type), description.artifact_type
    )
    for item in full["containerGroups"][0]["containers"]:
        item["build"] = {"id": "b", "status": "COMPLETED"}
    answered = replace(description, spec=full, runtime=dump(parse_runtime(description.runtime)))
    assert render_workload(answered, cluster) == render_workload(description, cluster)


def check_pod(description: WorkloadDescription, plan: Any, objects: dict[str, Any]) -> None:
    deployment = objects["deployment"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    selector = {"app.kubernetes.io/instance": description.name, **SELECTOR}
    assert deployment["selector"]["matchLabels"] == objects["service"]["spec"]["selector"] == selector
    assert labels.items() > selector.items()
    pod = pod_of(objects)
    everybody = [*pod.get("initContainers", ()), *pod["containers"]]
    names = [item["name"] for item in everybody]
    assert len(names) == len(set(names))
    volumes = [volume["name"] for volume in pod["volumes"]]
    mounted = {mount["name"] for item in everybody for mount in item.get("volumeMounts", ())}
    assert len(volumes) == len(set(volumes)) and mounted == set(volumes)
    for item in everybody:
        paths = [mount["mountPath"] for mount in item.get("volumeMounts", ())]
        assert len(paths) == len(set(paths))
        variables = [variable["name"] for variable in item.get("env", ())]
        assert len(variables) == len(set(variables))
        amounts = item["resources"]
        for amount in leaves(amounts):
            assert QUANTITY.fullmatch(amount), amount
        assert "cpu" not in amounts["limits"] and amounts["limits"].items() <= amounts["requests"].items()
        for name in ("startupProbe", "livenessProbe", "readinessProbe"):
            if name in item:
                handler = item[name].get("httpGet") or item[name]["tcpSocket"]
                assert handler["port"] == "api" or 1 <= handler["port"] <= 65535
    memory = sum(_bytes(item["resources"]["limits"]["memory"]) for item in pod["containers"])
    assert memory <= plan.bundle.memory_bytes
    check_texts(description, pod)
    strategy = deployment["strategy"]
    if strategy["type"] == "RollingUpdate":
        assert all(type(value) is int for value in strategy["rollingUpdate"].values())
        assert any(strategy["rollingUpdate"].values())
    assert deployment["progressDeadlineSeconds"] > plan.startup_seconds
    assert plan.await_seconds > deployment["progressDeadlineSeconds"]


def check_texts(description: WorkloadDescription, pod: dict[str, Any]) -> None:
    """What the artifact says reaches the process unchanged."""
    given_ = description.spec["containerGroups"][0]["containers"]
    for said, item in zip(given_, pod["containers"], strict=True):
        assert item["image"] == said["imageUri"]
        clear = {variable["name"]: variable["value"] for variable in item["env"] if "value" in variable}
        for variable in said.get("environmentVars", ()):
            if variable.get("source", "string") == "string" and variable["name"] in clear:
                assert expanded(clear[variable["name"]], clear) == variable["value"]
        assert [expanded(text, clear) for text in item.get("command", ())] == said.get("entrypoint", [])


def _bytes(quantity: str) -> int:
    return memory_bytes(f"{quantity}B") if quantity[-1] == "i" else int(quantity)


@given(workloads(wild=True))
@settings(max_examples=100, deadline=None)
def test_whatever_is_asked_for_is_planned_or_refused_with_a_path(case: Any) -> None:
    description, cluster = case
    plan = plan_workload(description, cluster)
    for problem in (*plan.errors, *plan.warnings):
        assert re.fullmatch(r"[a-zA-Z_]+(\.[a-zA-Z0-9_]+)*", problem.path), problem
        assert "\n" not in str(problem) and problem.message
    if not plan.errors:
        check_pod(description, plan, render_workload(description, cluster))


@given(artifacts(statuses=("locked",)), st.data())
@settings(max_examples=60, deadline=None)
def test_a_change_of_the_runtime_touches_nothing_that_the_artifact_owns(artifact: Any, data: Any) -> None:
    from tests.unit.manifests.generated import SECRETS, tamed

    artifact_type = artifact.get("type", "service")
    wanted = tamed(artifact["spec"])
    group = wanted["containerGroups"][0]
    bundles = {"service": ["cpu.small", "cpu.large", "gpu.l4.small"], "nim": ["gpu.l4.small", "gpu.l4.pair"]}

    def objects() -> dict[str, Any]:
        runtime = data.draw(runtimes(group=group.get("name"), artifact_type=artifact_type))
        chosen = runtime["containerGroups"][0]
        chosen["resourceBundles"] = [data.draw(st.sampled_from(bundles[artifact_type]))]
        if "policies" in chosen.get("autoscaling", {}):
            chosen["autoscaling"]["policies"] = [{"scalingMetric": "cpuAverageUtilization", "target": 50}]
        cache = {"cache_claim": "c", "cache_subfolder": "all"} if _is_cached(wanted) else {}
        description = described(
            artifact_type=artifact_type,
            spec=wanted,
            runtime=runtime,
            secrets=SECRETS,
            runtime_digest=str(runtime),
            **cache,
        )
        return render_workload(description, CLUSTER)

    first, second = objects(), objects()
    for role in ("serviceAccount", "environment", "claim", "networkPolicy", "service"):
        assert first.get(role) == second.get(role)
    pods = [copy.deepcopy(pod_of(found)) for found in (first, second)]
    for pod in pods:
        for item in pod["containers"]:
            del item["resources"]
    assert pods[0]["containers"] == pods[1]["containers"]
    assert pods[0].get("initContainers") == pods[1].get("initContainers")
    for field in ("securityContext", "terminationGracePeriodSeconds", "serviceAccountName"):
        assert pods[0][field] == pods[1][field]
    labels = [found["deployment"]["spec"]["template"]["metadata"] for found in (first, second)]
    assert labels[0] == labels[1]


def _is_cached(wanted: dict[str, Any]) -> bool:
    return (wanted.get("storage") or {}).get("mode") == "nimCache"


PROBE = {"path": "/", "port": 8000}
OPAQUE_PLACES = [
    ("imageUri",),
    ("entrypoint",),
    ("entrypoint", 0),
    ("environmentVars", 0, "value"),
    ("environmentVars", 1, "key"),
    ("readinessProbe", "path"),
    ("livenessProbe", "host"),
    ("startupProbe", "httpHeaders", "X-A"),
    ("securityContext", "seccompProfile", "localhostProfile"),
    ("description",),
    ("imageBuildConfig",),
]
UNSEEN = {("description",), ("imageBuildConfig",)}


def full_container() -> dict[str, Any]:
    """A container with everything that may be opaque."""
    return container(
        description="d",
        entrypoint=["run"],
        environmentVars=[
            {"name": "A", "value": "1"},
            {"source": "dr-credential", "name": "B", "drCredentialId": "c1", "key": "k"},
        ],
        readinessProbe={**PROBE},
        livenessProbe={**PROBE, "host": "h"},
        startupProbe={**PROBE, "httpHeaders": {"X-A": "1"}},
        securityContext={"seccompProfile": {"type": "Localhost", "localhostProfile": "p"}},
    )


def put(document: Any, path: tuple[str | int, ...], value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


@pytest.mark.parametrize("place", OPAQUE_PLACES, ids=lambda place: ".".join(map(str, place)))
@pytest.mark.parametrize("kind", [described, nim])
def test_what_decides_nothing_may_be_an_output(kind: Any, place: tuple[str | int, ...]) -> None:
    from lockyard_components.placement import SecretReference

    poison = Poison()
    inside = full_container()
    put(inside, place, poison)
    secrets = {"c1": SecretReference(name="s", key="k")}
    # Everything else that the program may not know is opaque too.
    ids = {name: Poison() for name in ("workload_id", "artifact_id", "artifact_digest", "runtime_digest", "version")}
    description = kind(
        spec=spec(inside), secrets=secrets, draft=True, expires_at=Poison(), importance=Poison(), join=Joined,
        restart_on={"a": Poison()}, **ids,
    )  # fmt: skip
    objects = rendered(description)
    found = leaves(objects)
    assert all(type(leaf) in (str, int, bool, float, Poison, Joined) for leaf in found)
    passed = [leaf for leaf in found if type(leaf) is Poison]
    assert any(leaf is poison for leaf in passed) is (place not in UNSEEN)
    for value in (*ids.values(), description.expires_at, description.importance, description.restart_on["a"]):
        assert any(leaf is value for leaf in passed)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (("name",), "spec.containerGroups.0.containers.0.name"),
        (("primary",), "spec.containerGroups.0.containers.0.primary"),
        (("port",), "spec.containerGroups.0.containers.0.port"),
        (("environmentVars",), "spec.containerGroups.0.containers.0.environmentVars"),
        (("environmentVars", 0, "name"), "spec.containerGroups.0.containers.0.environmentVars.0.name"),
        (
            ("environmentVars", 1, "drCredentialId"),
            "spec.containerGroups.0.containers.0.environmentVars.1.drCredentialId",
        ),
        (("readinessProbe",), "spec.containerGroups.0.containers.0.readinessProbe"),
        (("startupProbe", "periodSeconds"), "spec.containerGroups.0.containers.0.startupProbe.periodSeconds"),
        (("startupProbe", "httpHeaders"), "spec.containerGroups.0.containers.0.startupProbe.httpHeaders"),
        (("securityContext",), "spec.containerGroups.0.containers.0.securityContext"),
    ],
)
def test_what_decides_something_must_be_plain(place: Any, path: str) -> None:
    inside = full_container()
    put(inside, place, Poison())
    with pytest.raises(NotPlainError) as error:
        rendered(nim(spec=spec(inside)))
    assert error.value.paths == (path,)
    assert str(error.value).startswith(f"{path}: must be known while the program runs") and "\n" not in str(error.value)


def test_everything_that_must_be_plain_is_named_at_once() -> None:
    inside = container(port=Poison())
    with pytest.raises(NotPlainError) as error:
        rendered(
            nim(
                spec={
                    "containerGroups": [{"containers": [inside]}],
                    "storage": {"mode": Poison(), "pvcSize": Poison()},
                },
                runtime={"containerGroups": [{"replicaCount": Poison()}]},
            )
        )
    assert error.value.paths == (
        "spec.containerGroups.0.containers.0.port",
        "spec.storage.mode",
        "spec.storage.pvcSize",
        "runtime.containerGroups.0.replicaCount",
    )


@pytest.mark.parametrize("field", ["spec", "runtime"])
def test_a_whole_spec_or_runtime_must_be_plain(field: str) -> None:
    with pytest.raises(NotPlainError) as error:
        rendered(nim(**{field: Poison()}))
    assert error.value.paths == (field,)


def test_tuples_and_read_only_maps_are_plain() -> None:
    from types import MappingProxyType

    frozen = MappingProxyType({"containerGroups": ({"containers": (MappingProxyType(container()),)},)})
    assert rendered(replace(nim(), spec=frozen)) == rendered(nim())


def test_rendering_changes_nothing_that_it_was_given() -> None:
    given_ = nim(spec=spec(full_container()), secrets={"c1": CLUSTER.ngc_secret or _secret()})
    before = copy.deepcopy((given_.spec, given_.runtime))
    rendered(given_)
    assert (given_.spec, given_.runtime) == before


def _secret() -> Any:
    from lockyard_components.placement import SecretReference

    return SecretReference(name="s", key="k")
