"""Recognising credentials written as plain text."""

from __future__ import annotations

import re
from typing import Final

_NAME = re.compile(
    r"(?:^|[^A-Z])"
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|AUTH_?KEY)"
    r"(?:[^A-Z]|$)"
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_VALUES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{30,}",
        r"\bgithub_pat_[A-Za-z0-9_]{30,}",
        r"\bglpat-[A-Za-z0-9_-]{20,}",
        r"\bsk-[A-Za-z0-9_-]{20,}",
        r"\bnvapi-[A-Za-z0-9_-]{20,}",
        r"\bhf_[A-Za-z0-9]{30,}",
        r"\bxox[abpr]-[A-Za-z0-9-]{10,}",
        r"\bAIza[0-9A-Za-z_-]{35}",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.",
        r"://[^/\s:@]+:[^/\s:@]+@",
    )
)

# What each of these has somewhere: one look spares the usual value all of them.
_MARKS = re.compile(r"-----BEGIN|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|sk-|nvapi-|hf_|xox|AIza|eyJ|@")

_HARMLESS = re.compile(r"(?i)\s*(?:-?\d+(?:\.\d+)?|true|false|yes|no|on|off|none|null|[/.~][^\s]*|[a-z]+://[^\s@]*)\s*")
"""Values that a telling name does not make a secret: numbers, switches, paths and addresses without a password."""

_MIN_LENGTH: Final = 6


def looks_like_credential(name: str, value: str) -> bool:
    """Tell whether a plain environment variable probably holds a credential, to warn about it.

    Args:
        name: name of the variable; `DB_PASSWORD` or `apiKey` is telling.
        value: its text; tokens of well-known services, private keys and addresses with a password are recognised
            under any name.
    """
    head = value[:20_000]
    if _MARKS.search(head) and any(pattern.search(head) for pattern in _VALUES):
        return True
    telling = _NAME.search(_WORDS.sub("_", name).upper())
    return bool(telling) and len(value.strip()) >= _MIN_LENGTH and _HARMLESS.fullmatch(value) is None
