"""What operators of a server rely on: health, numbers, the log, limits, HTTPS."""

import io
import json
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lockyard.contract import ConfigurationError, StorageError
from lockyard_registry import open_registry
from lockyard_registry.api import TlsFiles, create_app, running_server
from lockyard_registry.api._logs import log_to_stderr

from .world import spec

TOKEN = "t0ken-for-tests"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def registry(tmp_path):
    opened = open_registry(tmp_path / "registry.db")
    yield opened
    opened.close()


@contextmanager
def served(registry, **options):
    with (
        running_server(create_app(registry, token=TOKEN, **options)) as url,
        httpx.Client(base_url=url, headers=AUTHORIZED) as client,
    ):
        yield client


def root(client: httpx.Client) -> str:
    return str(client.base_url).removesuffix("/api/v2/")


def samples(client: httpx.Client) -> dict[str, float]:
    lines = httpx.get(f"{root(client)}/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_alive_but_not_ready_without_its_database(registry, monkeypatch):
    with served(registry) as client:
        assert httpx.get(f"{root(client)}/readyz").status_code == 200

        def gone(*arguments):
            raise StorageError("/data/registry.db is gone")

        monkeypatch.setattr(type(registry.store), "read", gone)
        ready = httpx.get(f"{root(client)}/readyz")
        assert (ready.status_code, ready.json()) == (503, {"status": "unavailable"})
        assert httpx.get(f"{root(client)}/healthz").status_code == 200
        assert samples(client)["lockyard_database_up"] == 0


def test_numbers_are_counted_by_route_and_never_by_object(registry):
    with served(registry) as client:
        made = client.post("/artifacts", json={"name": "a", "spec": spec()}).json()
        for _ in range(3):
            assert client.get(f"/artifacts/{made['id']}").status_code == 200
        client.get(f"/artifacts/{'0' * 24}/")
        client.get("/nothing/of/this/kind")
        client.request("PROPFIND", "/artifacts")
        found = samples(client)
    name = "lockyard_http_requests_total"
    assert found[f'{name}{{method="GET",route="/api/v2/artifacts/{{id}}",status="200"}}'] == 3
    assert found[f'{name}{{method="GET",route="/api/v2/artifacts/{{id}}",status="404"}}'] == 1
    assert found[f'{name}{{method="POST",route="/api/v2/artifacts",status="201"}}'] == 1
    assert found[f'{name}{{method="GET",route="unknown",status="404"}}'] == 1
    assert any('method="OTHER"' in key for key in found) and not any("PROPFIND" in key for key in found)
    assert found["lockyard_database_up"] == 1
    assert not any(made["id"] in key for key in found)


def test_two_applications_count_apart(registry, tmp_path):
    other = open_registry(tmp_path / "other.db")
    with served(registry) as one, served(other) as two:
        one.get("/artifacts")
        assert any("/api/v2/artifacts" in key for key in samples(one))
        assert not any("/api/v2/artifacts" in key for key in samples(two))
    other.close()


@pytest.fixture
def log(monkeypatch):
    """The log as JSON lines."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log_to_stderr("json")
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_for_every_request_without_secrets(registry, log, monkeypatch):
    secret = "hunter2-in-the-body"
    body = spec()
    body["containerGroups"][0]["containers"][0]["environmentVars"] = [{"name": "PASSWORD", "value": secret}]
    with served(registry) as client:
        client.post("/artifacts", json={"name": "a", "spec": body}, headers={"X-Request-Id": "build-7"})
        client.get("/artifacts", params={"search": secret})
        client.get("/version/", headers={"Authorization": "Bearer guessed-wrong"})
        httpx.get(f"{root(client)}/healthz")

        def broken(*arguments):
            raise RuntimeError(f"something broke beside {TOKEN[:3]}")

        monkeypatch.setattr("lockyard_registry.operations.list_bundles", broken)
        assert client.get("/mlops/compute/bundles").status_code == 500
    lines = log()
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == [
        ("POST", "/api/v2/artifacts", 201),
        ("GET", "/api/v2/artifacts", 200),
        ("GET", "/api/v2/version/", 401),
        ("GET", "/api/v2/mlops/compute/bundles", 500),
    ]
    assert requests[0]["request_id"] == "build-7"
    assert all(line["milliseconds"] >= 0 and line["level"] == "info" and line["timestamp"] for line in requests)
    (failure,) = [line for line in lines if line["level"] == "error"]
    assert "RuntimeError" in failure["exception"] and requests[3]["request_id"] in failure["event"]
    text = json.dumps(lines)
    assert secret not in text and TOKEN not in text and "guessed-wrong" not in text


def test_answers_say_how_browsers_must_treat_them(registry):
    with served(registry) as client:
        for response in (
            client.get("/artifacts"),
            client.get("/none"),
            client.get("/version", headers={"Authorization": ""}),
        ):
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        for response in (client.options("/artifacts", headers=asked), client.get("/artifacts", headers=asked)):
            assert not any(name.startswith("access-control") for name in response.headers), "CORS is off"


def test_too_many_requests(registry):
    with served(registry, rate="5/minute") as client:
        answers = [client.get("/version/") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
        assert "try again in" in answers[-1].json()["detail"]
        # Guesses count by address, whatever they guess, and do not use up what a known caller may.
        guesses = [client.get("/version/", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(7)]
        assert guesses == [401] * 5 + [429] * 2
        assert httpx.get(f"{root(client)}/healthz").status_code == 200


@pytest.mark.parametrize("rate", ["many", "5/fortnight", "-1/second"])
def test_a_rate_that_cannot_be_read(registry, rate):
    with pytest.raises(ConfigurationError, match="is no rate"):
        create_app(registry, token=TOKEN, rate=rate)


def test_a_body_that_never_comes(registry, monkeypatch):
    monkeypatch.setattr("lockyard_registry.api._requests.BODY_SECONDS", 0.3)
    with served(registry) as client:
        address = urlsplit(root(client))
        lines = ["POST /api/v2/artifacts HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}", "Content-Length: 100"]
        head = "\r\n".join([*lines, "", ""])
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(head.encode() + b'{"name"')
            answer = b""
            # Head and body may come one after the other.
            while b"0.3 s" not in answer and (more := connection.recv(4096)):
                answer += more
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"did not arrive within 0.3 s" in answer


@pytest.fixture
def tls(tmp_path) -> TlsFiles:
    """A certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = TlsFiles(tmp_path / "server.crt", tmp_path / "server.key")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def test_https_from_the_command_line(tls, tmp_path, monkeypatch):
    environment = {"LOCKYARD_DATA_DIR": str(tmp_path / "data"), "LOCKYARD_API_TOKEN": TOKEN, "PATH": "/usr/bin"}
    command = [sys.executable, "-m", "lockyard.cli", "serve", "--port", "0", "--log", "json"]
    command += ["--tls-certificate", str(tls.certificate), "--tls-key", str(tls.key)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    killer = threading.Timer(60, process.kill)
    killer.start()
    try:
        url = process.stdout.readline().strip().partition(": ")[2]
        assert url.startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=str(tls.certificate))
        answer = httpx.get(f"{url}/version/", headers=AUTHORIZED, verify=trusting)
        assert answer.status_code == 200
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
        killer.cancel()
    (line,) = [json.loads(text) for text in errors.splitlines()]
    assert (line["path"], line["status"]) == ("/api/v2/version/", 200)


def test_a_certificate_that_cannot_be_used(tls, tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot serve HTTPS with .*No such file"):
        TlsFiles(tmp_path / "none", tls.key).check()
    with pytest.raises(ConfigurationError, match="name a PEM certificate and its key"):
        TlsFiles(tls.key, tls.certificate).check()
    tls.check()
