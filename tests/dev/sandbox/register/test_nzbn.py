"""The sandbox's NZBN API: its answers, checked against the official description, and its faults."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft4Validator

from dev.sandbox.register.nzbn import KEY_HEADER, ROOT
from tests.dev.sandbox.client import Platform

KEY = {KEY_HEADER: "sandbox-nzbn-key"}
SCHEMAS = Path(__file__).with_name("nzbn_v5_schemas.json")
REMOVED = "4712764"


def _closed(schema: Any) -> Any:
    """The schema, with every key refused that it does not name."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    extra = {"additionalProperties": False} if "properties" in schema and "type" in schema else {}
    return {name: _closed(part) for name, part in schema.items()} | extra


def _is_described_as(name: str, answer: Any) -> bool:
    """True if the official description (OpenAPI 3.0, whose schemas are of draft 4 to 5) allows the answer."""
    described = _closed(json.loads(SCHEMAS.read_text()))
    validator = Draft4Validator({"$ref": f"#/components/schemas/{name}", **described})
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(answer)]
    assert errors == []
    return True


async def _get(sandbox_platform: Platform, path: str, **query: Any) -> httpx.Response:
    params = {name.replace("_", "-"): value for name, value in query.items()}
    return await sandbox_platform.http.get(f"{ROOT}{path}", params=params, headers=KEY)


async def _search(sandbox_platform: Platform, term: str, **query: Any) -> dict[str, Any]:
    response = await _get(sandbox_platform, "/entities", search_term=term, **query)
    assert response.status_code == 200, response.text
    return response.json()


async def test_results_are_as_officially_described(sandbox_platform: Platform) -> None:
    """For many companies, one company and none."""
    for term in ("Kitchen", "Kereru Kitchen", "Zzyzx"):
        assert _is_described_as("SearchEntityResponse", await _search(sandbox_platform, term, page_size=100))


async def test_every_entity_is_as_officially_described(sandbox_platform: Platform) -> None:
    """Joint and company holders, ceased directors, removed companies, and entities without any of these."""
    items = [
        item
        for word in ("Limited", "Kereru")
        for item in (await _search(sandbox_platform, word, page_size=100))["items"]
    ]
    assert len(items) > 50
    for item in items:
        assert _is_described_as("FullEntity", (await _get(sandbox_platform, f"/entities/{item['nzbn']}")).json())


async def test_the_description_is_held_against_something(sandbox_platform: Platform) -> None:
    """A wrong type, a wrong value of a list and an unknown key are all detected."""
    entity = (await _get(sandbox_platform, "/entities/9429031003346")).json()
    wrong: list[dict[str, Any]] = [
        {"nzbn": 1},
        {"addresses": {"addressList": [{"addressType": "HOME"}]}},
        {"number": "1"},
    ]
    for change in wrong:
        with pytest.raises(AssertionError):
            _is_described_as("FullEntity", entity | change)


async def test_a_company_is_found_by_name_number_and_nzbn(sandbox_platform: Platform) -> None:
    """As in the official search, with or without macrons."""
    for term in ("Kereru Kitchen", "Kererū Kitchen", "5870122", "9429031003346"):
        first = (await _search(sandbox_platform, term))["items"][0]
        assert (first["entityName"], first["sourceRegisterUniqueId"]) == ("KERERU KITCHEN LIMITED", "5870122")


async def test_pages_follow_each_other(sandbox_platform: Platform) -> None:
    """Counted from 0, of the requested size, without repetition, and empty after the last page."""
    whole = await _search(sandbox_platform, "Kitchen", page_size=100)
    pages = [await _search(sandbox_platform, "Kitchen", page=page, page_size=20) for page in range(6)]
    together = [item["nzbn"] for page in pages for item in page["items"]]
    assert together == [item["nzbn"] for item in whole["items"]][: len(together)]
    assert {page["totalItems"] for page in pages} == {whole["totalItems"]}
    assert (await _search(sandbox_platform, "Kitchen", page=999))["items"] == []


