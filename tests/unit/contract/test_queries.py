"""Query strings (R5, R54, R95)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockyard.contract import (
    ArtifactQuery,
    ListQuery,
    RepositoryQuery,
    ValidationFailedError,
    WorkloadQuery,
    parse_query,
)

QUERIES = [ListQuery, ArtifactQuery, RepositoryQuery, WorkloadQuery]


@pytest.mark.parametrize("model", QUERIES)
@pytest.mark.parametrize(
    ("limit", "fine"),
    [
        ("0", False),
        ("1", True),
        ("100", True),
        ("101", False),
        (100, True),
        (0, False),
        ("-1", False),
        ("ten", False),
        ("1.5", False),
        ("", False),
        ("٣", False),
        ("1_0", False),
        ("9" * 30, False),
    ],
)
def test_r5_limit(model: type[ListQuery], limit: Any, fine: bool) -> None:
    if fine:
        assert parse_query(model, {"limit": limit}).limit == int(limit)
    else:
        with pytest.raises(ValidationFailedError) as caught:
            parse_query(model, {"limit": limit})
        assert [problem.path for problem in caught.value.problems] == ["limit"]


def test_defaults() -> None:
    query = parse_query(WorkloadQuery, {})
    assert (query.offset, query.limit, query.order_by, query.status, query.service_stats) == (
        0,
        10,
        "-createdAt",
        [],
        False,
    )


def test_r95_repeated_values() -> None:
    query = parse_query(
        WorkloadQuery,
        [
            ("status", "running"),
            ("status", "errored"),
            ("importance", "low"),
            ("limit", "4"),
            ("_", "1"),
            ("_", "2"),
        ],
    )
    assert (query.status, query.importance, query.limit) == (["running", "errored"], ["low"], 4)


def test_a_single_value_is_given_once() -> None:
    with pytest.raises(ValidationFailedError) as refused:
        parse_query(ArtifactQuery, [("limit", "3"), ("repositoryId", "a"), ("limit", "3"), ("repositoryId", "b")])
    assert [(problem.path, problem.code) for problem in refused.value.problems] == [
        ("limit", "multiple_values"),
        ("repositoryId", "multiple_values"),
    ]


def test_a_single_value_is_a_list_of_one() -> None:
    assert parse_query(ArtifactQuery, {"ids": "a", "tagKeys": ["x", "y"]}).ids == ["a"]
    assert parse_query(WorkloadQuery, {"artifactStatus": "locked"}).artifact_status == ["locked"]


def test_booleans_and_nulls() -> None:
    assert parse_query(WorkloadQuery, {"serviceStats": "True"}).service_stats is True
    assert parse_query(WorkloadQuery, {"serviceStats": False, "search": None, "limit": None}).limit == 10
    with pytest.raises(ValidationFailedError, match="serviceStats"):
        parse_query(WorkloadQuery, {"serviceStats": "1"})


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (ListQuery, {"offset": "-1"}),
        (ArtifactQuery, {"search": "x" * 101}),
        (ArtifactQuery, {"orderBy": "importance"}),
        (ArtifactQuery, {"type": "job"}),
        (ArtifactQuery, {"status": "open"}),
        (RepositoryQuery, {"orderBy": "status"}),
        (WorkloadQuery, {"status": "sleeping"}),
        (WorkloadQuery, {"importance": "urgent"}),
        (WorkloadQuery, {"artifactStatus": "x"}),
    ],
)
def test_r54_refused(model: type[ListQuery], query: dict[str, str]) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_query(model, query)
    assert [problem.path.split(".")[0] for problem in caught.value.problems] == list(query)


@pytest.mark.parametrize("order", ["importance", "-importance", "status", "-status", "name", "-updatedAt"])
def test_orders(order: str) -> None:
    assert parse_query(WorkloadQuery, {"orderBy": order}).order_by == order


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["limit", "offset", "ids", "status", "search", "serviceStats", "x"]), st.text(max_size=5)
        ),
        max_size=6,
    )
)
def test_total(pairs: list[tuple[str, str]]) -> None:
    for model in QUERIES:
        try:
            parse_query(model, pairs)
        except ValidationFailedError as error:
            assert error.problems
