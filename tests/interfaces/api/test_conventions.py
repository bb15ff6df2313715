"""What holds for every request: tags, HEAD, pages, limits, ids of requests, headers, the log."""

import logging
from uuid import uuid4

import pytest

from dev.stack.databases import DatabaseUrls
from interfaces.api.conventions import ACCESS_LOG, MOST_BYTES
from interfaces.api.limits import Kind
from tests.interfaces.api.calling import BATCHES, Api, served_api
from tests.registration.tenant import Tenant

ORIGIN = "https://console.example.nz"


async def test_what_has_not_changed_is_not_sent_again(api: Api, tenant: Tenant) -> None:
    """By a weak tag of the body; after a change it is sent."""
    restaurant_id, _ = await tenant.restaurant()
    path = f"/api/restaurants/{restaurant_id}"
    first = await api.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = await api.get(path, {"If-None-Match": f'"else", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
    await tenant.restaurant()
    assert (await api.get("/api/restaurants", {"If-None-Match": tag})).status_code == 200


async def test_head_is_get_without_a_body(api: Api) -> None:
    """With the headers of one."""
    got = await api.get(BATCHES)
    head = await api.client.head(BATCHES, headers=api.headers)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


async def test_answers_are_kept_by_nobody_else(api: Api) -> None:
    """A cache between must not give one person's answer to another; a browser must not guess what it is."""
    for answer in (await api.get(BATCHES), await api.get(f"{BATCHES}/nonsense"), await api.client.get(BATCHES)):
        assert "Authorization" in answer.headers["Vary"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] in ("private, no-cache", "no-store")


@pytest.mark.parametrize("asked, kept", [("kai-1234-5678", True), ("short", False), ("a b\tc d e f g", False)])
async def test_the_id_of_a_request_is_kept_if_it_is_plain(api: Api, asked: str, kept: bool) -> None:
    """It stands in the answer and in the problem."""
    answer = await api.get(f"{BATCHES}/{uuid4()}", {"X-Request-ID": asked})
    given = answer.headers["X-Request-ID"]
    assert (given == asked) is kept
    assert answer.json()["request_id"] == given


async def test_pages_name_the_next(api: Api, tenant: Tenant) -> None:
    """With the filters of this one; the last page names none."""
    for name in ("Kai 1", "Kai 2", "Kai 3", "Zed"):
        await tenant.restaurant(name=name)
    first = await api.get("/api/restaurants", search="kai", limit=2)
    assert first.json()["pagination"] == {"total": 3, "limit": 2, "offset": 0, "has_more": True}
    assert first.headers["Link"] == '</api/restaurants?search=kai&limit=2&offset=2>; rel="next"'
    last = await api.get("/api/restaurants", search="kai", limit=2, offset=2)
    assert [one["name"] for one in last.json()["restaurants"]] == ["Kai 3"]
    assert "Link" not in last.headers
    beyond = await api.json("/api/restaurants", search="kai", limit=2, offset=20)
    assert (beyond["restaurants"], beyond["total_count"]) == ([], 3)


async def test_a_long_body_is_refused(api: Api) -> None:
    """By what it says of itself, before any of it is read."""
    answer = await api.client.request("GET", BATCHES, content=b" " * (MOST_BYTES + 1), headers=api.headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


async def test_other_origins_are_let_in_only_where_they_are_named(api: Api, database_urls: DatabaseUrls) -> None:
    """By default a page of another origin can read nothing."""
    asks = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    closed = await api.client.options(BATCHES, headers=asks)
    assert "Access-Control-Allow-Origin" not in closed.headers
    async with served_api(database_urls.app, api_origins=ORIGIN) as client:
        opened = await client.options(BATCHES, headers=asks)
        assert opened.headers["Access-Control-Allow-Origin"] == ORIGIN
        refused = await client.get(BATCHES, headers={"Origin": ORIGIN})
        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)
        other = await client.options(BATCHES, headers=asks | {"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in other.headers


async def test_whoever_asks_too_often_waits(api: Api, other: Tenant) -> None:
    """Each person is counted alone; the answer says when to come again."""
    path = f"{BATCHES}/{uuid4()}/start"
    first = await api.post(path)
    assert (first.status_code, first.headers["RateLimit-Limit"]) == (404, str(Kind.START.per_minute))
    answers = [await api.post(path) for _ in range(Kind.START.per_minute)]
    last = answers[-1]
    assert {one.status_code for one in answers[:-1]} == {404}
    assert (last.status_code, last.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert int(last.headers["Retry-After"]) >= 1
    assert (await api.as_organisation(other.organisation_id).post(path)).status_code == 404


async def test_the_access_log_has_names_but_no_values(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """A name that is searched for, a token, a line break in a path: none of it is logged."""
    with caplog.at_level(logging.INFO, ACCESS_LOG.name):
        await api.get(BATCHES, search="hush-hush", limit=5)
        await api.get("/api/hush%0Aforged")
    [line, second] = [record.getMessage() for record in caplog.records if record.name == ACCESS_LOG.name]
    assert f"GET {BATCHES} query=limit,search 200" in line
    assert str(api.organisation_id) in line
    assert "hush-hush" not in line
    assert "Bearer" not in line
    assert "\n" not in second
