"""Environment variables of a container (workload-api §4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import Identifier, NonEmptyText, Text
from ._unknown import is_unknown

EnvironmentSource = Literal["string", "dr-credential", "api-key"]

_NEEDED = {
    "string": ("name", "value"),
    "dr-credential": ("name", "drCredentialId", "key"),
    "api-key": (),
}
_ALLOWED = {
    "string": {"name", "value"},
    "dr-credential": {"name", "drCredentialId", "key"},
    "api-key": {"name"},
}


def environment_problems(source: Any, fields: dict[str, Any]) -> list[Problem]:
    """Each source needs its own fields and allows no others (R28, R29, R30).

    Args:
        source: `string`, `dr-credential` or `api-key`.
        fields: wire name -> value of the other fields; None is absent. Names and ids are not looked up.
    """
    if is_unknown(source):
        return []
    problems = [Problem(name, "Field required", "missing") for name in _NEEDED[source] if fields[name] is None]
    for name, value in fields.items():
        if value is not None and not is_unknown(value) and name not in _ALLOWED[source]:
            problems.append(Problem(name, f"is not allowed when source is '{source}'"))
    return problems


def _absent(value: Any) -> bool:
    return value is None


class EnvironmentVariable(ContractModel):
    """One environment variable.

    Attributes:
        source: where the value comes from: `string` (default, in clear), `dr-credential` (a stored credential,
            resolved at container start), `api-key` (a token made for the workload).
        name: variable name; optional for `api-key`, which then sets `DATAROBOT_API_TOKEN` (R30).
        value: the text, for `string`. Several lines survive unchanged.
        dr_credential_id: id of the credential, for `dr-credential`; not looked up at write time (R29).
        key: which part of the credential, for `dr-credential`.
    """

    source: EnvironmentSource = "string"
    name: NonEmptyText | None = Field(default=None, exclude_if=_absent)
    value: Text | None = Field(default=None, exclude_if=_absent)
    dr_credential_id: Identifier | None = Field(default=None, exclude_if=_absent)
    key: NonEmptyText | None = Field(default=None, exclude_if=_absent)

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        fields = {
            "name": self.name,
            "value": self.value,
            "drCredentialId": self.dr_credential_id,
            "key": self.key,
        }
        return environment_problems(self.source, fields)
