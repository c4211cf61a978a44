"""As many resources, properties and dependencies as the Lockyard program, and nothing behind them."""

import pulumi
from no_op import NoOp

PAIRS = pulumi.Config().require_int("pairs")
DIGEST = "v1:" + "0" * 64
ORIGIN = "organization/bench-floor/bench|pulumi-python:dynamic/lockyard:Artifact|"


def spec(index):
    """The specification of one artifact, as Lockyard writes it."""
    return {
        "containerGroups": [
            {
                "containers": [
                    {
                        "name": "server",
                        "imageUri": f"registry.example/bench:{index}",
                        "port": 8080,
                        "primary": True,
                        "environmentVars": [
                            {"name": f"SETTING_{number}", "value": f"value {number}"} for number in range(5)
                        ],
                        "readinessProbe": {"path": "/ready", "port": 8080},
                    }
                ]
            }
        ]
    }


repository = NoOp(
    "repository",
    {
        "name": "bench",
        "type": "service",
        "forceDestroy": False,
        "origin": ORIGIN,
        "originIsDefault": True,
        "lineageArtifactId": None,
    },
)
for index in range(PAIRS):
    artifact = NoOp(
        f"artifact-{index}",
        {
            "artifactRepositoryId": repository.id,
            "name": f"bench-{index}",
            "type": "service",
            "status": "draft",
            "spec": spec(index),
            "origin": f"{ORIGIN}bench-{index}",
            "originIsDefault": True,
            "contentDigest": DIGEST,
            "version": None,
        },
    )
    NoOp(
        f"workload-{index}",
        {
            "name": f"bench-{index}",
            "importance": "low",
            "artifactId": artifact.id,
            "artifactDigest": artifact.contentDigest,
            "artifactFacts": {"type": "service", "status": "draft", "containerGroups": {"default": ["server"]}},
            "runtime": {"containerGroups": [{"replicaCount": 2, "resourceBundles": ["cpu.small"]}]},
            "running": True,
            "origin": f"{ORIGIN}bench-{index}",
            "originIsDefault": True,
            "endpoint": None,
        },
    )
