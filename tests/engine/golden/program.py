"""The program of the golden state: one of everything, with secrets, tags, defaults left out and defaults given."""

from __future__ import annotations

import pulumi
from tests.engine.harness.programs import container, lineage, spec, workload

import lockyard

SECRET = "golden-secret-value"


def program() -> None:
    """What the golden state was made from. It never changes: a new version of it is a new folder."""
    repository = lockyard.ArtifactRepository("chat", tags={"team": "search"})
    password = {"name": "DB_PASSWORD", "value": pulumi.Output.secret(SECRET)}
    level = {"name": "LOG_LEVEL", "value": "info"}
    probe = {"path": "/ready", "port": 8080, "period_seconds": 5}
    served = spec(environment_vars=[password, level], readiness_probe=probe)
    locked = lineage(
        "chat", spec=served, status="locked", repository=repository, description="Answers questions.", tags={"a": "b"}
    )
    workload("chat", locked, 2, importance="high", description="In production.", tags={"tier": "1"})

    sidecar = {"name": "log-shipper", "image_uri": "registry.example/shipper:2"}
    lineage("draft", spec={"container_groups": [{"containers": [container(primary=True), sidecar]}]})

    nim = lineage(
        "llama",
        type="nim",
        status="locked",
        spec={**spec("registry.example/llama:1"), "storage": {"mode": "dedicatedPvc", "pvc_size": "150Gi"}},
    )
    scaling = {
        "min_replica_count": 1,
        "max_replica_count": 3,
        "policies": [{"scaling_metric": "gpuCacheUtilization", "target": 80}],
    }
    allocation = {"name": "main", "resource_allocation": {"cpu": 2.5, "memory": "512MiB"}}
    group = {"autoscaling": scaling, "resource_bundles": ["gpu.l4.small"], "containers": [allocation]}
    workload("llama", nim, runtime={"container_groups": [group]}, running=False)
