"""Probes: the artifact's one to one, the platform's where there are none."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.manifests.cases import CLUSTER, container, described, errors_of, nim, pod, server, spec, warnings_of

from lockyard.contract import Probe
from lockyard_components.manifests import WorkloadDescription

NAMES = ("startupProbe", "livenessProbe", "readinessProbe")
FULL_PROBE = {
    "path": "/check?x=1",
    "port": 9001,
    "scheme": "HTTPS",
    "host": "internal.example",
    "httpHeaders": {"X-Probe": "1", "Accept": "*/*"},
    "initialDelaySeconds": 1,
    "periodSeconds": 2,
    "timeoutSeconds": 3,
    "failureThreshold": 4,
    "successThreshold": 1,
}


def probes(description: WorkloadDescription) -> dict[str, Any]:
    """Probes of the primary container."""
    return {name: server(description)[name] for name in NAMES if name in server(description)}


def test_k19_a_nim_without_probes_gets_its_health_paths() -> None:
    found = probes(nim())
    assert [(name, probe["httpGet"]["path"]) for name, probe in found.items()] == [
        ("startupProbe", "/v1/health/ready"),
        ("livenessProbe", "/v1/health/live"),
        ("readinessProbe", "/v1/health/ready"),
    ]
    assert {probe["httpGet"]["port"] for probe in found.values()} == {"api"}
    assert server(nim())["ports"] == [{"name": "api", "containerPort": 8000, "protocol": "TCP"}]


def test_k19_k22_values_of_a_nims_probes() -> None:
    timing = {
        name: (probe["periodSeconds"], probe["timeoutSeconds"], probe["failureThreshold"])
        for name, probe in probes(nim(startup_seconds=1201)).items()
    }
    assert timing == {"startupProbe": (10, 5, 121), "livenessProbe": (15, 5, 5), "readinessProbe": (5, 5, 2)}


def test_k19_a_service_without_probes_is_asked_for_its_port() -> None:
    found = probes(described())
    assert set(found) == {"startupProbe", "readinessProbe"}
    assert all(probe["tcpSocket"] == {"port": "api"} for probe in found.values())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [described, nim])
def test_the_artifacts_probe_arrives_as_it_is(kind: Any, name: str) -> None:
    probe = probes(kind(spec=spec(container(**{name: FULL_PROBE}))))[name]
    assert probe == {
        "httpGet": {
            "path": "/check?x=1",
            "port": 9001,
            "scheme": "HTTPS",
            "host": "internal.example",
            "httpHeaders": [{"name": "X-Probe", "value": "1"}, {"name": "Accept", "value": "*/*"}],
        },
        "initialDelaySeconds": 1,
        "periodSeconds": 2,
        "timeoutSeconds": 3,
        "failureThreshold": 4,
        "successThreshold": 1,
    }


@pytest.mark.parametrize("name", NAMES)
def test_defaults_of_a_probe_are_the_contracts(name: str) -> None:
    probe = probes(nim(spec=spec(container(port=8080, **{name: {"path": "/x"}}))))[name]
    fields = Probe.model_fields
    assert probe["httpGet"] == {"path": "/x", "port": "api", "scheme": fields["scheme"].default}
    for wire, field in (
        ("initialDelaySeconds", "initial_delay_seconds"),
        ("periodSeconds", "period_seconds"),
        ("timeoutSeconds", "timeout_seconds"),
        ("failureThreshold", "failure_threshold"),
        ("successThreshold", "success_threshold"),
    ):
        assert probe[wire] == fields[field].default


def test_k19_a_probe_of_the_containers_port_goes_by_its_name() -> None:
    found = probes(nim(spec=spec(container(port=9001, livenessProbe=FULL_PROBE))))
    assert found["livenessProbe"]["httpGet"]["port"] == "api"


@pytest.mark.parametrize(("given", "expected"), [("readinessProbe", "/ready"), ("livenessProbe", "/ready")])
def test_a_missing_startup_probe_asks_what_the_artifact_asks(given: str, expected: str) -> None:
    probe = {"path": "/ready", "port": 8000, "timeoutSeconds": 9}
    found = probes(described(spec=spec(container(**{given: probe})), startup_seconds=100))["startupProbe"]
    assert found["httpGet"]["path"] == expected
    assert (found["periodSeconds"], found["timeoutSeconds"], found["failureThreshold"]) == (10, 9, 10)


def test_sidecars_have_the_probes_of_the_artifact_and_no_others() -> None:
    sidecar = {"name": "proxy", "imageUri": "envoy:1", "readinessProbe": {"path": "/r", "port": 8000}}
    description = nim(spec=spec(container(), sidecar, {"name": "logs", "imageUri": "fluent:1"}))
    _, proxy, logs = pod(description)["containers"]
    assert [name for name in NAMES if name in proxy] == ["readinessProbe"]
    # The port is another container's: by number.
    assert proxy["readinessProbe"]["httpGet"]["port"] == 8000
    assert "ports" not in proxy
    assert not any(name in logs for name in NAMES)


def test_k22_a_liveness_probe_on_the_ready_path_is_pointed_out() -> None:
    probe = {"path": "/v1/health/ready", "port": 8000}
    (found,) = warnings_of(nim(spec=spec(container(livenessProbe=probe))))
    assert found.startswith("spec.containerGroups.0.containers.0.livenessProbe.path: /v1/health/ready fails under load")
    assert warnings_of(nim(spec=spec(container(livenessProbe={**probe, "path": "/v1/health/live"})))) == []
    assert warnings_of(nim(spec=spec(container(readinessProbe=probe)))) == []


def test_k22_an_impatient_probe_of_a_nim_is_pointed_out() -> None:
    probe = {"path": "/v1/health/live", "port": 8000, "timeoutSeconds": 4}
    (found,) = warnings_of(nim(spec=spec(container(livenessProbe=probe))))
    assert found.startswith("spec.containerGroups.0.containers.0.livenessProbe.timeoutSeconds: ")


def test_a_probe_of_another_port_is_pointed_out() -> None:
    (found,) = warnings_of(described(spec=spec(container(readinessProbe={"path": "/"}))))
    assert found.startswith(
        "spec.containerGroups.0.containers.0.readinessProbe.port: asks port 8080 while the container's port is 8000"
    )


@pytest.mark.parametrize("name", ["startupProbe", "livenessProbe"])
def test_successes_are_counted_by_readiness_probes_only(name: str) -> None:
    probe = {"path": "/", "port": 8000, "successThreshold": 2}
    (found,) = errors_of(described(spec=spec(container(**{name: probe}))))
    assert found.startswith(f"spec.containerGroups.0.containers.0.{name}.successThreshold: must be 1")
    assert errors_of(described(spec=spec(container(readinessProbe=probe)))) == []


@pytest.mark.parametrize("header", ["", "X Probe", "größe", "a:b"])
def test_headers_that_kubernetes_refuses_are_refused(header: str) -> None:
    probe = {"path": "/", "port": 8000, "httpHeaders": {header: "1"}}
    (found,) = errors_of(described(spec=spec(container(readinessProbe=probe))), CLUSTER)
    assert found.startswith("spec.containerGroups.0.containers.0.readinessProbe.httpHeaders: ")
