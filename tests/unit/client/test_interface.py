"""Both clients offer the same interface, and neither costs what it does not need."""

import inspect
import subprocess
import sys

import pytest

import lockyard.client
from lockyard.client import EmbeddedRegistryClient, HttpRegistryClient, RegistryClient

METHODS = [name for name in vars(RegistryClient) if not name.startswith("_")]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("kind", [HttpRegistryClient, EmbeddedRegistryClient])
def test_signatures(kind, name):
    assert inspect.signature(getattr(kind, name)) == inspect.signature(getattr(RegistryClient, name))


@pytest.mark.parametrize("kind", [HttpRegistryClient, EmbeddedRegistryClient])
def test_nothing_beyond_the_interface(kind):
    assert {name for name in vars(kind) if not name.startswith("_")} == set(METHODS)


def test_all_is_what_can_be_imported():
    assert lockyard.client.__all__ == sorted(lockyard.client.__all__)
    for name in lockyard.client.__all__:
        assert getattr(lockyard.client, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = lockyard.client.nothing


def loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_client_imports_neither_httpx_nor_the_registry():
    loaded = loaded_after("import lockyard.client")
    assert not loaded & {"httpx", "sqlalchemy", "fastapi", "starlette", "uvicorn", "lockyard_registry", "pulumi"}


def test_the_embedded_registry_needs_neither_a_web_framework_nor_an_orm(tmp_path):
    code = f"""
from lockyard.client import EmbeddedRegistryClient
path = {str(tmp_path / "registry.db")!r}
EmbeddedRegistryClient(path).identity()
client = EmbeddedRegistryClient(path)
"""
    open_code = code + "client.identity(); list(client.list_artifacts()); client.close()"
    loaded = loaded_after(open_code)
    assert "lockyard_registry" in loaded
    assert not loaded & {"httpx", "fastapi", "starlette", "uvicorn", "sqlalchemy.orm", "pulumi"}
    again = loaded_after(open_code.replace("EmbeddedRegistryClient(path).identity()", ""))
    assert "alembic" not in again, "migrations are loaded only when the schema is old"


def test_the_http_client_does_not_load_the_registry():
    loaded = loaded_after("from lockyard.client import HttpRegistryClient; HttpRegistryClient('http://h', 't')")
    assert "httpx" in loaded
    assert not loaded & {"lockyard_registry", "sqlalchemy"}
