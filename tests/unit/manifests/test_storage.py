"""Where weights are kept: every row of the storage rule table (kubernetes-serving §2.2, §2.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import (
    BASELINE,
    CLUSTER,
    IMAGE,
    NFS,
    ONLY_RWO,
    RWO,
    RWOP,
    RWX,
    cached,
    container,
    described,
    errors_of,
    nim,
    planned,
    pod,
    rendered,
    runtime,
    scaled,
    server,
    spec,
    warnings_of,
)

from lockyard_components.manifests import PodSecurity

ROX = replace(RWX, name="read-only", access_modes=("ReadOnlyMany",))
THREE = runtime(resourceBundles=["gpu.l4.small"], replicaCount=3)


def on(*classes: Any) -> Any:
    """The cluster with these storage classes."""
    return replace(CLUSTER, storage_classes=classes)


@pytest.mark.parametrize("storage_class", [RWO, RWOP])
@pytest.mark.parametrize("wanted", [THREE, scaled("gpuRequestQueueDepth", 5)])
def test_k01_a_volume_of_one_node_refuses_more_than_one_replica(storage_class: Any, wanted: Any) -> None:
    cluster = replace(on(storage_class), keda=None)
    (found,) = errors_of(nim(runtime=wanted), cluster)
    assert found.startswith("spec.storage.mode: ")
    assert storage_class.access_modes[0] in found
    assert "ReadWriteMany" in found and "nimCache" in found and "1 replica" in found


@pytest.mark.parametrize(("storage_class", "kind"), [(RWO, "Recreate"), (RWOP, "Recreate"), (RWX, "RollingUpdate")])
def test_k01_one_replica_takes_any_volume_that_can_be_written(storage_class: Any, kind: str) -> None:
    objects = rendered(nim(), on(storage_class))
    assert objects["deployment"]["spec"]["strategy"]["type"] == kind
    assert objects["claim"]["spec"]["accessModes"] == [storage_class.access_modes[0]]


def test_k01_a_volume_of_many_nodes_takes_replicas() -> None:
    assert planned(nim(runtime=THREE), on(RWO, RWX)).claim_mode == "ReadWriteMany"


def test_k02_a_claim_has_one_access_mode_and_a_named_class() -> None:
    claim = rendered(nim(), on(replace(RWX, access_modes=("ReadWriteOnce", "ReadWriteMany"))))["claim"]
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "shared",
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "100Gi"}},
    }
    assert claim["metadata"]["name"] == "chat-weights"


def test_k02_the_class_does_not_depend_on_the_number_of_replicas() -> None:
    cluster = on(RWO, RWX)
    assert planned(nim(), cluster).storage_class == planned(nim(runtime=THREE), cluster).storage_class == RWX


@pytest.mark.parametrize(
    ("classes", "mode"),
    [
        ((RWO, RWX), "ReadWriteMany"),
        ((RWOP, RWO), "ReadWriteOnce"),
        ((ROX, RWOP), "ReadWriteOncePod"),
    ],
)
def test_k02_the_mode_that_allows_most_is_taken(classes: Any, mode: str) -> None:
    assert planned(nim(), on(*classes)).claim_mode == mode


def test_k02_a_class_may_be_named() -> None:
    plan = planned(nim(storage_class="standard-rwo"), on(RWX, RWO))
    assert (plan.storage_class, plan.claim_mode) == (RWO, "ReadWriteOnce")
    (found,) = errors_of(nim(storage_class="gold"), on(RWX, RWO))
    assert found == "storage_class: cluster 'prod' has no such class; it has: shared, standard-rwo"
    (found,) = errors_of(nim(storage_class="read-only"), on(ROX))
    assert "cannot be written" in found


@pytest.mark.parametrize("classes", [(), (ROX,)])
def test_k02_without_a_class_there_is_no_volume(classes: Any) -> None:
    (found,) = errors_of(nim(), on(*classes))
    assert found.startswith("spec.storage.mode: dedicatedPvc needs a storage class")


@pytest.mark.parametrize("size", ["150Gi", "1.5Ti", "512Mi"])
def test_k03_the_size_is_the_artifacts(size: str) -> None:
    description = nim(spec=spec(storage={"pvcSize": size}))
    assert rendered(description)["claim"]["spec"]["resources"]["requests"]["storage"] == size


def test_k03_without_a_size_it_is_the_clusters() -> None:
    cluster = replace(CLUSTER, defaults=replace(CLUSTER.defaults, dedicated_claim_size="77Gi"))
    assert planned(nim(), cluster).claim_size == "77Gi"


@pytest.mark.parametrize("size", ["150", "150GB", "-1Gi", "1e3Gi", "Gi", "150 Gi", 150])
def test_k03_other_sizes_are_refused_by_the_contract(size: Any) -> None:
    (found,) = errors_of(nim(spec=spec(storage={"pvcSize": size})))
    assert found.startswith("spec.storage.pvcSize: ")


@pytest.mark.parametrize("size", ["0Gi", "0.0Ti"])
def test_k03_an_empty_volume_is_refused(size: str) -> None:
    (found,) = errors_of(nim(spec=spec(storage={"pvcSize": size})))
    assert found == "spec.storage.pvcSize: must be greater than 0"


def test_k03_a_size_with_a_shared_cache_is_refused() -> None:
    (found,) = errors_of(cached(spec=spec(storage={"mode": "nimCache", "pvcSize": "1Gi"})))
    assert found.startswith("spec.storage.pvcSize: ")


@pytest.mark.parametrize(
    ("recorded", "wanted", "refused"),
    [
        ("100Gi", "99Gi", True),
        ("1Ti", "1023Gi", True),
        ("1Ti", "1024Gi", False),
        ("100Gi", "100Gi", False),
        ("100Gi", "0.1Ti", False),
        (None, "1Gi", False),
    ],
)
def test_k03_a_volume_cannot_shrink(recorded: str | None, wanted: str, refused: bool) -> None:
    found = errors_of(nim(spec=spec(storage={"pvcSize": wanted}), recorded_claim_size=recorded))
    assert [text.split(":")[0] for text in found] == (["spec.storage.pvcSize"] if refused else [])
    assert all("cannot shrink" in text for text in found)


def test_k03_a_volume_grows_only_where_its_class_can() -> None:
    description = nim(spec=spec(storage={"pvcSize": "2Ti"}), recorded_claim_size="1Ti")
    (found,) = errors_of(description, on(replace(RWX, expandable=False)))
    assert "storage class 'shared' cannot expand" in found
    assert errors_of(description, on(RWX)) == []


def test_k07_a_cache_of_another_namespace_is_refused() -> None:
    (found,) = errors_of(cached(cache_namespace="other"))
    assert found.startswith("nim_cache: the cache is in namespace 'other', the workload in 'models'")
    assert "put both into one" in found
    assert errors_of(cached(cache_namespace="models")) == []


@pytest.mark.parametrize(
    ("image", "refused"),
    [
        (IMAGE, False),
        (f"mirror.example/other/name:3@{IMAGE.partition('@')[2]}", False),
        (IMAGE.partition("@")[0], False),  # a tag may well be this digest
        (IMAGE.partition("@")[0] + ":9", False),
        (IMAGE.replace("3f", "4f"), True),
        ("nvcr.io/nim/mistral:1.0", True),
    ],
)
def test_a_cache_of_another_image_is_refused(image: str, refused: bool) -> None:
    found = errors_of(cached(cache_image=image))
    assert bool(found) == refused
    assert all(
        text.startswith(f"nim_cache: the cache holds the weights of {image}, the artifact runs ") for text in found
    )


def test_two_tags_are_two_images() -> None:
    def of(tag: str) -> list[str]:
        tagged = spec(container(imageUri=f"nvcr.io/nim/llama:{tag}"), storage={"mode": "nimCache"})
        return errors_of(cached(spec=tagged, cache_image="nvcr.io/nim/llama:1.2"))

    assert of("1.2") == []
    assert "runs nvcr.io/nim/llama:1.3" in of("1.3")[0]


def test_a_shared_cache_needs_a_class_of_many_nodes() -> None:
    (found,) = errors_of(cached(), ONLY_RWO)
    assert found.startswith("spec.storage.mode: nimCache shares a volume between nodes: cluster 'rwo'")
    assert planned(cached()).claim_mode == "ReadWriteMany"


def test_a_shared_cache_is_somebody_elses() -> None:
    assert "claim" not in rendered(cached())
    (found,) = errors_of(cached(cache_claim=None, cache_subfolder=None))
    assert found.startswith("nim_cache: storage mode nimCache needs a shared cache")


def test_a_shared_cache_takes_replicas_and_rolls_without_an_outage() -> None:
    objects = rendered(cached(runtime=THREE))
    assert objects["deployment"]["spec"]["strategy"]["type"] == "RollingUpdate"


def test_the_folder_of_the_profiles_is_mounted_where_the_server_looks() -> None:
    description = cached()
    volume = {"name": "weights", "persistentVolumeClaim": {"claimName": "nim-cache-0123"}}
    assert volume in pod(description)["volumes"]
    mount = {"name": "weights", "mountPath": "/model-store", "subPath": "all"}
    assert mount in server(description)["volumeMounts"]
    variables = [{"name": "NIM_CACHE_PATH", "value": "/opt/nim/.cache"}]
    description = cached(spec=spec(container(environmentVars=variables), storage={"mode": "nimCache"}))
    assert {**mount, "mountPath": "/opt/nim/.cache"} in server(description)["volumeMounts"]


def test_k10_a_server_waits_for_the_marker_of_its_folder() -> None:
    (wait,) = pod(cached())["initContainers"]
    assert wait["image"] == CLUSTER.utility_image
    assert wait["env"] == [{"name": "FOLDER", "value": "all"}]
    assert '"/cache/$FOLDER.complete"' in wait["command"][-1]
    assert wait["volumeMounts"] == [{"name": "weights", "mountPath": "/cache", "readOnly": True}]
    assert wait["securityContext"]["allowPrivilegeEscalation"] is False
    assert "initContainers" not in pod(nim())


def test_an_init_container_never_takes_the_name_of_a_container() -> None:
    description = cached(spec=spec(container(name="wait-for-cache"), storage={"mode": "nimCache"}))
    (wait,) = pod(description)["initContainers"]
    assert wait["name"] == "wait-for-cache-0"


def test_k11_a_class_that_ignores_groups_is_pointed_out() -> None:
    (found,) = warnings_of(nim(), on(NFS))
    assert found.startswith("security.chown_volume: storage class 'nfs' ignores fsGroup")
    baseline = replace(on(NFS), pod_security="baseline")
    assert warnings_of(nim(security=PodSecurity(chown_volume=True)), baseline) == []
    assert warnings_of(nim(), on(RWX)) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"cache_claim": "c"}, "nim_cache"),
        ({"cache_subfolder": "c"}, "nim_cache"),
        ({"profiles": ("p",)}, "profiles"),
        ({"storage_class": "shared"}, "storage_class"),
        ({"security": PodSecurity(chown_volume=True)}, "security.chown_volume"),
    ],
)
def test_k45_options_of_volumes_are_refused_without_one(fields: dict[str, Any], path: str) -> None:
    (found,) = errors_of(described(**fields), BASELINE)
    assert found.startswith(f"{path}: does nothing: ")


@pytest.mark.parametrize(
    ("description", "path"),
    [
        (nim(cache_claim="c"), "nim_cache"),
        (nim(cache_subfolder="c"), "nim_cache"),
        (cached(storage_class="shared"), "storage_class"),
        (cached(security=PodSecurity(chown_volume=True)), "security.chown_volume"),
    ],
)
def test_k45_options_of_the_other_kind_of_storage_are_refused(description: Any, path: str) -> None:
    (found,) = errors_of(description, BASELINE)
    assert found.startswith(f"{path}: does nothing with storage mode ")


def test_a_service_with_gpus_is_told_that_downloads_are_lost() -> None:
    (found,) = warnings_of(described(runtime=runtime(resourceBundles=["gpu.l4.small"])))
    assert "every start downloads it again" in found
    assert warnings_of(described()) == []
