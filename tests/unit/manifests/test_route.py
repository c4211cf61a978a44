"""The way in from outside: HTTPRoute or Ingress, straight or through the HTTP add-on's proxy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.worlds import FULL, GATEWAY, HTTP_KEDA, INGRESS, PLAIN, block, exposed, plan, policy, workload

from lockyard_components.manifests import Exposure, WorkloadPlan
from lockyard_components.manifests._exposure import exposed_host, exposure_problems
from lockyard_components.manifests._route import render_route

WITH_INGRESS = replace(PLAIN, ingress=INGRESS)
COUNTED = plan(block(policy("httpRequestsConcurrency", 10), least=0))


def routes(cluster: Any, exposure: Exposure | None, planned: WorkloadPlan | None = None) -> dict[str, Any]:
    """What exposes a workload."""
    return render_route(workload(exposure=exposure), planned or plan(), cluster)


@pytest.mark.parametrize("cluster", [PLAIN, WITH_INGRESS, FULL])
def test_without_exposure_there_is_no_way_in(cluster: Any) -> None:
    assert routes(cluster, None) == {}


def test_a_cluster_with_a_gateway_gets_an_http_route() -> None:
    objects = routes(replace(FULL, ingress=INGRESS), exposed(path="/v1"))
    assert list(objects) == ["route"]
    route = objects["route"]
    assert (route["apiVersion"], route["kind"]) == ("gateway.networking.k8s.io/v1", "HTTPRoute")
    assert (route["metadata"]["name"], route["metadata"]["namespace"]) == ("chat", "models")
    assert route["spec"] == {
        "parentRefs": [{"name": "public", "namespace": "gateways"}],
        "hostnames": ["chat.models.models.example"],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/v1"}}],
                "backendRefs": [{"name": "chat", "port": 80}],
            }
        ],
    }


def test_another_cluster_gets_an_ingress() -> None:
    objects = routes(WITH_INGRESS, exposed(host="chat.example.com", tls_secret="chat-tls"))
    assert list(objects) == ["route"]
    route = objects["route"]
    assert (route["apiVersion"], route["kind"]) == ("networking.k8s.io/v1", "Ingress")
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": "chat", "port": {"name": "api"}}},
    }
    assert route["spec"] == {
        "ingressClassName": "nginx",
        "rules": [{"host": "chat.example.com", "http": {"paths": [path]}}],
        "tls": [{"hosts": ["chat.example.com"], "secretName": "chat-tls"}],
    }
    assert "tls" not in routes(WITH_INGRESS, exposed())["route"]["spec"]


def test_requests_that_are_counted_go_through_the_proxy_and_its_namespace_allows_it() -> None:
    objects = routes(FULL, exposed(), COUNTED)
    assert list(objects) == ["proxy", "grant", "route"]
    backend = {"name": "keda-add-ons-http-interceptor-proxy", "namespace": "scalers", "port": 8080}
    assert objects["route"]["spec"]["rules"][0]["backendRefs"] == [backend]
    grant = objects["grant"]
    assert (grant["apiVersion"], grant["kind"]) == ("gateway.networking.k8s.io/v1beta1", "ReferenceGrant")
    assert (grant["metadata"]["name"], grant["metadata"]["namespace"]) == ("models.chat", "scalers")
    assert grant["spec"] == {
        "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "models"}],
        "to": [{"group": "", "kind": "Service", "name": "keda-add-ons-http-interceptor-proxy"}],
    }


def test_an_ingress_reaches_the_proxy_by_a_service_of_the_workloads_namespace() -> None:
    objects = routes(replace(WITH_INGRESS, keda=HTTP_KEDA), exposed(), COUNTED)
    assert list(objects) == ["proxy", "route"]
    backend = objects["route"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": "chat-proxy", "port": {"name": "api"}}
    proxy = objects["proxy"]
    assert (proxy["metadata"]["name"], proxy["metadata"]["namespace"]) == ("chat-proxy", "models")
    assert proxy["spec"] == {
        "type": "ExternalName",
        "externalName": "keda-add-ons-http-interceptor-proxy.scalers.svc.cluster.local",
        "ports": [{"name": "api", "port": 8080, "protocol": "TCP", "appProtocol": "http"}],
    }


def test_callers_in_the_cluster_reach_the_proxy_without_exposure() -> None:
    objects = routes(FULL, None, COUNTED)
    assert list(objects) == ["proxy"]
    # Monitors select Services by the component.
    assert objects["proxy"]["metadata"]["labels"]["app.kubernetes.io/component"] != "server"


def test_the_host_has_the_namespace_so_that_two_stages_do_not_meet() -> None:
    assert exposed_host(workload(), FULL) is None
    assert exposed_host(workload(exposure=exposed()), FULL) == "chat.models.models.example"
    assert exposed_host(workload(exposure=exposed()), WITH_INGRESS) == "chat.models.apps.example"
    assert exposed_host(workload(exposure=exposed(), namespace="staging"), FULL) == "chat.staging.models.example"
    assert exposed_host(workload(exposure=exposed(host="chat.example.com")), FULL) == "chat.example.com"


def test_exposure_without_a_way_in_is_refused() -> None:
    problems = exposure_problems(workload(exposure=exposed()), PLAIN)
    assert [problem.path for problem in problems] == ["exposure"]
    assert "'bare'" in problems[0].message
    assert "gateway=Gateway(...)" in problems[0].message
    assert exposure_problems(workload(), PLAIN) == []


@pytest.mark.parametrize(
    ("cluster", "exposure", "paths"),
    [
        (FULL, exposed(), []),
        (FULL, exposed(host="a.b-c.example", path="/v1/chat"), []),
        (FULL, exposed(path="/v1/"), []),
        (WITH_INGRESS, exposed(tls_secret="chat-tls"), []),
        (FULL, exposed(tls_secret="chat-tls"), ["exposure.tls_secret"]),
        (WITH_INGRESS, exposed(tls_secret="Chat TLS"), ["exposure.tls_secret"]),
        (FULL, exposed(host="https://a.example"), ["exposure.host"]),
        (FULL, exposed(host="A.example"), ["exposure.host"]),
        (FULL, exposed(host="a..example"), ["exposure.host"]),
        (FULL, exposed(host="", path="v1"), ["exposure.host", "exposure.path"]),
        (FULL, exposed(path="/v1//x"), ["exposure.path"]),
        (FULL, exposed(path="/v1?x=1"), ["exposure.path"]),
    ],
)
def test_k45_what_cannot_work_is_refused(cluster: Any, exposure: Exposure, paths: list[str]) -> None:
    assert [problem.path for problem in exposure_problems(workload(exposure=exposure), cluster)] == paths


def test_k45_tls_at_a_gateway_is_the_gateways() -> None:
    problem = exposure_problems(workload(exposure=exposed(tls_secret="x")), FULL)[0]
    assert f"gateway '{GATEWAY.name}'" in problem.message
