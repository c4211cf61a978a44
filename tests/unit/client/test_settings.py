"""Where each setting comes from, and what is said when one is wrong (design §4.4)."""

import pytest

from lockyard.client import EMBEDDED, EmbeddedRegistryClient, HttpRegistryClient, Settings, connect, load_settings
from lockyard.contract import ALL_COMPAT, STRICT, Compat, ConfigurationError

URL = "https://registry.example/api/v2"
SECRET = "s3cr3t-token"


def load(config=None, **environ) -> Settings:
    return load_settings((config or {}).get, environ)


@pytest.mark.parametrize(
    ("config", "environ", "endpoint", "source"),
    [
        ({}, {}, EMBEDDED, "default"),
        ({"lockyard:endpoint": "embedded"}, {}, EMBEDDED, "config lockyard:endpoint"),
        ({"lockyard:endpoint": "embedded"}, {"CI": "true"}, EMBEDDED, "config lockyard:endpoint"),
        ({}, {"LOCKYARD_ENDPOINT": "embedded", "CI": "1"}, EMBEDDED, "LOCKYARD_ENDPOINT"),
        ({}, {"LOCKYARD_ENDPOINT": " ", "CI": ""}, EMBEDDED, "default"),
        ({}, {"CI": "false"}, EMBEDDED, "default"),
        ({"lockyard:endpoint": URL}, {"LOCKYARD_ENDPOINT": "https://other"}, URL, "config lockyard:endpoint"),
        ({}, {"LOCKYARD_ENDPOINT": "https://registry.example"}, URL, "LOCKYARD_ENDPOINT"),
        ({}, {"LOCKYARD_ENDPOINT": "https://registry.example/"}, URL, "LOCKYARD_ENDPOINT"),
        ({}, {"LOCKYARD_ENDPOINT": "https://Registry.EXAMPLE/api/v2/"}, URL, "LOCKYARD_ENDPOINT"),
        ({}, {"LOCKYARD_ENDPOINT": "http://h:8321/base/Api"}, "http://h:8321/base/Api", "LOCKYARD_ENDPOINT"),
        ({}, {"LOCKYARD_ENDPOINT": "http://[::1]:8321"}, "http://[::1]:8321/api/v2", "LOCKYARD_ENDPOINT"),
    ],
)
def test_endpoint(config, environ, endpoint, source):
    settings = load(config, **{"LOCKYARD_API_TOKEN": SECRET, **environ})
    assert settings.endpoint == endpoint
    assert settings.sources["endpoint"] == source
    assert settings.embedded == (endpoint == EMBEDDED)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("registry.example", "start with http:// or https://"),
        ("ftp://registry.example", "start with http:// or https://"),
        ("http://", "has no usable host"),
        ("http://:80/api/v2", "has no usable host"),
        ("http://host:99999", "is not an address"),
        ("http://host:port", "is not an address"),
        ("http://ho st", "has no usable host"),
        ("http://[::1", "is not an address"),
        ("https://me:pw9@host/api/v2", "must not hold credentials"),
        ("https://host/api/v2?token=pw9", "must not hold a query"),
        ("https://host/api/v2#x", "fragment"),
    ],
)
@pytest.mark.parametrize("where", ["config", "environment"])
def test_wrong_endpoint(value, says, where):
    with pytest.raises(ConfigurationError) as caught:
        if where == "config":
            load({"lockyard:endpoint": value}, LOCKYARD_API_TOKEN=SECRET)
        else:
            load(LOCKYARD_ENDPOINT=value, LOCKYARD_API_TOKEN=SECRET)
    text = str(caught.value)
    assert says in text
    assert "pulumi config set lockyard:endpoint" in text
    assert ("config lockyard:endpoint" if where == "config" else "from LOCKYARD_ENDPOINT") in text
    assert "pw9" not in text
    assert "\n" not in text


def test_the_embedded_registry_must_be_named_in_ci():
    with pytest.raises(ConfigurationError, match=r"CI is set.*LOCKYARD_ENDPOINT.*lockyard:endpoint embedded"):
        load(CI="true")


@pytest.mark.parametrize(
    ("config", "environ", "token", "source"),
    [
        ({}, {"LOCKYARD_API_TOKEN": SECRET}, SECRET, "LOCKYARD_API_TOKEN"),
        ({"lockyard:token": "other"}, {"LOCKYARD_API_TOKEN": f" {SECRET}\n"}, SECRET, "LOCKYARD_API_TOKEN"),
        ({"lockyard:token": SECRET}, {}, SECRET, "config lockyard:token"),
        ({"lockyard:token": SECRET}, {"LOCKYARD_API_TOKEN": ""}, SECRET, "config lockyard:token"),
    ],
)
def test_token(config, environ, token, source):
    settings = load({"lockyard:endpoint": URL, **config}, **environ)
    assert (settings.token, settings.sources["token"]) == (token, source)
    assert token not in repr(settings)


def test_no_token_for_a_server():
    with pytest.raises(ConfigurationError, match=r"LOCKYARD_API_TOKEN or `pulumi config set --secret lockyard:token`"):
        load({"lockyard:endpoint": URL})


def test_the_embedded_registry_needs_no_token():
    settings = load(LOCKYARD_API_TOKEN=SECRET)
    assert settings.token is None
    assert "token" not in settings.sources


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "täken", "tab\tin", "\x7f"])
def test_a_token_that_cannot_be_sent_is_not_shown(token):
    with pytest.raises(ConfigurationError) as caught:
        load({"lockyard:endpoint": URL}, LOCKYARD_API_TOKEN=token)
    assert token not in str(caught.value)
    assert "LOCKYARD_API_TOKEN" in str(caught.value)


@pytest.mark.parametrize("key", ["lockyard:endpoint", "lockyard:token", "lockyard:origin", "lockyard:compat"])
def test_an_empty_value_is_a_mistake(key):
    with pytest.raises(ConfigurationError, match=f"{key} is set but empty.*pulumi config rm {key}"):
        load({"lockyard:endpoint": URL, "lockyard:token": SECRET, key: "  "})


def test_origin_and_compat():
    settings = load({"lockyard:origin": " team-a ", "lockyard:compat": "loose_names"})
    assert (settings.origin, settings.compat) == ("team-a", Compat(loose_names=True))
    assert settings.sources["origin"] == "config lockyard:origin"
    assert settings.sources["compat"] == "config lockyard:compat"
    assert load({"lockyard:compat": "all"}).compat == ALL_COMPAT
    plain = load()
    assert (plain.origin, plain.compat, plain.timeout_seconds) == (None, STRICT, 30.0)
    assert plain.sources["origin"] == plain.sources["compat"] == "default"


def test_an_unknown_switch_is_named():
    with pytest.raises(
        ConfigurationError, match=r"lockyard:compat: .*'lose_names'.*`pulumi config set lockyard:compat"
    ):
        load({"lockyard:compat": "lose_names"})


def test_connect_opens_what_the_settings_ask_for(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(tmp_path))
    embedded = connect(load())
    assert isinstance(embedded, EmbeddedRegistryClient)
    assert not list(tmp_path.iterdir()), "nothing is made before the first call"
    server = connect(load({"lockyard:endpoint": URL}, LOCKYARD_API_TOKEN=SECRET))
    assert isinstance(server, HttpRegistryClient)
    assert SECRET not in repr(server)
    server.close()


def test_a_client_refuses_a_missing_token():
    with pytest.raises(ConfigurationError, match="needs a token"):
        connect(Settings(endpoint=URL))
