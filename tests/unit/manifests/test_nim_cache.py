"""The shared cache of a NIM's weights: its claim and the Job that fills it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.manifests.cases import CLUSTER, CPU_POOL, FULL, GPU_POOL, IMAGE, ONLY_RWO, RWO, cached, pod

from lockyard_components.manifests import NotPlainError, PlanError, PodSecurity, cache_names, render_nim_cache
from lockyard_components.placement import SecretReference, Taint

DIGEST = IMAGE.partition("@")[2]


def cache(**fields: Any) -> dict[str, Any]:
    """Claim and Job."""
    given: dict[str, Any] = {"image": IMAGE, "cluster": CLUSTER, "namespace": "models", "size": "200Gi"}
    return render_nim_cache(**given | fields)


def job(**fields: Any) -> dict[str, Any]:
    """The Job's spec."""
    return cache(**fields)["job"]["spec"]


def job_pod(**fields: Any) -> dict[str, Any]:
    """The pod's spec of the Job."""
    return job(**fields)["template"]["spec"]


def download(**fields: Any) -> dict[str, Any]:
    """The container that downloads."""
    return job_pod(**fields)["initContainers"][1]


# --- names ----------------------------------------------------------------------------------------------------------


def test_k05_one_image_has_one_claim_whoever_asks() -> None:
    names = cache_names(IMAGE)
    assert names.claim.startswith("nim-cache-") and len(names.claim) == len("nim-cache-") + 16
    mirror = f"mirror.example/nim/llama:1.2@{DIGEST}"
    assert cache_names(mirror) == names
    assert cache_names(IMAGE, ["a", "b"]).claim == names.claim


def test_k05_another_image_has_another_claim() -> None:
    images = [IMAGE, IMAGE.replace("3f", "4f"), "nvcr.io/nim/llama:1.2", "nvcr.io/nim/llama:1.3", "nvcr.io/nim/llama"]
    assert len({cache_names(image).claim for image in images}) == len(images)


def test_k05_profiles_are_folders_in_any_order() -> None:
    assert cache_names(IMAGE, ["a", "b"]) == cache_names(IMAGE, ("b", "a", "a"))
    chosen: list[list[str]] = [[], ["a"], ["b"], ["a", "b"], ["ab"], ["a\nb"]]
    folders = {cache_names(IMAGE, profiles).subfolder for profiles in chosen[:-1]}
    assert len(folders) == len(chosen) - 1 and "all" in folders
    assert len({cache_names(IMAGE, profiles).job for profiles in chosen[:-1]}) == len(chosen) - 1
    assert all(len(cache_names(IMAGE, profiles).job) <= 63 for profiles in chosen)


@pytest.mark.parametrize(
    ("image", "pinned"), [(IMAGE, True), ("a/b:1", False), ("a/b", False), (f"a/b:1@{DIGEST}", True), ("a@b", False)]
)
def test_k05_a_tag_does_not_pin(image: str, pinned: bool) -> None:
    assert cache_names(image).pinned is pinned


def test_k05_an_image_that_is_not_known_names_nothing() -> None:
    with pytest.raises(NotPlainError, match="image: must be known"):
        cache(image=object())


# --- claim ----------------------------------------------------------------------------------------------------------


def test_k02_the_claim_is_for_many_nodes() -> None:
    claim = cache()["claim"]
    assert claim["metadata"]["name"] == cache_names(IMAGE).claim
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "shared",
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "200Gi"}},
    }


def test_the_claim_does_not_depend_on_the_profiles() -> None:
    assert cache()["claim"] == cache(profiles=["a"])["claim"]
    assert cache()["job"]["metadata"]["name"] != cache(profiles=["a"])["job"]["metadata"]["name"]