async def test_the_status_filters(sandbox_platform: Platform) -> None:
    """A search for registered companies only does not find removed ones."""
    assert [item["entityStatusDescription"] for item in (await _search(sandbox_platform, REMOVED))["items"]] == [
        "Removed"
    ]
    assert (await _search(sandbox_platform, REMOVED, entity_status="Registered"))["items"] == []
    both = await _search(sandbox_platform, REMOVED, entity_status="Registered, RemovedClosed")
    assert len(both["items"]) == 1


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"page-size": "many"}, {"entity-status": "Alive"}, {"search-term": " "}]
)
async def test_an_invalid_query_is_refused(sandbox_platform: Platform, query: dict[str, str]) -> None:
    """400 with the official error."""
    response = await sandbox_platform.http.get(f"{ROOT}/entities", params={"search-term": "x"} | query, headers=KEY)
    assert response.status_code == 400
    assert _is_described_as("ErrorResponse", response.json())


@pytest.mark.parametrize("headers", [{}, {KEY_HEADER: ""}, {KEY_HEADER: "wrong"}])
async def test_nobody_is_answered_without_the_key(sandbox_platform: Platform, headers: dict[str, str]) -> None:
    """401 at both endpoints; the key may also be in the address."""
    for path in ("/entities?search-term=x", "/entities/9429031003346"):
        response = await sandbox_platform.http.get(f"{ROOT}{path}", headers=headers)
        assert response.status_code == 401
        assert _is_described_as("ErrorResponse", response.json())
    in_address = f"{ROOT}/entities?search-term=x&subscription-key={KEY[KEY_HEADER]}"
    assert (await sandbox_platform.http.get(in_address)).status_code == 200


async def test_an_unknown_entity_is_not_found(sandbox_platform: Platform) -> None:
    """404 with the official error."""
    response = await _get(sandbox_platform, "/entities/9429000000000")
    assert response.status_code == 404
    assert _is_described_as("ErrorResponse", response.json())


@pytest.mark.parametrize(
    "kind,more,status",
    [
        ("refused", {}, 403),
        ("refused", {"status": 404}, 404),
        ("unavailable", {}, 503),
        ("unavailable", {"status": 500}, 500),
    ],
)
async def test_it_fails_in_the_official_words(
    sandbox_platform: Platform, kind: str, more: dict[str, int], status: int
) -> None:
    """At both endpoints, as often as the fault says."""
    for endpoint, path in (("nzbn-search", "/entities"), ("nzbn-entity", "/entities/9429031003346")):
        await sandbox_platform.break_with("*", endpoint, kind, times=1, **more)
        response = await _get(sandbox_platform, path, search_term="kereru")
        assert (response.status_code, _is_described_as("ErrorResponse", response.json())) == (status, True)
        assert (await _get(sandbox_platform, path, search_term="kereru")).status_code == 200


async def test_it_can_be_too_busy(sandbox_platform: Platform) -> None:
    """429 with the seconds to wait."""
    await sandbox_platform.break_with("kereru", "nzbn-search", "too_many", seconds=7)
    response = await _get(sandbox_platform, "/entities", search_term="Kereru")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


async def test_it_can_answer_garbage(sandbox_platform: Platform) -> None:
    """Incomplete JSON, a proxy's page, JSON of another structure, a cut connection."""
    await sandbox_platform.break_with("5870122", "nzbn-entity", "malformed", times=1)
    with pytest.raises(json.JSONDecodeError):
        (await _get(sandbox_platform, "/entities/9429031003346")).json()
    await sandbox_platform.break_with("5870122", "nzbn-entity", "html_error", times=1)
    assert (await _get(sandbox_platform, "/entities/9429031003346")).headers["content-type"].startswith("text/html")
    await sandbox_platform.break_with("5870122", "nzbn-entity", "changed_layout", times=1)
    assert list((await _get(sandbox_platform, "/entities/9429031003346")).json()) == ["data"]
    await sandbox_platform.break_with("5870122", "nzbn-entity", "cut_before", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await _get(sandbox_platform, "/entities/9429031003346")


async def test_it_can_answer_what_is_not_described(sandbox_platform: Platform) -> None:
    """Nulls, new types of addresses and entities without a number, as the real API sends."""
    await sandbox_platform.break_with("*", "*", "sparse")
    entity = (await _get(sandbox_platform, "/entities/9429031003346")).json()
    kinds = {address["addressType"] for address in entity["addresses"]["addressList"]}
    assert (entity["emailAddresses"], kinds) == (None, {"REGISTERED", "ALTERNATIVE", None})
    assert (await _search(sandbox_platform, "kereru"))["items"][-1]["sourceRegisterUniqueId"] is None
