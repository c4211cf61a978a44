"""Who may call a workload, and what it may call."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.manifests.worlds import (
    FULL,
    GATEWAY,
    INGRESS,
    PLAIN,
    PROMETHEUS,
    block,
    exposed,
    namespaces,
    plan,
    policy,
    workload,
)

from lockyard_components.manifests import Metrics, Network, WorkloadPlan
from lockyard_components.manifests._network_policy import network_problems, render_network_policy

SELECTOR = {"app.kubernetes.io/instance": "chat", "app.kubernetes.io/component": "server"}
METADATA = ("169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe")
HTTP = plan(block(policy("httpRequestsConcurrency", 10), least=0))


def spec(cluster: Any = FULL, planned: WorkloadPlan | None = None, **fields: Any) -> dict[str, Any]:
    """The spec of a workload's policy."""
    return render_network_policy(workload(**fields), planned or plan(), cluster)["networkPolicy"]["spec"]


def callers(found: dict[str, Any]) -> list[str]:
    """The namespaces that may call the port."""
    rule = found["ingress"][0]
    assert rule["ports"] == [{"protocol": "TCP", "port": "api"}]
    assert rule["from"][0] == {"podSelector": {"matchLabels": SELECTOR}}
    return namespaces(rule["from"])


def may_call(found: dict[str, Any], address: str, port: int) -> bool:
    """Whether some egress rule lets an address outside the cluster be called."""
    for rule in found["egress"]:
        if "ports" in rule and not any(each["port"] == port for each in rule["ports"]):
            continue
        for target in rule["to"]:
            ip_block = target.get("ipBlock")
            if ip_block is None:
                continue
            network, host = ip_network(ip_block["cidr"]), ip_address(address)
            if host in network and not any(host in ip_network(hole) for hole in ip_block.get("except", ())):
                return True
    return False


def test_k39_the_policy_is_about_the_workloads_pods_and_both_directions() -> None:
    found = spec()
    assert found["podSelector"] == {"matchLabels": SELECTOR}
    assert found["policyTypes"] == ["Ingress", "Egress"]


@pytest.mark.parametrize(
    ("cluster", "planned", "fields", "expected"),
    [
        (PLAIN, None, {}, []),
        (PLAIN, None, {"callers": ("agents", "models", "agents")}, ["agents", "models"]),
        (FULL, None, {}, ["monitoring"]),
        (FULL, None, {"artifact_type": "service"}, []),
        (FULL, None, {"metrics": Metrics(enabled=False)}, []),
        (FULL, None, {"exposure": exposed()}, ["gateways", "monitoring"]),
        (replace(PLAIN, ingress=INGRESS), None, {"exposure": exposed()}, ["ingress-nginx"]),
        (replace(PLAIN, ingress=INGRESS, gateway=GATEWAY), None, {"exposure": exposed()}, ["gateways"]),
        (FULL, HTTP, {}, ["scalers", "monitoring"]),
        # The gateway calls the add-on's proxy, and only that calls the pods.
        (FULL, HTTP, {"exposure": exposed()}, ["scalers", "monitoring"]),
    ],
)
def test_k39_only_who_has_business_may_call(
    cluster: Any, planned: WorkloadPlan | None, fields: dict[str, Any], expected: list[str]
) -> None:
    found = spec(cluster, planned, **fields)
    assert callers(found) == expected
    assert len(found["ingress"]) == 1


def test_k39_monitoring_reads_another_port_and_only_that() -> None:
    found = spec(metrics=Metrics(port=9400))
    assert callers(found) == []
    assert found["ingress"][1:] == [
        {
            "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": PROMETHEUS.namespace}}}],
            "ports": [{"protocol": "TCP", "port": 9400}],
        }
    ]


def test_k39_a_load_balancer_outside_the_cluster_may_be_let_in() -> None:
    found = spec(PLAIN, network=Network(address_blocks=("35.191.0.0/16",)))
    assert found["ingress"][0]["from"][1:] == [{"ipBlock": {"cidr": "35.191.0.0/16"}}]


