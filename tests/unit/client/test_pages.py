"""Lists are followed to their end, on the endpoint's own host."""

from urllib.parse import parse_qsl

import httpx
import pytest

from lockyard.client import HttpRegistryClient
from lockyard.contract import UnexpectedAnswerError

URL = "http://registry.test/api/v2"


def client(handle) -> HttpRegistryClient:
    return HttpRegistryClient(URL, "token", transport=httpx.MockTransport(handle))


def server(total, seen, host="http://registry.test"):
    def handle(request):
        query = parse_qsl(request.url.query.decode())
        seen.append((request.url.host, query))
        given = dict(query)
        offset, limit = int(given.get("offset", 0)), int(given["limit"])
        rest = [f"{k}={v}" for k, v in query if k not in ("offset", "limit")]
        following = "&".join([*rest, f"offset={offset + limit}", f"limit={limit}"])
        data = [{"id": str(n)} for n in range(offset, min(total, offset + limit))]
        more = f"{host}/api/v2/artifacts?{following}" if offset + limit < total else None
        return httpx.Response(200, json={"count": len(data), "totalCount": total, "next": more, "data": data})

    return handle


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 250])
def test_all_pages(total):
    seen = []
    found = list(client(server(total, seen)).list_artifacts(repositoryId="r", ids=["1", "2"], search=None))
    assert [item["id"] for item in found] == [str(n) for n in range(total)]
    assert len(seen) == max(1, -(-total // 100))
    for _, query in seen:
        assert ("repositoryId", "r") in query
        assert [value for name, value in query if name == "ids"] == ["1", "2"]
        assert "search" not in dict(query)


@pytest.mark.parametrize("most", [0, 1, 5, 100, 150, 1000])
def test_no_more_than_asked_for(most):
    seen = []
    found = list(client(server(250, seen)).list_workloads(max_items=most))
    assert len(found) == min(most, 250)
    assert all(dict(query)["limit"] == str(min(100, most)) for _, query in seen)


def test_the_token_never_goes_to_another_host():
    seen = []
    assert len(list(client(server(150, seen, host="http://evil.test")).list_artifacts())) == 150
    assert {host for host, _ in seen} == {"registry.test"}


def test_booleans_are_lower_case():
    seen = []
    list(client(server(1, seen)).list_workloads(serviceStats=True))
    assert ("serviceStats", "true") in seen[0][1]


def test_a_circle_ends():
    page = {"count": 1, "totalCount": 9, "next": f"{URL}/artifacts?limit=100", "previous": None, "data": [{"id": "1"}]}
    with pytest.raises(UnexpectedAnswerError, match="circle"):
        list(client(lambda request: httpx.Response(200, json=page)).list_artifacts())


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"id": "1"}}])
def test_an_answer_without_records_is_no_list(body):
    with pytest.raises(UnexpectedAnswerError, match="no list"):
        list(client(lambda request: httpx.Response(200, json=body)).list_artifacts())


def test_a_list_without_next_ends():
    assert list(client(lambda request: httpx.Response(200, json={"data": [{"id": "1"}]})).list_protons("w"))
