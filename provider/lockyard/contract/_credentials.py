"""Credentials that containers' environment variables refer to (workload-api §16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from ._answers import Answer
from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._queries import ListQuery
from ._types import TEXT_PATTERN, Text
from ._unknown import is_unknown

CredentialType = Literal[
    "s3",
    "basic",
    "api_token",
    "bearer",
    "oauth",
    "gcp",
    "azure_service_principal",
    "azure",
    "databricks_access_token_account",
    "snowflake_key_pair_user_account",
    "azure_sas",
    "snowflake_oauth_user_account",
    "adls_gen2_oauth",
    "databricks_service_principal_account",
    "sap_oauth",
    "box_jwt",
    "client_id_and_secret",
]

# Fields that a type must have, and those that it may have.
_FIELDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "s3": (("awsAccessKeyId", "awsSecretAccessKey"), ("awsSessionToken",)),
    "basic": (("user", "password"), ()),
    "api_token": (("apiToken",), ()),
    "bearer": (("token",), ()),
    "oauth": (("token",), ("refreshToken",)),
    "gcp": (("gcpKey",), ()),
    "azure_service_principal": (("azureTenantId", "clientId", "clientSecret"), ()),
    "azure": (("azureConnectionString",), ()),
    "databricks_access_token_account": (("databricksAccessToken",), ()),
    "snowflake_key_pair_user_account": (("user", "privateKeyStr"), ("passphrase",)),
    "azure_sas": (("sasToken",), ()),
}

_Secret = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, min_length=1, max_length=65536)]
_Value = Annotated[_Secret | None, Field(repr=False)]


class CredentialValues(ContractModel):
    """What is secret in a credential; which fields it has depends on its type.

    The attributes are the keys that environment variables name.
    """

    aws_access_key_id: _Value = None
    aws_secret_access_key: _Value = None
    aws_session_token: _Value = None
    user: _Value = None
    password: _Value = None
    api_token: _Value = None
    token: _Value = None
    refresh_token: _Value = None
    gcp_key: _Value = None
    azure_tenant_id: _Value = None
    client_id: _Value = None
    client_secret: _Value = None
    azure_connection_string: _Value = None
    databricks_access_token: _Value = None
    private_key_str: _Value = None
    passphrase: _Value = None
    sas_token: _Value = None
    enterprise_id: _Value = None
    public_key_id: _Value = None

    def secret_values(self) -> dict[str, str]:
        """The values that are given, by their wire names."""
        values = {name: getattr(self, name) for name in CredentialValues.model_fields}
        aliases = {name: field.alias or name for name, field in CredentialValues.model_fields.items()}
        return {aliases[name]: value for name, value in values.items() if value is not None}


CredentialName = Annotated[Text, Field(min_length=1, max_length=512)]


class CredentialInput(CredentialValues):
    """Body of POST of a credential.

    Attributes:
        name: 1 to 512 characters; no other credential of the registry has it.
        credential_type: what it is for; decides which values it has.
        description: free text.
    """

    name: CredentialName
    credential_type: CredentialType
    description: Text = ""

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        """The values fit the type."""
        if is_unknown(self.credential_type):
            return []
        return credential_problems(self.credential_type, self.secret_values())


class CredentialPatch(CredentialValues):
    """Body of PATCH of a credential: only the keys that are there change; the type stays.

    Attributes:
        name: new name.
        description: new description.
    """

    name: CredentialName | None = None
    description: Text | None = None


class CredentialQuery(ListQuery):
    """Query of the credentials.

    Attributes:
        types: only these types.
    """

    types: list[CredentialType] = Field(default_factory=list[CredentialType])


def credential_problems(type: str, values: Mapping[str, Any]) -> list[Problem]:
    """A credential has the values of its type. Of types whose values no source tells, any one will do."""
    needed, optional = _FIELDS.get(type, ((), ()))
    if type not in _FIELDS:
        return [] if values else [Problem("credentialType", f"a credential of type {type} needs at least one value")]
    missing = [Problem(name, "Field required", "missing") for name in needed if name not in values]
    foreign = [name for name in values if name not in needed and name not in optional]
    fields = ", ".join([*needed, *optional])
    return missing + [Problem(name, f"does not belong to the type {type}: it has {fields}") for name in foreign]


class CredentialFormatted(Answer):
    """A credential, without its values: they are never answered."""

    credential_id: str
    name: str
    credential_type: str
    description: str = ""
    creation_date: str
    storage_mode: str
    secret_references: list[str]
