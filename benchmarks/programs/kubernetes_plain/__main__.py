"""The same records and objects as the other program, without a component.

`objects.json` holds what a person would type: the objects of each kind of workload, with words between @ where a name
or a value of a record goes. It is written before the run.
"""

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import scenario

import lockyard

WORKLOADS = pulumi.Config().require_int("pairs")
TEMPLATES = json.loads(Path("objects.json").read_text())
CLASSES: dict[str, Any] = {
    "Deployment": kubernetes.apps.v1.Deployment,
    "HorizontalPodAutoscaler": kubernetes.autoscaling.v2.HorizontalPodAutoscaler,
    "NetworkPolicy": kubernetes.networking.v1.NetworkPolicy,
    "PersistentVolumeClaim": kubernetes.core.v1.PersistentVolumeClaim,
    "PodDisruptionBudget": kubernetes.policy.v1.PodDisruptionBudget,
    "Service": kubernetes.core.v1.Service,
    "ServiceAccount": kubernetes.core.v1.ServiceAccount,
}


def filled(value: Any, words: dict[str, Any]) -> Any:
    """The value with every word replaced."""
    if isinstance(value, dict):
        return {key: filled(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, words) for item in value]
    return words.get(value, value) if isinstance(value, str) else value


provider = kubernetes.Provider("render", render_yaml_to_directory="yaml", kubeconfig="")
options = pulumi.ResourceOptions(provider=provider)
repositories = {kind: lockyard.ArtifactRepository(f"bench-{kind}", type=kind) for kind in ("service", "nim")}
for index in range(WORKLOADS):
    kind, name = scenario.artifact_type(index), f"bench-{index}"
    artifact = lockyard.Artifact(name, repository=repositories[kind], spec=scenario.spec(index))
    workload = lockyard.Workload(name, artifact=artifact, runtime=scenario.runtime(index))
    words = {
        "@workload-id@": workload.id,
        "@artifact-id@": artifact.id,
        "@artifact-digest@": artifact.content_digest,
        "@version@": artifact.content_digest.apply(lambda digest: digest[3:15]),
        "@expires-at@": workload.expires_at,
        "@image@": scenario.image(index),
    }
    for template in TEMPLATES[kind]:
        manifest = filled(json.loads(template.replace("@name@", name)), words)
        declared = {"metadata": manifest["metadata"], "spec": manifest.get("spec"), "opts": options}
        if manifest["kind"] == "ServiceAccount":
            del declared["spec"]
            declared["automount_service_account_token"] = False
        if manifest["kind"] in CLASSES:
            CLASSES[manifest["kind"]](name, **declared)
        else:
            kubernetes.apiextensions.CustomResource(
                f"{name}-{manifest['kind'].lower()}",
                api_version=manifest["apiVersion"],
                kind=manifest["kind"],
                **declared,
            )
