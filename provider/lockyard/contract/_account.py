"""Account, entitlements, execution environments and use cases (workload-api §14.4, §15.2, §15.3, §18)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ._answers import Answer
from ._base import ContractModel
from ._queries import ListQuery, boolean
from ._types import Identifier, ObjectId, Text

WORKLOAD_API_ENTITLEMENT = "ENABLE_WORKLOAD_API_CONTAINERS"

EnvironmentUse = Literal["customModel", "notebook", "gpu", "customApplication", "sparkApplication", "customJob"]


class Limits(Answer):
    """The registry's limits; 0 is none (R96)."""

    max_concurrent_workloads: int
    max_workload_replicas: int


class AccountInfo(Answer):
    """Who calls."""

    uid: str
    email: str
    first_name: str
    last_name: str
    org_id: str
    tenant_id: str
    limits: Limits


class EntitlementName(ContractModel):
    """A question.

    Attributes:
        name: the entitlement.
    """

    name: Annotated[Text, Field(min_length=1, max_length=255)]


class EntitlementsInput(ContractModel):
    """Body of the evaluation of entitlements.

    Attributes:
        entitlements: at most 100.
    """

    entitlements: Annotated[list[EntitlementName], Field(max_length=100)]


class EntitlementValue(Answer):
    """An answer."""

    name: str
    value: bool


class EntitlementsFormatted(Answer):
    """The answers, in the order of the questions."""

    entitlements: list[EntitlementValue]


class EnvironmentsQuery(ListQuery):
    """Query of the execution environments.

    Attributes:
        search_for: part of name or description, in any case.
        use_cases: only those for one of these uses.
        is_public: only public ones, or only others.
    """

    search_for: Annotated[Text, Field(max_length=100)] | None = None
    use_cases: list[EnvironmentUse] = Field(default_factory=list[EnvironmentUse])
    is_public: Annotated[bool, BeforeValidator(boolean)] | None = None


class EnvironmentVersionFormatted(Answer):
    """One version of an execution environment."""

    id: str
    environment_id: str
    label: str
    description: str = ""
    docker_image: str
    build_status: str
    created: str


class EnvironmentFormatted(Answer):
    """An execution environment."""

    id: str
    name: str
    description: str = ""
    programming_language: str
    is_public: bool
    use_cases: list[str]
    latest_version: EnvironmentVersionFormatted
    latest_successful_version: EnvironmentVersionFormatted


class UseCasesQuery(ListQuery):
    """Query of the use cases that hold something.

    Attributes:
        entity_id: id of the workload.
        entity_type: always `workload`.
    """

    entity_id: Identifier | None = None
    entity_type: Literal["workload"] | None = None


class UseCaseFormatted(Answer):
    """A use case, by its id: nothing else of it is kept here."""

    id: str
    name: str


class UseCaseLinkPath(ContractModel):
    """The use case in a path; there is no directory of them, so only its form is checked.

    Attributes:
        use_case_id: 24 hexadecimal digits.
    """

    use_case_id: ObjectId


class UseCaseLink(Answer):
    """A workload in a use case."""

    use_case_id: str
    workload_id: str
    linked_at: str
