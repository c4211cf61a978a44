"""The objects of a registry server: what they are, what never is in them, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import CLUSTER, FULL
from typer.main import get_command

from lockyard.cli._main import app
from lockyard_components.manifests import Exposure, PlanError, PodSecurity, RegistryDescription, render_registry_server
from lockyard_components.placement import Ingress, SecretReference

DATABASE = SecretReference(name="lockyard-database", key="url")
KEY = SecretReference(name="lockyard-key", key="key.pem")
TOKEN = SecretReference(name="lockyard-token", key="token")


def rendered(cluster: Any = CLUSTER, **fields: Any) -> dict[str, Any]:
    given = {"name": "registry", "namespace": "lockyard", "image": "lockyard:1", "database": DATABASE}
    return render_registry_server(RegistryDescription(**{**given, **fields}), cluster)


def container(objects: dict[str, Any], key: str = "deployment") -> dict[str, Any]:
    [found] = objects[key]["spec"]["template"]["spec"]["containers"]
    return found


def variables(objects: dict[str, Any], key: str = "deployment") -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container(objects, key)["env"]}


def secret(reference: SecretReference) -> dict[str, Any]:
    return {"secretKeyRef": {"name": reference.name, "key": reference.key}}


def test_two_pods_behind_a_service_after_an_upgrade_of_the_database() -> None:
    objects = rendered()
    assert list(objects) == [
        "serviceAccount",
        "networkPolicy",
        "migration",
        "deployment",
        "service",
        "disruptionBudget",
    ]
    assert objects["deployment"]["spec"]["replicas"] == 2
    assert objects["deployment"]["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert container(objects, "migration")["command"] == ["lockyard", "migrate"]
    assert variables(objects, "migration")["LOCKYARD_DATABASE"] == secret(DATABASE)
    assert objects["migration"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    labels = objects["deployment"]["spec"]["template"]["metadata"]["labels"]
    selector = objects["service"]["spec"]["selector"]
    assert selector.items() <= labels.items()
    assert not selector.items() <= objects["migration"]["spec"]["template"]["metadata"]["labels"].items()


def test_everything_there_can_be() -> None:
    objects = rendered(
        FULL,
        checkpoints="s3://proofs/lockyard?lockDays=365",
        checkpoint_key=KEY,
        credentials_key=TOKEN,
        bundles={"extend": True, "bundles": []},
        environment={"LOCKYARD_OIDC_ISSUER": "https://login.example", "AWS_SECRET_ACCESS_KEY": TOKEN},
        exposure=Exposure(host="registry.example"),
        rate_limit="200/second",
        callers=("ci",),
        labels={"team": "platform"},
    )
    assert {"bundles", "monitor", "route"} <= set(objects)
    found = variables(objects)
    assert found["LOCKYARD_CHECKPOINTS"] == "s3://proofs/lockyard?lockDays=365"
    assert found["LOCKYARD_CHECKPOINT_KEY"] == "/var/run/lockyard-checkpoint-key/key.pem"
    assert found["LOCKYARD_CREDENTIALS_KEY"] == "/var/run/lockyard-credentials-key/token"
    assert found["LOCKYARD_OIDC_ISSUER"] == "https://login.example"
    assert found["AWS_SECRET_ACCESS_KEY"] == secret(TOKEN)
    assert json.loads(objects["bundles"]["data"]["bundles.json"]) == {"extend": True, "bundles": []}
    mounts = {mount["name"]: mount["mountPath"] for mount in container(objects)["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in objects["deployment"]["spec"]["template"]["spec"]["volumes"]}
    assert set(mounts) == set(volumes) == {"tmp", "bundles", "checkpoint-key", "credentials-key"}
    assert volumes["checkpoint-key"]["secret"]["defaultMode"] == 0o440
    assert found["LOCKYARD_BUNDLES"].startswith(mounts["bundles"])
    for manifest in objects.values():
        assert manifest["metadata"]["labels"]["team"] == "platform"
        assert manifest["metadata"]["namespace"] == "lockyard"
    [rule] = objects["networkPolicy"]["spec"]["ingress"]
    names = {peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in rule["from"]}
    assert names == {"ci", FULL.gateway.namespace, FULL.prometheus.namespace}


def test_without_a_key_no_pod_makes_one_for_credentials() -> None:
    objects = rendered()
    path = variables(objects)["LOCKYARD_CREDENTIALS_KEY"]
    assert not any(path.startswith(mount["mountPath"]) for mount in container(objects)["volumeMounts"])
    assert container(objects)["securityContext"]["readOnlyRootFilesystem"] is True


def test_its_commands_have_the_options_that_it_gives() -> None:
    commands: Any = get_command(app)
    for objects in (rendered(rate_limit="5/second"), rendered(token=TOKEN)):
        for key in ("deployment", "migration"):
            _, name, *words = container(objects, key)["command"]
            parameters = commands.commands[name].params
            options = {one for parameter in parameters for one in (*parameter.opts, *parameter.secondary_opts)}
            assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize(
    ("url", "host"), [("https://models.example", "models.example"), ("https://m.example:8443/", "m.example")]
)
def test_workloads_with_an_origin_of_their_own(url: str, host: str) -> None:
    settings: dict[str, Any] = {
        "exposure": Exposure(host="registry.example"),
        "invoke_url": url,
        "invoke_hosts": ("*.svc", "10.0.0.0/8"),
        "invoke_headers": ("X-Api-Key",),
    }
    objects = rendered(FULL, **settings)
    found = variables(objects)
    assert found["LOCKYARD_INVOKE_URL"] == url
    assert found["LOCKYARD_INVOKE_HOSTS"] == "*.svc,10.0.0.0/8"
    assert found["LOCKYARD_INVOKE_HEADERS"] == "X-Api-Key"
    assert objects["route"]["spec"]["hostnames"] == ["registry.example", host]
    by_ingress = replace(FULL, gateway=None, ingress=Ingress(class_name="nginx", namespace="way-in", domain="example"))
    route = rendered(by_ingress, **{**settings, "exposure": Exposure(host="registry.example", tls_secret="tls")})[
        "route"
    ]
    assert [rule["host"] for rule in route["spec"]["rules"]] == ["registry.example", host]
    assert route["spec"]["tls"] == [{"hosts": ["registry.example", host], "secretName": "tls"}]
    assert not {name for name in variables(rendered()) if "INVOKE" in name}


def test_one_token_or_users() -> None:
    assert "--users" in container(rendered())["command"] and "LOCKYARD_API_TOKEN" not in variables(rendered())
    single = rendered(token=TOKEN)
    assert "--users" not in container(single)["command"]
    assert variables(single)["LOCKYARD_API_TOKEN"] == secret(TOKEN)


def test_other_bundles_are_a_rollout_and_the_same_ones_are_not() -> None:
    def notes(bundles: Any) -> Any:
        return rendered(bundles=bundles)["deployment"]["spec"]["template"]["metadata"]["annotations"]

    assert notes([{"id": "a", "b": 1}]) == notes([{"b": 1, "id": "a"}]) != notes([{"id": "b"}])


def pods(objects: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (objects[key]["spec"]["template"]["spec"] for key in ("deployment", "migration"))


def test_the_pods_are_restricted_and_keep_nothing() -> None:
    for pod in pods(rendered()):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        context = pod["containers"][0]["securityContext"]
        assert context["readOnlyRootFilesystem"] is True and context["capabilities"] == {"drop": ["ALL"]}
        assert pod["containers"][0]["resources"]["limits"].keys() == {"memory"}
        assert [volume for volume in pod["volumes"] if "emptyDir" not in volume] == []


def test_probes_tell_readiness_from_life() -> None:
    found = container(rendered())
    assert found["readinessProbe"]["httpGet"]["path"] == found["startupProbe"]["httpGet"]["path"] == "/readyz"
    assert found["livenessProbe"]["httpGet"]["path"] == "/healthz"
    grace = rendered()["deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > found["lifecycle"]["preStop"]["sleep"]["seconds"] + 10


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": "Registry"}, "name"),
        ({"name": "r" * 53}, "name"),
        ({"namespace": "A B"}, "namespace"),
        ({"callers": ("a", "B")}, "callers.1"),
        ({"replicas": 0}, "replicas"),
        ({"checkpoints": "/var/proofs", "checkpoint_key": KEY}, "checkpoints"),
        ({"checkpoints": "s3://proofs"}, "checkpoint_key"),
        ({"checkpoint_key": KEY}, "checkpoint_key"),
        ({"rate_limit": "fast"}, "rate_limit"),
        ({"database_port": 0}, "database_port"),
        ({"cpu": 0}, "cpu"),
        ({"memory_mib": 64}, "memory_mib"),
        ({"environment": {"LOCKYARD_DATABASE": "postgresql://"}}, "environment.LOCKYARD_DATABASE"),
        ({"environment": {"A B": "1"}}, "environment.A B"),
        ({"labels": {"app.kubernetes.io/name": "x"}}, "labels"),
        ({"security": PodSecurity(run_as_user=0)}, "security.run_as_user"),
        ({"exposure": Exposure()}, "exposure"),
        ({"invoke_url": "models.example"}, "invoke_url"),
        ({"invoke_url": "https://models.example/x"}, "invoke_url"),
        ({"invoke_hosts": ("*.svc,*.local",)}, "invoke_hosts.0"),
        ({"invoke_headers": ("X-A", "")}, "invoke_headers.1"),
    ],
)
def test_settings_that_cannot_be(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(PlanError) as caught:
        rendered(**fields)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(PlanError) as caught:
        rendered(replicas=0, cpu=0, name="")
    assert len(caught.value.problems) == 3