@pytest.mark.parametrize(
    ("fields", "path", "text"),
    [
        ({"cluster": ONLY_RWO}, "cluster.storage_classes", "ReadWriteMany"),
        ({"storage_class": "gold"}, "storage_class", "it has: standard-rwo, shared"),
        ({"storage_class": "standard-rwo"}, "storage_class", "it offers ReadWriteOnce"),
        ({"size": "200"}, "size", "such as 200Gi"),
        ({"size": "0Gi"}, "size", "greater than 0"),
        ({"throughput": 0}, "throughput", "greater than 0"),
        ({"throughput": "fast"}, "throughput", "must be"),
        ({"protocol": "ftp"}, "protocol", "download-to-cache, create-model-store, engine"),
        ({"protocol": "create-model-store"}, "profiles", "exactly one"),
        ({"protocol": "engine", "profiles": ("a", "b")}, "profiles", "at most one"),
        ({"security": PodSecurity(chown_volume=True)}, "security.chown_volume", "does nothing"),
        ({"image": ""}, "image", "name@sha256"),
        ({"image": "llama 3"}, "image", "without white space"),
        ({"image": "llama@sha256:12"}, "image", "name@sha256"),
        ({"namespace": "Models"}, "namespace", "lower-case letters"),
        ({"profiles": ["a b"]}, "profiles.0", "not the id of a profile"),
        ({"profiles": ["a", "--all"]}, "profiles.1", "not the id of a profile"),
        ({"memory": "lots"}, "memory", "such as 8Gi"),
        ({"memory": "8GiB"}, "memory", "such as 8Gi"),
        ({"env": {"HTTPS PROXY": "x"}}, "env.HTTPS PROXY", "name of a variable"),
        ({"fatal_exit_codes": (0,)}, "fatal_exit_codes.0", "1 to 255"),
        ({"fatal_exit_codes": (1, 256)}, "fatal_exit_codes.1", "1 to 255"),
        ({"labels": {"lockyard.dev/cache": "x"}}, "labels", "set by Lockyard"),
        ({"security": PodSecurity(run_as_group=0)}, "security.run_as_group", "at least 1"),
    ],
)
def test_what_makes_no_cache_is_refused(fields: dict[str, Any], path: str, text: str) -> None:
    with pytest.raises(PlanError) as error:
        cache(**fields)
    (problem,) = error.value.problems
    assert problem.path == path and text in problem.message


# --- Job ------------------------------------------------------------------------------------------------------------


def test_k08_the_job_ends_whatever_happens() -> None:
    found = job()
    assert found["backoffLimit"] == 5
    assert found["activeDeadlineSeconds"] == 4 * 200 * 1024 // 50
    assert found["template"]["spec"]["restartPolicy"] == "Never"
    assert "ttlSecondsAfterFinished" not in found
    assert (found["parallelism"], found["completions"], found["podReplacementPolicy"]) == (1, 1, "Failed")


@pytest.mark.parametrize(
    ("size", "throughput", "seconds"),
    [("1Gi", "50MiB", 7200), ("1Ti", "100MiB", 41_944), ("1Ti", 1024**3, 7200), ("2Ti", "1GiB", 8192)],
)
def test_k08_the_deadline_follows_from_size_and_throughput(size: str, throughput: Any, seconds: int) -> None:
    assert job(size=size, throughput=throughput)["activeDeadlineSeconds"] == seconds