@pytest.mark.parametrize("network", [Network(), Network(metadata=True)])
def test_k39_a_cached_server_may_ask_the_name_service_and_nothing_else(network: Network) -> None:
    found = spec(planned=plan(storage="nimCache"), network=network)
    assert len(found["egress"]) == 1
    rule = found["egress"][0]
    assert {(port["protocol"], port["port"]) for port in rule["ports"]} == {
        ("UDP", 53),
        ("TCP", 53),
        ("UDP", 5353),
        ("TCP", 5353),
    }
    assert namespaces(rule["to"]) == ["kube-system", "openshift-dns"]
    assert [target["ipBlock"]["cidr"] for target in rule["to"] if "ipBlock" in target] == ["169.254.20.10/32"]
    assert not any(may_call(found, address, port) for address in ("8.8.8.8", *METADATA) for port in (53, 80, 443))


@pytest.mark.parametrize("storage", ["none", "dedicatedPvc"])
def test_k39_a_server_that_downloads_may_also_use_https(storage: str) -> None:
    found = spec(planned=plan(storage=storage))
    assert may_call(found, "8.8.8.8", 443)
    assert may_call(found, "2001:db8::1", 443)
    assert not may_call(found, "8.8.8.8", 80)
    assert {"namespaceSelector": {}} in found["egress"][1]["to"]


def test_k39_the_code_of_a_service_decides_what_it_calls() -> None:
    found = spec(artifact_type="service")
    assert may_call(found, "8.8.8.8", 5432)
    assert {"namespaceSelector": {}} in found["egress"][1]["to"]
    assert len(spec(artifact_type="service", network=Network(egress="dns"))["egress"]) == 1


@given(address=st.sampled_from(METADATA), port=st.sampled_from([53, 80, 443, 8080]), data=st.data())
def test_k39_the_metadata_service_is_closed_unless_asked_for(address: str, port: int, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["nim", "service"]))
    egress: Any = data.draw(st.sampled_from([None, "dns", "https", "open"]))
    storage = data.draw(st.sampled_from(["none", "dedicatedPvc", "nimCache"]))
    closed = spec(planned=plan(storage=storage), artifact_type=kind, network=Network(egress=egress))
    assert not may_call(closed, address, port)
    opened = spec(planned=plan(storage=storage), artifact_type=kind, network=Network(egress="open", metadata=True))
    assert may_call(opened, address, port)


@given(st.sampled_from([None, "dns", "https", "open"]), st.booleans())
def test_every_hole_is_inside_its_block(egress: Any, metadata: bool) -> None:
    found = spec(network=Network(egress=egress, metadata=metadata))
    for rule in found["egress"]:
        for target in rule["to"]:
            if "ipBlock" in target:
                whole: Any = ip_network(target["ipBlock"]["cidr"])
                holes: list[Any] = [ip_network(hole) for hole in target["ipBlock"].get("except", ())]
                assert all(hole != whole and hole.subnet_of(whole) for hole in holes)


def test_the_policy_can_be_left_out() -> None:
    assert render_network_policy(workload(network=Network(policy=False)), plan(), FULL) == {}


def test_k45_namespaces_and_blocks_must_be_such() -> None:
    fine = workload(callers=("agents",), network=Network(address_blocks=("10.0.0.0/8", "2001:db8::/32")))
    assert network_problems(fine) == []
    wrong = workload(callers=("agents", "Agents/x"), network=Network(address_blocks=("10.0.0.1/8", "here")))
    assert [problem.path for problem in network_problems(wrong)] == [
        "callers.1",
        "network.address_blocks.0",
        "network.address_blocks.1",
    ]


@pytest.mark.parametrize(
    ("egress", "bad"), [("dns", False), ("https", False), ("open", False), ("none", True), ("", True)]
)
def test_an_unknown_egress_is_refused_and_not_open(egress: Any, bad: bool) -> None:
    found = network_problems(workload(network=Network(egress=egress)))
    assert [problem.path for problem in found] == (["network.egress"] if bad else [])
