"""R103 to R108: settings."""

from lockyard.contract import ConflictError, NotFoundError

from ..table import EXTERNAL, SIMULATED, rule
from ..world import NOBODY, World, container, runtime, spec

BOTH = (SIMULATED, EXTERNAL)


def replicas(document) -> int:
    return document["runtime"]["containerGroups"][0]["replicaCount"]


@rule("R103", drivers=BOTH)
def idle(t: World) -> None:
    """Idle settings have a runtime and no replacement."""
    made = t.running()
    assert t.client.get_settings(made["id"]) == {"runtime": made["runtime"], "replacement": None}
    t.refused(NotFoundError, t.client.get_settings, NOBODY)


@rule("R104", drivers=BOTH)
def rolls(t: World) -> None:
    """PATCH rolls onto the current artifact with the new runtime."""
    made = t.running()
    answer = t.client.update_settings(made["id"], runtime(replicaCount=3))
    assert answer["workloadId"] == made["id"]
    assert answer["candidateArtifactId"] == made["artifactId"]
    assert answer["status"] == "submitted"
    assert t.client.get_settings(made["id"])["replacement"]["id"] == answer["id"]
    assert replicas(t.client.get_workload(made["id"])) == 1, "not before the candidate is ready"
    t.bring_up(made["id"])
    after = t.client.get_workload(made["id"])
    assert replicas(after) == 3
    kept = ("id", "artifactId", "endpoint", "status")
    assert {key: after[key] for key in kept} == {key: made[key] for key in kept}
    assert replicas(t.client.get_settings(made["id"])) == 3
    if t.over_http:
        t.clock.advance(60)
        body = {"runtime": runtime()}
        assert t.answered(202, "PATCH", f"/workloads/{made['id']}/settings/", json=body)["strategy"] == "rolling"
        t.answered(422, "PATCH", f"/workloads/{made['id']}/settings", json={})
        t.answered(422, "PATCH", f"/workloads/{made['id']}/settings", json={**body, "strategy": "rolling"})


@rule("R105", drivers=BOTH)
def rolls_unchanged(t: World) -> None:
    """An unchanged runtime makes a new proton all the same."""
    made = t.running()
    t.client.update_settings(made["id"], runtime())
    t.bring_up(made["id"])
    after = t.client.get_workload(made["id"])
    assert after["protonId"] != made["protonId"]
    assert len(t.protons(made["id"])) == 2


@rule("R106", drivers=BOTH)
def picks_up_edits(t: World) -> None:
    """A draft's edits run after a settings PATCH, not before."""
    draft = t.artifact()
    made = t.running(draft)
    image = "registry.example/echo:2"
    t.client.update_artifact(draft["id"], {"spec": spec(container(imageUri=image))})
    assert _images(t, made) == {"main": "registry.example/echo:1"}
    t.client.update_settings(made["id"], runtime())
    t.bring_up(made["id"])
    assert _images(t, made) == {"main": image}


def _images(t: World, made):
    proton = t.client.get_workload(made["id"])["protonId"]
    return t.client.get_proton(made["id"], proton)["deployedImages"]


@rule("R107", drivers=BOTH)
def one_at_a_time(t: World) -> None:
    """PATCH during a replacement: 409."""
    made = t.running()
    first = t.client.update_settings(made["id"], runtime(replicaCount=2))
    t.refused(ConflictError, t.client.update_settings, made["id"], runtime(replicaCount=3))
    assert t.client.get_replacement(made["id"])["id"] == first["id"]
    t.bring_up(made["id"])
    assert replicas(t.client.get_workload(made["id"])) == 2


@rule("R108", drivers=BOTH)
def on_locked(t: World) -> None:
    """A locked artifact's workload rolls, too."""
    made = t.running(t.locked())
    t.client.update_settings(made["id"], runtime(replicaCount=2))
    t.bring_up(made["id"])
    after = t.client.get_workload(made["id"])
    assert replicas(after) == 2
    assert after["protonId"] != made["protonId"]
