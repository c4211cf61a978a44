"""Recognising credentials in plain text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockyard.contract import looks_like_credential
from lockyard.contract._secrets import _MARKS, _VALUES

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
    ("X", "ASIA" + "B" * 16),
    ("X", "github_pat_" + "a" * 40),
    ("X", "glpat-" + "a" * 20),
    ("X", "sk-" + "a" * 40),
    ("X", "xoxb-" + "1" * 12),
    ("X", "AIza" + "a" * 35),
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


@pytest.mark.parametrize("pattern", _VALUES, ids=lambda pattern: pattern.pattern)
@given(data=st.data())
def test_every_value_of_a_known_form_is_seen(pattern: re.Pattern[str], data: st.DataObject) -> None:
    value = data.draw(st.from_regex(pattern, fullmatch=True))
    assert _MARKS.search(value), "the first look misses it"
    assert looks_like_credential("X", value)
