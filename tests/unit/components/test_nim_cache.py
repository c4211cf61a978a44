"""The NimCache component: one claim for an image, kept unless somebody says so and nobody uses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from tests.unit.program import Run

from lockyard.resources import InputError
from lockyard_components.nim_cache import NimCache
from lockyard_components.placement import Cluster, NodePool, SecretReference, StorageClass

IMAGE = "nvcr.example/nim/llama-3.1-8b-instruct@sha256:" + "a1" * 32
CLUSTER = Cluster(
    name="main",
    pools=(NodePool(name="cpu", flavour="gke", node_cpu=7, node_memory="28GiB"),),
    namespace="serving",
    storage_classes=(
        StorageClass(name="fast"),
        StorageClass(name="shared", access_modes=("ReadWriteMany",)),
    ),
    ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
)


def cache(name: str = "llama", **more: Any) -> NimCache:
    return NimCache(name, **{"image": IMAGE, "cluster": CLUSTER, "size": "200Gi", **more})


def test_a_claim_and_a_job(program: Callable[..., Run]) -> None:
    made: list[NimCache] = []
    run = program(lambda: made.append(cache(profiles=("b", "a"))))

    (found,) = made
    claim, job = run["PersistentVolumeClaim"].inputs, run["Job"].inputs
    assert claim["metadata"]["name"] == found.claim_name and found.claim_name.startswith("nim-cache-")
    assert claim["metadata"]["namespace"] == job["metadata"]["namespace"] == found.namespace == "serving"
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"] and claim["spec"]["storageClassName"] == "shared"
    assert job["metadata"]["name"] == f"{found.claim_name}-{found.subfolder}"
    assert found.profiles == ("a", "b")
    assert found.ready is found.job
    pod = job["spec"]["template"]["spec"]
    download = next(container for container in pod["initContainers"] if container["name"] == "download")
    assert download["image"] == IMAGE
    assert not any("nvidia.com/gpu" in (c["resources"].get("limits") or {}) for c in pod["initContainers"])
    assert "ttlSecondsAfterFinished" not in job["spec"]
    assert run.warnings == []


def test_the_claim_is_kept(program: Callable[..., Run]) -> None:
    kept = program(cache)["PersistentVolumeClaim"].request
    assert (kept.protect, kept.retainOnDelete) == (True, True)

    free = program(lambda: cache(allow_deletion=True))["PersistentVolumeClaim"].request
    assert (free.protect, free.retainOnDelete) == (False, False)


def test_the_job_follows_the_claim_and_is_waited_for(program: Callable[..., Run]) -> None:
    run = program(lambda: cache(size="2Ti", throughput="100MiB"))

    request = run["Job"].request
    assert [urn.rpartition("::")[2] for urn in request.dependencies] == ["llama-claim"]
    deadline = int(run["Job"].inputs["spec"]["activeDeadlineSeconds"])
    assert deadline == 4 * 2 * 1024**4 // (100 * 1024**2) + 1
    assert request.customTimeouts.create == request.customTimeouts.update == f"{deadline + 600}s"
    assert request.protect is False
    # The claim itself is not waited for: its class may wait for the first consumer, which is the Job.
    assert run["PersistentVolumeClaim"].inputs["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
    # One that failed is made anew by the next `up`; a finished one is left alone.
    assert run["Job"].inputs["metadata"]["annotations"]["pulumi.com/replaceUnready"] == "true"
    assert not any("replaceOnChanges" in name for name in request.replaceOnChanges)


def test_the_namespace_comes_first_where_the_program_makes_it(program: Callable[..., Run]) -> None:
    run = program(lambda: cache(cluster=replace(CLUSTER, create_namespace=True)))
    assert run["Namespace"].inputs["metadata"]["name"] == "serving"
    assert "serving" in {urn.rpartition("::")[2] for urn in run["PersistentVolumeClaim"].request.dependencies}


def test_objects_name_their_stack_and_image(program: Callable[..., Run]) -> None:
    run = program(cache, config={"lockyard:origin": "team-search"})
    for kind in ("PersistentVolumeClaim", "Job"):
        found = run[kind].inputs["metadata"]["annotations"]
        assert (found["lockyard.dev/owner"], found["lockyard.dev/image"]) == ("team-search", IMAGE)
    run = program(cache)
    assert run["Job"].inputs["metadata"]["annotations"]["lockyard.dev/owner"] == "acme/shop/dev"


def test_one_image_is_one_claim_and_another_profile_another_folder(program: Callable[..., Run]) -> None:
    made: list[NimCache] = []

    def two_folders() -> None:
        first = cache(profiles=("a",))
        made.extend((first, cache("more", profiles=("b",), existing_claim=first)))

    run = program(two_folders)
    first, second = made
    assert first.claim_name == second.claim_name and first.subfolder != second.subfolder
    assert len([type_ for type_, _ in run.names if type_.endswith("PersistentVolumeClaim")]) == 1
    assert second.claim is first.claim
    depends = run.named("Job", "more-job").request.dependencies
    assert [urn.rpartition("::")[2] for urn in depends] == ["llama-claim"]
    assert first.consumers == ("NimCache 'more'",)


def test_the_same_image_twice_is_refused_with_the_remedy(program: Callable[..., Run]) -> None:
    def twice(**more: Any) -> None:
        cache()
        cache("again", **more)

    with pytest.raises(InputError, match=r"NimCache 'again': NimCache 'llama' already declares serving/nim-cache-.*"):
        program(twice)
    with pytest.raises(InputError, match="existing_claim=<that cache>"):
        program(lambda: twice(profiles=("a",)))

    def same_folder() -> None:
        cache("again", existing_claim=cache())

    with pytest.raises(InputError, match="one folder has one writer"):
        program(same_folder)
    # Another namespace, image or cluster is another volume.
    program(lambda: twice(namespace="elsewhere"))
    program(lambda: twice(image=IMAGE.replace("a1", "b2")))
    program(lambda: twice(cluster=replace(CLUSTER, name="other")))


def test_a_tag_draws_a_warning(program: Callable[..., Run]) -> None:
    (warning,) = program(lambda: cache(image="nvcr.example/nim/llama:1.8")).warnings
    assert "NimCache 'llama'" in warning and "tag" in warning and "sha256" in warning


def test_a_cache_in_use_cannot_be_deleted(program: Callable[..., Run]) -> None:
    made: list[NimCache] = []

    def used(**more: Any) -> None:
        made.append(cache(**more))
        made[-1].register_consumer("KubernetesWorkload 'chat'")
        made[-1].register_consumer("KubernetesWorkload 'code'")

    program(used)
    assert made[-1].consumers == ("KubernetesWorkload 'chat'", "KubernetesWorkload 'code'")
    assert made[-1].consumer_labels == {"lockyard.dev/cache": made[-1].claim_name}
    with pytest.raises(InputError, match=r"allow_deletion=True, but KubernetesWorkload 'chat' uses it"):
        program(lambda: used(allow_deletion=True))


def test_the_cache_of_another_stack(program: Callable[..., Run]) -> None:
    made: list[NimCache] = []
    run = program(lambda: made.append(NimCache.get("llama", image=IMAGE, cluster=CLUSTER, profiles=("b", "a"))))

    (found,) = made
    request = run["PersistentVolumeClaim"].request
    assert request.id == f"serving/{found.claim_name}"
    assert found.job is None and found.ready is found.claim
    program(lambda: made.append(cache(profiles=("a", "b"))))
    assert (found.claim_name, found.subfolder) == (made[-1].claim_name, made[-1].subfolder)


def test_another_folder_on_the_claim_of_another_stack(program: Callable[..., Run]) -> None:
    def add() -> None:
        theirs = NimCache.get("theirs", image=IMAGE, cluster=CLUSTER)
        cache("ours", profiles=("x",), existing_claim=theirs)

    run = program(add)
    assert [type_.rpartition(":")[2] for type_, _ in run.names].count("PersistentVolumeClaim") == 1
    assert run["Job"].request.dependencies


def test_it_cannot_join_another_volume(program: Callable[..., Run]) -> None:
    def join(**more: Any) -> None:
        first = cache(profiles=("a",))
        cache("more", profiles=("b",), existing_claim=first, **more)

    with pytest.raises(InputError, match="one image's weights, in one namespace"):
        program(lambda: join(namespace="elsewhere"))
    with pytest.raises(InputError, match="one image's weights, in one namespace"):
        program(lambda: join(image=IMAGE.replace("a1", "b2")))
    with pytest.raises(InputError, match="belongs to the cache that declares the claim"):
        program(lambda: join(allow_deletion=True))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": pulumi.Output.from_input(IMAGE)}, "'image' is an Output"),
        ({"size": "200"}, "size"),
        ({"storage_class": "fast"}, "ReadWriteMany"),
        ({"storage_class": "unknown"}, "fast, shared"),
        ({"cluster": replace(CLUSTER, storage_classes=())}, "ReadWriteMany"),
        ({"profiles": "tp1"}, "list of profile ids"),
        ({"protocol": "create-model-store"}, "exactly one"),
    ],
)
def test_refusals_name_the_cache(program: Callable[..., Run], arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=f"NimCache 'llama': .*{words}"):
        program(lambda: cache(**arguments))


def test_rendering_looks_nothing_up(program: Callable[..., Run]) -> None:
    made: list[NimCache] = []
    where = replace(CLUSTER, render_to="rendered")
    run = program(lambda: made.append(NimCache.get("llama", image=IMAGE, cluster=where)))

    assert [type_.rpartition(":")[2] for type_, _ in run.names] == ["kubernetes", "NimCache"]
    assert made[0].ready is made[0]