def test_k08_losing_a_node_is_no_failure_and_a_refused_key_is_final() -> None:
    ignored, fatal = job(fatal_exit_codes=(41, 2, 41))["podFailurePolicy"]["rules"]
    assert ignored == {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    assert fatal == {
        "action": "FailJob",
        "onExitCodes": {"containerName": "download", "operator": "In", "values": [2, 41]},
    }
    assert len(job(fatal_exit_codes=())["podFailurePolicy"]["rules"]) == 1


def test_k08_the_model_image_downloads_by_itself() -> None:
    found = download()
    assert found["image"] == IMAGE
    assert found["command"] == ["download-to-cache", "--all"]
    assert download(profiles=["b", "a"])["command"] == ["download-to-cache", "--profiles", "a", "b"]
    found = download(protocol="create-model-store", profiles=["a"])
    assert found["command"] == ["create-model-store", "--profile", "a", "--model-store", "/model-store"]
    found = download(protocol="engine", profiles=["a"])
    assert "command" not in found
    variables = {item["name"]: item.get("value") for item in found["env"]}
    assert variables["NIM_ENGINE_MODEL_DOWNLOAD_ONLY"] == "1" and variables["NIM_MODEL_PROFILE"] == "a"


def test_k08_no_device_and_no_node_of_gpus_is_held() -> None:
    found = json.dumps(job_pod())
    assert "nvidia.com" not in found
    assert job_pod()["nodeSelector"] == {"pool": "cpu"} and "tolerations" not in job_pod()
    assert download(memory="12Gi")["resources"] == {
        "requests": {"cpu": "1", "memory": "12Gi"},
        "limits": {"memory": "12Gi"},
    }


def test_the_download_may_go_where_cpu_pools_are_tainted() -> None:
    tainted = replace(CPU_POOL, taints=(Taint(key="team", value="search"),))
    (toleration,) = job_pod(cluster=replace(CLUSTER, pools=(tainted, GPU_POOL)))["tolerations"]
    assert (toleration["key"], toleration["value"]) == ("team", "search")


@pytest.mark.parametrize("pools", [(GPU_POOL,), (replace(CPU_POOL, node_memory="4GiB"), GPU_POOL)])
def test_without_a_cpu_pool_that_has_room_it_goes_anywhere(pools: Any) -> None:
    found = job_pod(cluster=replace(CLUSTER, pools=pools))
    assert not any(key in found for key in ("nodeSelector", "affinity", "tolerations"))


def test_k08_a_mesh_does_not_keep_it_from_ending() -> None:
    assert job()["template"]["metadata"]["annotations"]["sidecar.istio.io/inject"] == "false"


def test_the_download_goes_into_the_folder_of_the_profiles() -> None:
    found = download(profiles=["a"])
    folder = cache_names(IMAGE, ["a"]).subfolder
    assert {"name": "cache", "mountPath": "/model-store", "subPath": folder} in found["volumeMounts"]
    variables = {item["name"]: item["value"] for item in found["env"]}
    assert variables == {
        "NIM_CACHE_PATH": "/model-store",
        "NGC_HOME": "/model-store",
        "HF_HOME": "/model-store/huggingface",
    }


def test_the_servers_of_a_cache_mount_what_the_job_filled() -> None:
    names = cache_names(IMAGE, ["a"])
    found = pod(cached(cache_claim=names.claim, cache_subfolder=names.subfolder))
    claims = [v["persistentVolumeClaim"]["claimName"] for v in found["volumes"] if "persistentVolumeClaim" in v]
    assert claims == [cache(profiles=["a"])["claim"]["metadata"]["name"]]
    server_mount = found["containers"][0]["volumeMounts"][0]
    job_mount = download(profiles=["a"])["volumeMounts"][0]
    assert (server_mount["mountPath"], server_mount["subPath"]) == (job_mount["mountPath"], job_mount["subPath"])


def test_k40_the_key_is_a_reference() -> None:
    reference = {"secretKeyRef": {"name": "ngc", "key": "NGC_API_KEY"}}
    assert {"name": "NGC_API_KEY", "valueFrom": reference} in download(cluster=FULL)["env"]
    own = SecretReference(name="mine", key="k")
    found = download(cluster=FULL, ngc_secret=own)["env"]
    assert {"name": "NGC_API_KEY", "valueFrom": {"secretKeyRef": {"name": "mine", "key": "k"}}} in found
    assert job_pod(cluster=FULL)["imagePullSecrets"] == [{"name": "ngc-pull"}]
    assert "imagePullSecrets" not in job_pod()


def test_further_variables_win() -> None:
    value = object()
    found = {item["name"]: item.get("value") for item in download(env={"HF_HOME": "/tmp/hf", "HF_TOKEN": value})["env"]}
    assert found["HF_HOME"] == "/tmp/hf" and found["HF_TOKEN"] is value


def test_k38_its_pods_satisfy_the_restricted_level() -> None:
    found = job_pod()
    assert found["securityContext"]["runAsNonRoot"] is True and found["securityContext"]["fsGroup"] == 1000
    assert found["automountServiceAccountToken"] is False and found["enableServiceLinks"] is False
    for item in [*found["initContainers"], *found["containers"]]:
        context = item["securityContext"]
        assert context["allowPrivilegeEscalation"] is False and context["capabilities"] == {"drop": ["ALL"]}
    assert job_pod(security=PodSecurity(run_as_user=7))["securityContext"]["runAsUser"] == 7


# --- the marker: the scripts are run for real -----------------------------------------------------------------------


def run(container: dict[str, Any], root: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a utility container's script with another folder in the place of its volume."""
    command = [part.replace("/cache/", f"{root}/") for part in container["command"]]
    given = {item["name"]: item["value"] for item in container["env"]}
    variables = {"PATH": "/usr/bin:/bin", **given, **env}
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=30, check=False)


def test_k09_the_marker_comes_last_and_says_what_is_there(tmp_path: Path) -> None:
    prepare, (finish,) = job_pod(profiles=["b", "a"])["initContainers"][0], job_pod(profiles=["b", "a"])["containers"]
    folder = cache_names(IMAGE, ["a", "b"]).subfolder
    assert run(prepare, tmp_path).returncode == 0
    assert run(prepare, tmp_path).returncode == 0  # a second attempt finds it there
    marker = tmp_path / f"{folder}.complete"
    refused = run(finish, tmp_path)
    assert refused.returncode != 0 and "left nothing" in refused.stderr and not marker.exists()
    (tmp_path / folder / "weights").write_bytes(b"x" * 100_000)
    done = run(finish, tmp_path)
    assert done.returncode == 0, done.stderr
    lines = dict(line.split("=", 1) for line in marker.read_text().splitlines())
    assert (lines["image"], lines["profiles"]) == (IMAGE, "a,b") and int(lines["kib"]) >= 97
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder, f"{folder}.complete"]


