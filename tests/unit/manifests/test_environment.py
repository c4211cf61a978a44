"""Environment variables: what stands in clear, what goes into a Secret, what the platform adds."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import (
    CLUSTER,
    FULL,
    container,
    described,
    env_of,
    errors_of,
    nim,
    pod,
    rendered,
    server,
    spec,
    warnings_of,
)

from lockyard_components.manifests import NotPlainError, ngc_docker_config
from lockyard_components.placement import SecretReference

PATH = "spec.containerGroups.0.containers.0.environmentVars"


class Opaque:
    """Stands for a Pulumi Output."""


def joined(*parts: Any) -> Any:
    """What a program would do with Output.concat: keeps the parts."""
    return ("joined", parts)


def variables(*given: dict[str, Any], **fields: Any) -> Any:
    """A service with these variables."""
    return described(spec=spec(container(environmentVars=list(given))), **fields)


def test_plain_texts_stand_in_the_pod() -> None:
    text = "line one\nline two $PATH ${A} 100%"
    assert env_of(server(variables({"name": "A", "value": text})))["A"] == text
    assert "environment" not in rendered(variables({"name": "A", "value": text}))


@pytest.mark.parametrize(
    ("text", "written"), [("$(HOME)", "$$(HOME)"), ("pa$$word", "pa$$$$word"), ("$(A) $B", "$$(A) $$B"), ("$B", "$B")]
)
def test_kubernetes_does_not_rewrite_texts_and_entrypoints(text: str, written: str) -> None:
    description = described(
        spec=spec(container(environmentVars=[{"name": "A", "value": text}], entrypoint=["run", text]))
    )
    assert env_of(server(description))["A"] == written
    assert server(description)["command"] == ["run", written]


def test_k40_texts_that_look_like_credentials_go_into_a_secret() -> None:
    description = variables({"name": "DB_PASSWORD", "value": "hunter22"}, {"name": "A", "value": "1"})
    secret = rendered(description)["environment"]
    assert secret["kind"] == "Secret" and secret["type"] == "Opaque" and secret["immutable"] is True
    assert secret["metadata"]["name"] == "chat-env-0123456789ab"
    assert secret["stringData"] == {"server.DB_PASSWORD": "hunter22"}
    assert env_of(server(description))["DB_PASSWORD"] == {
        "name": "chat-env-0123456789ab",
        "key": "server.DB_PASSWORD",
    }
    others = {key: value for key, value in rendered(description).items() if key != "environment"}
    assert "hunter22" not in json.dumps(others)
    (found,) = warnings_of(description)
    assert found.startswith(f"{PATH}.0.value: looks like a credential in clear") and "hunter22" not in found


def test_k40_outputs_go_into_the_secret_unread() -> None:
    value = Opaque()
    description = variables({"name": "A", "value": value}, {"name": "B", "value": "1"})
    assert rendered(description)["environment"]["stringData"]["server.A"] is value
    assert env_of(server(description)) == {
        "WORKLOAD_ID": "6" * 24,
        "A": {"name": "chat-env-0123456789ab", "key": "server.A"},
        "B": "1",
    }


def test_containers_may_have_variables_of_one_name() -> None:
    first, second = Opaque(), Opaque()
    sidecar = {"name": "proxy", "imageUri": "envoy:1", "environmentVars": [{"name": "A", "value": second}]}
    description = described(spec=spec(container(environmentVars=[{"name": "A", "value": first}]), sidecar))
    assert rendered(description)["environment"]["stringData"] == {"server.A": first, "proxy.A": second}
    assert env_of(pod(description)["containers"][1])["A"]["key"] == "proxy.A"


def test_the_secrets_name_changes_with_the_content() -> None:
    value, version = Opaque(), Opaque()
    names = {
        rendered(variables({"name": "A", "value": value}, version=text))["environment"]["metadata"]["name"]
        for text in ("aaaaaaaaaaaa", "bbbbbbbbbbbb")
    }
    assert len(names) == 2
    opaque = variables({"name": "A", "value": value}, version=version)
    objects = rendered(replace(opaque, join=joined))
    assert objects["environment"]["metadata"]["name"] == ("joined", ("chat", "-env-", version))
    assert env_of(server(replace(opaque, join=joined)))["A"]["name"] == ("joined", ("chat", "-env-", version))
    with pytest.raises(NotPlainError, match="version"):
        rendered(opaque)


@pytest.mark.parametrize("length", [1, 46, 47, 52])
def test_the_secrets_name_fits(length: int) -> None:
    names = {
        rendered(variables({"name": "A", "value": Opaque()}, name=letter * length))["environment"]["metadata"]["name"]
        for letter in "ab"
    }
    assert len(names) == 2 and max(map(len, names)) <= 63


def test_long_names_with_one_beginning_have_different_secrets() -> None:
    names = {
        rendered(variables({"name": "A", "value": Opaque()}, name="a" * 48 + end))["environment"]["metadata"]["name"]
        for end in ("bb", "cc")
    }
    assert len(names) == 2


def test_k40_credentials_of_others_are_references() -> None:
    secrets = {"c1": SecretReference(name="database", key="unused"), "api-key": SecretReference(name="token", key="t")}
    description = variables(
        {"source": "dr-credential", "name": "DB", "drCredentialId": "c1", "key": "password"},
        {"source": "api-key"},
        secrets=secrets,
    )
    found = env_of(server(description))
    assert found["DB"] == {"name": "database", "key": "password"}
    assert found["DATAROBOT_API_TOKEN"] == {"name": "token", "key": "t"}
    assert "environment" not in rendered(description)


def test_a_named_api_key_keeps_its_name() -> None:
    secrets = {"api-key": SecretReference(name="token", key="t")}
    found = env_of(server(variables({"source": "api-key", "name": "MY_TOKEN"}, secrets=secrets)))
    assert found["MY_TOKEN"] == {"name": "token", "key": "t"} and "DATAROBOT_API_TOKEN" not in found


def test_credentials_without_a_secret_are_refused() -> None:
    (found,) = errors_of(variables({"source": "dr-credential", "name": "DB", "drCredentialId": "c1", "key": "p"}))
    assert found.startswith(f"{PATH}.0.drCredentialId: no Kubernetes Secret is known")
    (found,) = errors_of(variables({"source": "api-key"}))
    assert found.startswith(f"{PATH}.0: needs a token: give secrets={{'api-key': SecretReference(")


def test_a_secret_that_no_variable_uses_is_pointed_out() -> None:
    (found,) = warnings_of(described(secrets={"c9": SecretReference(name="s", key="k")}))
    assert found == "secrets: no variable of the artifact uses 'c9'"


@pytest.mark.parametrize("name", ["1A", "A B", "größe", "A=B", "A" * 181])
def test_names_that_kubernetes_refuses_are_refused(name: str) -> None:
    (found,) = errors_of(variables({"name": name, "value": "x"}))
    assert found.startswith(f"{PATH}.0.name: ")


def test_what_the_platform_sets_for_a_nim() -> None:
    assert env_of(server(nim(), FULL)) == {
        "WORKLOAD_ID": "6" * 24,
        "NIM_CACHE_PATH": "/model-store",
        "NIM_SERVER_PORT": "8000",
        "NIM_HTTP_API_PORT": "8000",
        "NIM_JSONL_LOGGING": "1",
        "NIM_LOG_LEVEL": "INFO",
        "OUTLINES_CACHE_DIR": "/tmp/outlines",
        "NGC_API_KEY": {"name": "ngc", "key": "NGC_API_KEY"},
    }
    assert "NGC_API_KEY" not in env_of(server(nim(), CLUSTER))


def test_the_artifact_wins_over_the_platform() -> None:
    own = {"NIM_LOG_LEVEL": "DEBUG", "NIM_CACHE_PATH": "/weights", "WORKLOAD_ID": "mine", "NIM_HTTP_API_PORT": "8000"}
    given = [{"name": name, "value": value} for name, value in own.items()]
    description = nim(spec=spec(container(environmentVars=given)))
    found = server(description)
    assert {name: env_of(found)[name] for name in own} == own
    names = [variable["name"] for variable in found["env"]]
    assert len(names) == len(set(names)) and names[-len(own) :] == list(own)
    assert {"name": "weights", "mountPath": "/weights"} in found["volumeMounts"]


def test_the_cache_path_must_be_plain() -> None:
    given = [{"name": "NIM_CACHE_PATH", "value": Opaque()}]
    with pytest.raises(NotPlainError, match=r"environmentVars\.0 \(NIM_CACHE_PATH\)"):
        errors_of(nim(spec=spec(container(environmentVars=given))))


def test_sidecars_get_no_variables_of_a_nim() -> None:
    description = nim(spec=spec(container(), {"name": "proxy", "imageUri": "envoy:1"}))
    assert env_of(pod(description, FULL)["containers"][1]) == {"WORKLOAD_ID": "6" * 24}


@pytest.mark.parametrize(("profiles", "expected"), [((), None), (("p1",), "p1"), (("p1", "p2"), None)])
def test_one_profile_is_the_servers(profiles: tuple[str, ...], expected: str | None) -> None:
    assert env_of(server(nim(profiles=profiles))).get("NIM_MODEL_PROFILE") == expected


def test_a_server_on_another_port_is_pointed_out() -> None:
    given = [{"name": "NIM_SERVER_PORT", "value": "9000"}]
    (found,) = warnings_of(nim(spec=spec(container(environmentVars=given))))
    assert found.startswith(f"{PATH}.0.value: the server listens on another port than the container's 8000")


def test_k40_a_pull_secret_for_nvidias_registry() -> None:
    config = json.loads(ngc_docker_config("nvapi-x"))
    assert list(config["auths"]) == ["nvcr.io"]
    entry = config["auths"]["nvcr.io"]
    assert (entry["username"], entry["password"]) == ("$oauthtoken", "nvapi-x")
    assert base64.b64decode(entry["auth"]) == b"$oauthtoken:nvapi-x"


def test_k40_pull_secrets_are_names_only() -> None:
    assert pod(nim(), FULL)["imagePullSecrets"] == [{"name": "ngc-pull"}]
    assert "imagePullSecrets" not in pod(nim())
