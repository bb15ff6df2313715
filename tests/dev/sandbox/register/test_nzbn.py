"""The pretended NZBN API: what it answers, held against the official description, and what goes wrong."""

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
    """Whether the official description (OpenAPI 3.0, whose schemas are of draft 4 to 5) describes the answer."""
    described = _closed(json.loads(SCHEMAS.read_text()))
    validator = Draft4Validator({"$ref": f"#/components/schemas/{name}", **described})
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(answer)]
    assert errors == []
    return True


async def _get(faithful: Platform, path: str, **query: Any) -> httpx.Response:
    params = {name.replace("_", "-"): value for name, value in query.items()}
    return await faithful.http.get(f"{ROOT}{path}", params=params, headers=KEY)


async def _search(faithful: Platform, term: str, **query: Any) -> dict[str, Any]:
    response = await _get(faithful, "/entities", search_term=term, **query)
    assert response.status_code == 200, response.text
    return response.json()


async def test_results_are_as_officially_described(faithful: Platform) -> None:
    """For many companies, one company and none."""
    for term in ("Kitchen", "Kereru Kitchen", "Zzyzx"):
        assert _is_described_as("SearchEntityResponse", await _search(faithful, term, page_size=100))


async def test_every_entity_is_as_officially_described(faithful: Platform) -> None:
    """Joint and company holders, ceased directors, removed companies, those without any of it."""
    items = [item for word in ("Limited", "Kereru") for item in (await _search(faithful, word, page_size=100))["items"]]
    assert len(items) > 50
    for item in items:
        assert _is_described_as("FullEntity", (await _get(faithful, f"/entities/{item['nzbn']}")).json())


async def test_the_description_is_held_against_something(faithful: Platform) -> None:
    """A wrong type, a wrong word of a list and an unknown key are all seen."""
    entity = (await _get(faithful, "/entities/9429031003346")).json()
    wrong: list[dict[str, Any]] = [
        {"nzbn": 1},
        {"addresses": {"addressList": [{"addressType": "HOME"}]}},
        {"number": "1"},
    ]
    for change in wrong:
        with pytest.raises(AssertionError):
            _is_described_as("FullEntity", entity | change)


async def test_a_company_is_found_by_name_number_and_nzbn(faithful: Platform) -> None:
    """As the official search does, macrons or not."""
    for term in ("Kereru Kitchen", "Kererū Kitchen", "5870122", "9429031003346"):
        first = (await _search(faithful, term))["items"][0]
        assert (first["entityName"], first["sourceRegisterUniqueId"]) == ("KERERU KITCHEN LIMITED", "5870122")


async def test_pages_follow_each_other(faithful: Platform) -> None:
    """Counted from 0, as large as asked, without repetition, and empty after the last."""
    whole = await _search(faithful, "Kitchen", page_size=100)
    pages = [await _search(faithful, "Kitchen", page=page, page_size=20) for page in range(6)]
    together = [item["nzbn"] for page in pages for item in page["items"]]
    assert together == [item["nzbn"] for item in whole["items"]][: len(together)]
    assert {page["totalItems"] for page in pages} == {whole["totalItems"]}
    assert (await _search(faithful, "Kitchen", page=999))["items"] == []


async def test_the_status_filters(faithful: Platform) -> None:
    """Removed companies are found only by those who do not ask for registered ones alone."""
    assert [one["entityStatusDescription"] for one in (await _search(faithful, REMOVED))["items"]] == ["Removed"]
    assert (await _search(faithful, REMOVED, entity_status="Registered"))["items"] == []
    both = await _search(faithful, REMOVED, entity_status="Registered, RemovedClosed")
    assert len(both["items"]) == 1


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"page-size": "many"}, {"entity-status": "Alive"}, {"search-term": " "}]
)
async def test_what_cannot_be_asked_is_refused(faithful: Platform, query: dict[str, str]) -> None:
    """400 in the official words."""
    response = await faithful.http.get(f"{ROOT}/entities", params={"search-term": "x"} | query, headers=KEY)
    assert response.status_code == 400
    assert _is_described_as("ErrorResponse", response.json())


@pytest.mark.parametrize("headers", [{}, {KEY_HEADER: ""}, {KEY_HEADER: "wrong"}])
async def test_nobody_is_answered_without_the_key(faithful: Platform, headers: dict[str, str]) -> None:
    """401 for both questions; the key may also come in the address."""
    for path in ("/entities?search-term=x", "/entities/9429031003346"):
        response = await faithful.http.get(f"{ROOT}{path}", headers=headers)
        assert response.status_code == 401
        assert _is_described_as("ErrorResponse", response.json())
    in_address = f"{ROOT}/entities?search-term=x&subscription-key={KEY[KEY_HEADER]}"
    assert (await faithful.http.get(in_address)).status_code == 200


async def test_an_unknown_entity_is_not_found(faithful: Platform) -> None:
    """404 in the official words."""
    response = await _get(faithful, "/entities/9429000000000")
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
async def test_it_fails_in_the_official_words(faithful: Platform, kind: str, more: dict[str, int], status: int) -> None:
    """Both questions, as often as they are told to."""
    for endpoint, path in (("nzbn-search", "/entities"), ("nzbn-entity", "/entities/9429031003346")):
        await faithful.break_with("*", endpoint, kind, times=1, **more)
        response = await _get(faithful, path, search_term="kereru")
        assert (response.status_code, _is_described_as("ErrorResponse", response.json())) == (status, True)
        assert (await _get(faithful, path, search_term="kereru")).status_code == 200


async def test_it_can_be_too_busy(faithful: Platform) -> None:
    """429, with the seconds to wait."""
    await faithful.break_with("kereru", "nzbn-search", "too_many", seconds=7)
    response = await _get(faithful, "/entities", search_term="Kereru")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


async def test_it_can_answer_garbage(faithful: Platform) -> None:
    """JSON that ends too soon, a proxy's page, JSON of another shape, a cut line."""
    await faithful.break_with("5870122", "nzbn-entity", "malformed", times=1)
    with pytest.raises(json.JSONDecodeError):
        (await _get(faithful, "/entities/9429031003346")).json()
    await faithful.break_with("5870122", "nzbn-entity", "html_error", times=1)
    assert (await _get(faithful, "/entities/9429031003346")).headers["content-type"].startswith("text/html")
    await faithful.break_with("5870122", "nzbn-entity", "changed_layout", times=1)
    assert list((await _get(faithful, "/entities/9429031003346")).json()) == ["data"]
    await faithful.break_with("5870122", "nzbn-entity", "cut_before", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await _get(faithful, "/entities/9429031003346")


async def test_it_can_answer_what_is_not_described(faithful: Platform) -> None:
    """Nulls, new types of addresses and entities without a number, as the real one does."""
    await faithful.break_with("*", "*", "sparse")
    entity = (await _get(faithful, "/entities/9429031003346")).json()
    kinds = {address["addressType"] for address in entity["addresses"]["addressList"]}
    assert (entity["emailAddresses"], kinds) == (None, {"REGISTERED", "ALTERNATIVE", None})
    assert (await _search(faithful, "kereru"))["items"][-1]["sourceRegisterUniqueId"] is None
