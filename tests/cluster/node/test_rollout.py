"""A replacement under constant load of the Service, by how many GPUs are left (K24), and what is in flight (K27)."""

from __future__ import annotations

import threading

from tests.cluster.harness import eventually
from tests.cluster.node.harness import FULL, HALF, ONE, NodeCluster, ask, runtime, web_spec, workload

#: The server stays a second after the signal, as good ones do, then waits for its open requests.
DRAINS = {"DRAIN_SECONDS": 1}


def test_k24_with_a_spare_gpu_no_request_fails(node_cluster: NodeCluster) -> None:
    with node_cluster.namespace() as namespace:
        chat = workload(node_cluster, namespace)
        chat.apply(web_spec("1", **DRAINS), runtime(2, ONE), "1")
        chat.serves()
        with node_cluster.load(f"{chat.url}/work?ms=20", rate=100) as load:
            chat.apply(web_spec("2", READY_AFTER_SECONDS=2, **DRAINS), runtime(2, ONE), "2")
            chat.serves()
            # The old pods serve out their last seconds.
            eventually(lambda: len(node_cluster.created(namespace)) == 2, seconds=30)
            result = load.stop(after=1)

    assert result.failed == 0, result
    assert result.order == ["1", "2"], "both versions answered, the old one first"
    assert result.asked > 300, "the load was constant"


def test_k24_without_a_spare_one_of_two_replicas_always_serves(node_cluster: NodeCluster) -> None:
    with node_cluster.namespace() as namespace:
        chat = workload(node_cluster, namespace)
        chat.apply(web_spec("1", **DRAINS), runtime(2, HALF), "1")
        chat.serves()
        with node_cluster.load(f"{chat.url}/work?ms=20", rate=50) as load:
            chat.apply(web_spec("2", READY_AFTER_SECONDS=1, **DRAINS), runtime(2, HALF), "2")
            ready = []
            eventually(lambda: ready.append(len(node_cluster.ready_pods(namespace))) or chat.settled(), every=0.5)
            result = load.stop(after=1)

    assert min(ready) == 1, "one at a time"
    assert result.failed == 0, result
    assert result.order == ["1", "2"]


def test_k24_a_single_replica_on_a_full_pool_is_out_for_a_while_and_comes_back(node_cluster: NodeCluster) -> None:
    with node_cluster.namespace() as namespace:
        chat = workload(node_cluster, namespace)
        chat.apply(web_spec("1", **DRAINS), runtime(1, FULL), "1")
        chat.serves()
        with node_cluster.load(f"{chat.url}/work", rate=50, timeout=1) as load:
            chat.apply(web_spec("2", READY_AFTER_SECONDS=1, **DRAINS), runtime(1, FULL), "2")
            chat.serves()
            result = load.stop(after=1)

    # The default strategy would wait for ever for a fifth GPU.
    assert result.order == ["1", "2"]
    assert result.failed > 0, "nothing else could have served"
    assert result.longest_outage_seconds < 20, result


def test_k27_a_stream_in_flight_completes(node_cluster: NodeCluster) -> None:
    answers: list[tuple[int, str]] = []
    with node_cluster.namespace() as namespace:
        chat = workload(node_cluster, namespace)
        chat.apply(web_spec("1", **DRAINS), runtime(1, ONE), "1")
        chat.serves()
        url = chat.url
        # Ready pods are served by the node a moment later.
        eventually(lambda: ask(f"{url}/work"), lambda answer: answer == (200, "1\n"), seconds=5)
        # Longer than the pause before the signal and the server's own second together.
        ask_it = threading.Thread(target=lambda: answers.append(ask(f"{url}/stream?seconds=8", timeout=30)))
        ask_it.start()
        chat.apply(web_spec("2", **DRAINS), runtime(1, ONE), "2")
        chat.serves()
        eventually(lambda: ask(f"{url}/work"), lambda answer: answer == (200, "2\n"), seconds=5)
        assert not answers, "the stream is still going while the new version serves"
        ask_it.join(timeout=40)

    assert [status for status, _ in answers] == [200]
    assert answers[0][1].endswith("complete\n")
