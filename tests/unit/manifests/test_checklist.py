"""Where each of the 46 points of kubernetes-serving §7 is shown.

A point that can be seen on rendered objects or in a refusal (M, V) names its tests, all in this folder.
A point that needs an engine (P) or a cluster (C) names the tests of the other levels that show it.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = HERE.parent.parent

#: Number -> tests of this level (`file: begin of the names`).
SHOWN_HERE: dict[int, list[str]] = {
    1: ["test_storage: test_k01_a_volume_of_one_node_refuses", "test_storage: test_k01_a_volume_of_many_nodes"],
    2: ["test_storage: test_k02_a_claim_has_one_access_mode", "test_nim_cache: test_k02_the_claim_is_for_many_nodes"],
    3: ["test_storage: test_k03_other_sizes", "test_storage: test_k03_a_size_with_a_shared_cache",
        "test_storage: test_k03_a_volume_cannot_shrink"],
    5: ["test_nim_cache: test_k05_one_image_has_one_claim", "test_nim_cache: test_k05_another_image",
        "test_nim_cache: test_k05_profiles_are_folders"],
    7: ["test_storage: test_k07_a_cache_of_another_namespace_is_refused"],
    8: ["test_nim_cache: test_k08_the_job_ends", "test_nim_cache: test_k08_the_model_image",
        "test_nim_cache: test_k08_no_device", "test_nim_cache: test_k08_a_mesh"],
    9: ["test_nim_cache: test_k09_the_marker_comes_last"],
    10: ["test_storage: test_k10_a_server_waits", "test_nim_cache: test_k10_a_server_waits"],
    11: ["test_deployment: test_k11_the_volume_belongs", "test_deployment: test_k11_the_owner_is_changed"],
    12: ["test_resources: test_k12_shared_memory_is_bounded"],
    13: ["test_resources: test_k13_one_container", "test_resources: test_k13_slices",
         "test_resources: test_k13_a_fraction"],
    14: ["test_deployment: test_k14_tolerations"],
    15: ["test_deployment: test_k15_the_pools_selectors"],
    16: ["test_resources: test_k16_more_devices", "test_resources: test_k16_an_unknown_bundle_and_two"],
    17: ["test_device_claims: test_k17_each_pod", "test_device_claims: test_k17_a_claim_that_exists"],
    18: ["test_deployment: test_k18_pods_are_spread", "test_deployment: test_k18_a_zonal_volume"],
    19: ["test_probes: test_k19_a_nim_without_probes", "test_probes: test_k19_a_probe_of_the_containers_port",
         "test_plan: test_k19_ports"],
    20: ["test_timing: test_k20_all_times", "test_timing: test_k20_one_number"],
    22: ["test_probes: test_k19_k22_values", "test_probes: test_k22_a_liveness_probe"],
    23: ["test_deployment: test_k23_with_room", "test_deployment: test_k23_in_a_full_pool",
         "test_deployment: test_k23_one_replica", "test_deployment: test_k23_a_rollout_that_may_change_nothing"],
    26: ["test_timing: test_k26_the_server_stops", "test_timing: test_k26_a_kill"],
    28: ["test_disruption: test_k28_"],
    29: ["test_plan: test_k29_replicas_and_autoscaling", "test_plan: test_k29_bounds", "test_plan: test_k29_metrics",
         "test_autoscaling_rules: test_k29_"],
    30: ["test_deployment: test_k30_an_autoscaler_owns"],
    32: ["test_autoscaling: test_k32_"],
    33: ["test_autoscaling: test_k33_"],
    34: ["test_autoscaling: test_k34_"],
    38: ["test_deployment: test_k38_pods_satisfy", "test_deployment: test_k38_a_read_only_root",
         "test_deployment: test_k38_rights", "test_nim_cache: test_k38_"],
    39: ["test_network_policy: test_k39_only_who_has_business", "test_network_policy: test_k39_a_cached_server"],
    40: ["test_environment: test_k40_credentials_of_others", "test_environment: test_k40_outputs",
         "test_environment: test_k40_a_pull_secret", "test_nim_cache: test_k40_"],
    41: ["test_monitor: test_k41_"],
    43: ["test_deployment: test_k43_a_draft", "test_reaper_manifests: test_k43_"],
    44: ["test_deployment: test_k44_every_object", "test_deployment: test_k44_the_selector"],
    45: ["test_storage: test_k45_", "test_resources: test_k45_", "test_plan: test_k45_",
         "test_autoscaling_rules: test_k45_"],
}  # fmt: skip

#: Number -> tests of other levels that show what rendering alone cannot (`file under tests/: begin of the names`).
SHOWN_ELSEWHERE: dict[int, list[str]] = {
    4: ["cluster/node/test_storage: test_a_dedicated_volume_from_first_write_to_destroy",
        "cluster/test_examples: test_nim_on_kubernetes"],
    6: ["unit/components/test_nim_cache: test_the_claim_is_kept", "cluster/test_examples: test_nim_shared_cache",
        "cluster/test_nim_cache: test_the_life_of_a_cache"],
    9: ["cluster/node/test_cache: test_k9_a_download_that_was_killed", "cluster/node/test_cache: test_k9_two_who_want"],
    10: ["cluster/node/test_cache: test_k9_a_download_that_was_killed"],
    21: ["cluster/node/test_probes: test_k21_the_startup_budget"],
    24: ["cluster/node/test_rollout: test_k24_with_a_spare", "cluster/node/test_rollout: test_k24_without_a_spare",
         "cluster/node/test_rollout: test_k24_a_single_replica", "unit/placement/test_rollout: test_k24_an_outage"],
    25: ["cluster/node/test_rollout: test_k24_with_a_spare", "cluster/test_failed_rollout: test_"],
    27: ["cluster/node/test_rollout: test_k27_a_stream_in_flight"],
    30: ["cluster/test_autoscaler_switch: test_fixed_to_hpa_and_back",
         "cluster/test_empty_preview: test_defaults_of_the_server_and_moved_replicas"],
    31: ["cluster/test_autoscaler_switch: test_fixed_to_hpa_and_back"],
    36: ["unit/manifests/test_autoscaling: test_k36_", "cluster/test_hpa_external: test_a_metric_that_is_gone"],
    37: ["unit/manifests/test_autoscaling: test_k37_", "cluster/test_autoscaler_switch: test_keda_hpa_and_back"],
    40: ["cluster/test_empty_preview: test_defaults_of_the_server_and_moved_replicas"],
    42: ["unit/components/test_workload: test_order_of_creation_and_destruction",
         "cluster/test_nim_cache: test_the_life_of_a_cache", "cluster/test_empty_preview: test_an_expired_and_reaped",
         "cluster/node/test_storage: test_a_dedicated_volume_from_first_write_to_destroy"],
    43: ["cluster/test_reaper: test_what_is_over_ends_and_nothing_else"],
    46: ["cluster/test_kwok_scale: test_a_hundred_workloads"],
}  # fmt: skip

#: Number -> why nothing shows it.
NOT_SHOWN: dict[int, str] = {
    35: "KEDA's HTTP add-on cannot be had here; its InterceptorRoute is only checked against a schema of ours",
}


@cache
def names_in(path: Path) -> frozenset[str]:
    """Names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and "test_" in node.name)


def test_each_point_is_shown_somewhere() -> None:
    assert set(SHOWN_HERE) | set(SHOWN_ELSEWHERE) | set(NOT_SHOWN) == set(range(1, 47))
    assert not set(NOT_SHOWN) & (set(SHOWN_HERE) | set(SHOWN_ELSEWHERE))


@pytest.mark.parametrize("number", SHOWN_HERE, ids="K{}".format)
def test_the_tests_of_a_point_are_there(number: int) -> None:
    for entry in SHOWN_HERE[number]:
        file, begin = entry.split(": ")
        names = names_in(HERE / f"{file}.py")
        assert any(name.startswith(begin) and f"_k{number:02d}_" in name for name in names), entry


@pytest.mark.parametrize("number", SHOWN_ELSEWHERE, ids="K{}".format)
def test_the_tests_of_a_point_on_other_levels_are_there(number: int) -> None:
    for entry in SHOWN_ELSEWHERE[number]:
        file, begin = entry.split(": ")
        assert any(name.startswith(begin) for name in names_in(TESTS / f"{file}.py")), entry