def test_k09_a_marker_that_cannot_be_written_is_no_marker(tmp_path: Path) -> None:
    (finish,) = job_pod()["containers"]
    assert run(finish, tmp_path).returncode != 0  # there is not even the folder
    assert list(tmp_path.iterdir()) == []


def waiting(root: Path, *, pause: str) -> subprocess.Popen[str]:
    """The wait of a server, with another folder in the place of the volume."""
    (wait,) = pod(cached())["initContainers"]
    command = [part.replace("/cache/", f"{root}/").replace("sleep 5", f"sleep {pause}") for part in wait["command"]]
    env = {"PATH": "/usr/bin:/bin", "FOLDER": "all"}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def test_a_pod_that_waits_ends_at_once_when_it_is_told_to(tmp_path: Path) -> None:
    process = waiting(tmp_path, pause="20")
    try:
        assert process.stdout is not None and process.stdout.readline()
        process.terminate()
        assert process.wait(timeout=15) == 143
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_k10_a_server_waits_until_the_marker_is_there(tmp_path: Path) -> None:
    process = waiting(tmp_path, pause="0.05")
    try:
        assert process.stdout is not None
        assert "waiting for the cache: all.complete is not there yet" in process.stdout.readline()
        assert process.poll() is None
        (tmp_path / "all.complete").touch()
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_zonal_class_without_sharing_is_not_taken() -> None:
    with pytest.raises(PlanError, match="ReadWriteMany"):
        cache(cluster=replace(CLUSTER, storage_classes=(RWO,)))
