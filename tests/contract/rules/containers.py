"""R21 to R33: containers, ports, probes, environment, builds."""

import pytest

from lockyard.contract import ApiError, ValidationFailedError

from ..table import rule
from ..world import IMAGE, NOBODY, World, container, only_container, spec

AT = "spec.containerGroups.0.containers"


def refused(t: World, *containers, path: str | None = None) -> None:
    """Both a create and an update with these containers must be refused, with this path."""
    draft = t.artifact()
    for call in (
        lambda: t.artifact(spec=spec(*containers)),
        lambda: t.client.update_artifact(draft["id"], {"spec": spec(*containers)}),
        lambda: t.client.replace_artifact(draft["id"], {"name": "x", "spec": spec(*containers)}),
    ):
        with pytest.raises(ApiError) as caught:
            call()
        assert type(caught.value) is ValidationFailedError
        if path is not None:
            assert path in [p.path for p in caught.value.problems]
    assert t.client.get_artifact(draft["id"]) == draft


def accepted(t: World, *containers):
    draft = t.artifact()
    made = t.artifact(spec=spec(*containers))
    assert t.client.update_artifact(draft["id"], {"spec": spec(*containers)})["spec"] == made["spec"]
    return made


@rule("R21")
def primary_needs_port(t: World) -> None:
    """A primary container without a port is refused."""
    refused(t, container(port=None), path=f"{AT}.0.port")
    refused(t, container(port=None, primary=None), path=f"{AT}.0.port")


SIDECAR = {"name": "side", "imageUri": IMAGE}


@rule("R22")
def sidecar_has_no_port(t: World) -> None:
    """Another container with a port is refused."""
    refused(t, container(), {**SIDECAR, "port": 9000}, path=f"{AT}.1.port")
    accepted(t, container(), SIDECAR)
    accepted(t, container(), {**SIDECAR, "port": None, "primary": False})


@rule("R23")
def ports(t: World) -> None:
    """Ports are 1024 to 65535."""
    for port in (0, -1, 80, 1023, 65536, 8080.5, "8080", True, 1e30):
        refused(t, container(port=port), path=f"{AT}.0.port")
    for port in (1024, 65535, 8080.0):
        assert only_container(accepted(t, container(port=port)))["port"] == port


@rule("R24")
def two_primaries(t: World) -> None:
    """Two primary containers, or several and none, are refused."""
    refused(t, container(), container(name="other"))
    refused(t, container(primary=None, port=None), SIDECAR)


@rule("R25")
def single_container(t: World) -> None:
    """A single container is the primary one."""
    for given in (None, True):
        assert only_container(accepted(t, container(primary=given)))["primary"] is True


@rule("R26")
def image_or_build(t: World) -> None:
    """A container has an image or a build configuration."""
    refused(t, container(imageUri=None))
    refused(t, container(), {"name": "side"})
    accepted(t, container(imageUri=None, imageBuildConfig={}))


@rule("R27")
def probes(t: World) -> None:
    """A probe needs a path and comes back with all defaults."""
    for kind in ("readinessProbe", "livenessProbe", "startupProbe"):
        refused(t, container(**{kind: {"port": 8080}}), path=f"{AT}.0.{kind}.path")
        probe = only_container(accepted(t, container(**{kind: {"path": "/ready"}})))[kind]
        expected = {
            "path": "/ready",
            "port": 8080,
            "scheme": "HTTP",
            "host": None,
            "httpHeaders": {},
            "initialDelaySeconds": 30,
            "periodSeconds": 30,
            "timeoutSeconds": 30,
            "failureThreshold": 3,
        }
        assert {key: probe[key] for key in expected} == expected
        for wrong in ({"port": 0}, {"port": 65536}, {"scheme": "TCP"}, {"periodSeconds": "30"}):
            refused(t, container(**{kind: {"path": "/", **wrong}}), path=f"{AT}.0.{kind}.{next(iter(wrong))}")


@rule("R28")
def plain_variable(t: World) -> None:
    """A variable without a source is a string."""
    given = [{"name": "A", "value": ""}, {"name": "9 lives", "value": "line\nbreak ü 🚀"}]
    made = only_container(accepted(t, container(environmentVars=given)))
    assert made["environmentVars"] == [{"source": "string", **variable} for variable in given]


@rule("R29")
def credential_variable(t: World) -> None:
    """A credential needs its id and key; whether it exists is not checked."""
    whole = {"source": "dr-credential", "name": "TOKEN", "drCredentialId": NOBODY, "key": "apiToken"}
    for missing in ("drCredentialId", "key"):
        broken = {key: value for key, value in whole.items() if key != missing}
        refused(t, container(environmentVars=[broken]), path=f"{AT}.0.environmentVars.0.{missing}")
    assert only_container(accepted(t, container(environmentVars=[whole])))["environmentVars"] == [whole]


@rule("R30")
def api_key_variable(t: World) -> None:
    """An api-key variable may have no name and keeps none."""
    made = only_container(accepted(t, container(environmentVars=[{"source": "api-key"}])))
    (variable,) = made["environmentVars"]
    assert variable["source"] == "api-key"
    assert variable.get("name") is None


@rule("R31")
def build_is_the_servers(t: World) -> None:
    """`build` sent by a client is not kept."""
    sent = {"artifactImageBuildId": NOBODY, "status": "COMPLETED", "createdAt": "2026-01-01T00:00:00Z"}
    assert only_container(accepted(t, container(build=sent)))["build"] is None


@rule("R32")
def generated_build(t: World) -> None:
    """A generated Dockerfile needs environment, version and entrypoint."""
    whole = {
        "source": "generated",
        "executionEnvironmentId": NOBODY,
        "executionEnvironmentVersionId": NOBODY,
        "entrypoint": ["python", "app.py"],
    }

    def built(dockerfile):
        return container(imageUri=None, imageBuildConfig={"dockerfile": dockerfile})

    for missing in ("executionEnvironmentId", "executionEnvironmentVersionId", "entrypoint"):
        refused(t, built({key: value for key, value in whole.items() if key != missing}))
    refused(t, built({**whole, "entrypoint": []}))
    refused(t, built({**whole, "source": "magic"}))
    made = only_container(accepted(t, built(whole)))["imageBuildConfig"]["dockerfile"]
    assert {key: made[key] for key in whole} == whole


@rule("R33")
def provided_build(t: World) -> None:
    """The default is a provided ./Dockerfile."""
    for given in ({}, {"dockerfile": {}}, {"dockerfile": {"source": "provided"}}):
        made = only_container(accepted(t, container(imageUri=None, imageBuildConfig=given)))
        dockerfile = made["imageBuildConfig"]["dockerfile"]
        assert (dockerfile["source"], dockerfile["path"]) == ("provided", "./Dockerfile")
