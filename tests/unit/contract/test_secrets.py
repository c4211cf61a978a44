"""Recognising credentials in plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockyard.contract import looks_like_credential

YES = [
    ("DB_PASSWORD", "correct horse"),
    ("HF_TOKEN", "abcdefghij"),
    ("apiKey", "abcdefghij"),
    ("NGC_API_KEY", "abcdefghij"),
    ("client-secret", "abcdefghij"),
    ("X", "AKIA" + "A" * 16),
    ("X", "ghp_" + "a" * 36),
    ("X", "nvapi-" + "a" * 30),
    ("X", "hf_" + "a" * 34),
    ("X", "-----BEGIN RSA PRIVATE KEY-----\nabc"),
    ("DATABASE_URL", "postgres://user:pass@host/db"),
    ("X", "eyJhbGciOiJI.eyJzdWIiOiIx.sig"),
]
NO = [
    ("LEVEL", "debug"),
    ("MAX_TOKENS", "4096"),
    ("TOKEN_LIMIT", "4096"),
    ("TOKENIZER", "meta-llama/Llama"),
    ("PASSWORD_FILE", "/run/secrets/password"),
    ("TOKEN_URL", "https://login.example/token"),
    ("USE_SECRET", "true"),
    ("DB_PASSWORD", ""),
    ("DB_PASSWORD", "   "),
    ("MODEL", "x" * 100_000),
    ("DATABASE_URL", "postgres://host:5432/db"),
]


@pytest.mark.parametrize(("name", "value"), YES)
def test_credentials(name: str, value: str) -> None:
    assert looks_like_credential(name, value)


@pytest.mark.parametrize(("name", "value"), NO)
def test_no_credentials(name: str, value: str) -> None:
    assert not looks_like_credential(name, value)


@given(st.text(), st.text())
def test_total(name: str, value: str) -> None:
    assert looks_like_credential(name, value) in (True, False)
