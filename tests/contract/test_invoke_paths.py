"""What of a path arrives at a workload: byte by byte what was sent, or nothing (workload-api §19)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from lockyard.contract import invoke_path_message

from .invoke_place import Place, Upstream, head_of, place, upstream
from .path_readings import readings, resolved
from .world import TOKEN

BASES = ("", "/base", "/team/W")

ARRIVES = [
    b"/",
    b"/v1/models",
    b"/v1/models/",
    b"/hello?a=b",
    b"/hello?",
    b"/hello?a&&b=&=c",
    b"/hello?a=b?c=d/../e&x=%2e%2e%00%0d%0a%zz",
    b"/hello?array[]=1&path=//x&q='\"<>{}|^`\\",
    b"/org%2Fmodel/resolve",
    b"/org%2fmodel",
    b"/a%20b/c+d",
    b"/%E4%BD%A0%E5%A5%BD/%c3%a9",
    b"/100%25",
    b"/%41%7E",
    b"/a;b=c/d;e",
    b"/;/x",
    b"/@user/x",
    b"/a@b:c",
    b"/x:y/z",
    b"/a//b",
    b"/a///b/",
    b"/proxy/https://host.example/x",
    b"/.hidden/..x/x../a.b..c",
    b"/..a",
    b"/a..",
    b"/%2e%2ewell-known",
    b"/v1/~user/!$&'()*+,=",
    b'/"<>^`{|}[]',
    b"/a%3Fb=c",
    b"/a%3bb",
    b"/a%23b",
    b"/x%40y",
    b"/x?next=/../../y#".rstrip(b"#"),
]

REFUSED = [
    b"/..",
    b"/.",
    b"/../other",
    b"/./x",
    b"/a/..",
    b"/a/.",
    b"/a/../../other",
    b"/a/../b",
    b"/%2e%2e/other",
    b"/%2E%2E/other",
    b"/.%2e/other",
    b"/%2e./other",
    b"/%2e",
    b"/..%2fother",
    b"/..%2Fother",
    b"/%2e%2e%2fother",
    b"/a%2f..%2f..%2fother",
    b"/%252e%252e/other",
    b"/%25%32%65%25%32%65/other",
    b"/%252e%252e%252fother",
    b"/%25252e%25252e/other",
    b"/..%252fother",
    b"/..;/other",
    b"/..;a=b/other",
    b"/.;/x",
    b"/%2e%2e;/other",
    b"/..%3b/other",
    b"/..%3Bx/other",
    b"/..%3f/other",
    b"/..%23/other",
    b"/..%253f/other",
    b"/..\\other",
    b"/\\..\\other",
    b"/a\\b",
    b"/..%5cother",
    b"/..%5Cother",
    b"/..%255cother",
    b"/%5c%5chost",
    b"/...",
    b"/..../other",
    b"/..%20/other",
    b"/.%20./other",
    b"/%20../other",
    b"/..%00/other",
    b"/%00",
    b"/x%00.txt",
    b"/x%0d%0aX-Inj:%201",
    b"/x%0a",
    b"/x%09y",
    b"/x%7f",
    b"/x%250d%250aX-Inj:1",
    b"/%c0%ae%c0%ae/other",
    b"/%c0%af",
    b"/%e0%80%ae%e0%80%ae/other",
    b"/%ff",
    b"/%ef%bc%8e%ef%bc%8e/other",
    b"/..%ef%bc%8fother",
    b"/%e2%80%a5/other",
    b"/%e2%80%a4%e2%80%a4/other",
    b"/%u002e%u002e/other",
    b"/%",
    b"/%2",
    b"/%zz",
    b"/%%32e",
    b"//",
    b"//evil.example/x",
    b"///x",
    b"/%2fevil.example/x",
    b"/%2F",
    b"/%252fevil.example",
    b"/x#frag",
    b"/#",
    b"/x?y#frag",
    b"/x#/../y",
    b"/%" + b"25" * 20 + b"2e",
]

NOT_HTTP = [b"/\xff", b"/\xc3\xa9", b"/a b", b"/a\x00b", b"/a\tb", b"/x\rX-Inj: 1", b"/x?q=\xff", b"/x?\x00"]
"""Refused before the server knows what is asked; the connection is closed."""

NO_WORKLOAD = [b"@evil.example/", b"%2e%2e/x", b"..", b";/..", b"%2f..%2fx", b"%00"]
"""What makes another id, so that there is no such workload."""


@pytest.fixture(scope="module")
def up() -> Iterator[Upstream]:
    with upstream() as made:
        yield made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("paths")) as made:
        yield made


@pytest.mark.parametrize("base", BASES)
def test_paths_arrive_as_they_were_sent(here: Place, up: Upstream, base: str) -> None:
    here.at(up.url + base)
    for target in ARRIVES:
        status, _, _ = head_of(here.send(target))
        assert (status, up.arrived().split(b" ")[1]) == (200, base.encode() + target), target


@pytest.mark.parametrize("base", BASES)
def test_paths_that_could_lead_out_are_refused(here: Place, up: Upstream, base: str) -> None:
    here.at(up.url + base)
    for target in REFUSED:
        status, headers, body = head_of(here.send(target))
        assert (status, up.requests) == (400, []), target
        assert (b'"detail":"The path ' in body or b'"detail":"The query ' in body) and b"\\n" not in body, target
        assert dict(headers)["content-type"] == "application/json"


def test_what_is_no_request_and_what_is_no_workload(here: Place, up: Upstream) -> None:
    here.at(up.url)
    for target in NOT_HTTP:
        assert (head_of(here.send(target))[0], up.requests) == (400, []), target
    for target in NO_WORKLOAD:
        assert head_of(here.send(target))[0] in (400, 404), target
        assert up.requests == [], target
    whole = here.path.encode()
    for target in (
        b"http://evil.example" + whole + b"/x",
        b"http://registry" + whole + b"/x",
        b"*",
        b"evil.example:80",
    ):
        assert head_of(here.send_target(target))[0] in (400, 404), target
        assert up.requests == [], target
    # Another spelling of what comes before the workload's own path is another path, or the same; never another target.
    for target in (b"/api/v2/x/.." + whole[7:], b"/" + whole + b"/x", whole.replace(b"/endpoints", b"%2fendpoints")):
        assert head_of(here.send_target(target))[0] == 404, target
        assert up.requests == [], target
    assert head_of(here.send_target(whole.replace(b"endpoints", b"%65ndpoints") + b"/x%41y"))[0] == 200
    assert up.arrived().startswith(b"GET /x%41y HTTP/1.1")


def test_the_registrys_own_parameter_is_taken_out_and_nothing_else(here: Place, up: Upstream) -> None:
    here.at(up.url)
    proton = here.client.get_workload(here.workload["id"])["protonId"].encode()
    for sent, arrives in (
        (b"/x?protonId=" + proton, b"/x"),
        (b"/x?a=1&protonId=" + proton + b"&&b=2", b"/x?a=1&&b=2"),
        (b"/x?protonid=1&xprotonId=2", b"/x?protonid=1&xprotonId=2"),
    ):
        assert head_of(here.send(sent))[0] == 200
        assert up.arrived().split(b" ")[1] == arrives


def test_the_callers_token_never_arrives(here: Place, up: Upstream) -> None:
    here.at(up.url)
    token = TOKEN.encode()
    spelled = b"".join(b"%%%02x" % byte for byte in token)
    for target, header in (
        (b"/x?key=" + token, b"A: b"),
        (b"/x?key=" + spelled, b"A: b"),
        (b"/x?key=" + spelled.replace(b"%", b"%25"), b"A: b"),
        (b"/" + token, b"A: b"),
        (b"/x", b"X-DataRobot-Key: " + token),
        (b"/x", b"User-Agent: a " + token + b" b"),
        (b"/x", b"X-Request-Id: " + token),
    ):
        status, _, body = head_of(here.send(target, header))
        assert (status, up.requests) == (400, []) and b"token" in body, (target, header)
    for header in (b"Cookie: t=" + token, b"X-Api-Key: " + token, b"Proxy-Authorization: Bearer " + token):
        assert head_of(here.send(b"/x", header))[0] == 200
        assert token not in up.arrived()


def test_no_decoding_of_a_path_that_passes_leads_out() -> None:
    """All short combinations of what paths are attacked with: whatever a server makes of those that pass is inside."""
    parts = (
        b"..",
        b".",
        b"/",
        b"\\",
        b"%2e",
        b"%2f",
        b"%5c",
        b"%252e",
        b"%252f",
        b";",
        b"a",
        b"%00",
        b"%20",
        b"%c0%ae",
    )
    passed = 0
    for length in range(1, 5):
        for chosen in product(parts, repeat=length):
            path = b"/" + b"".join(chosen)
            if invoke_path_message(path) is not None:
                continue
            passed += 1
            for reading in readings(path):
                assert resolved(b"/team/W" + reading).startswith(b"/team/W"), (path, reading)
    assert passed > 1000
