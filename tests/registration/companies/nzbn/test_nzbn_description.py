"""The client of the NZBN API, held against its official description: what is asked, and whatever may be answered."""

import json
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from registration.companies.details import CompanyDetails
from registration.companies.models import RegisterQuery
from registration.companies.nzbn.entity import FullEntity
from registration.companies.nzbn.errors import read_answer
from registration.companies.nzbn.mapping import company_details, with_entity
from registration.companies.nzbn.search import SearchPage, companies_by_nzbn
from registration.kit.text import storable_value
from tests.registration.companies.nzbn.nzbn_mock import KAI, URL, asking, full, is_search, item

DESCRIBED: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "dev" / "sandbox" / "register" / "nzbn_v5_schemas.json").read_text()
)
MOMENTS = (
    "2016-03-14T00:00:00.000+1300", "2016-03-14T00:00:00Z", "2999-12-31T23:59:59.000+1300", "2016-03-14",
    "9999-12-31T23:59:59.000+0000", "0001-01-01T00:00:00.000+1300", "",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["No trading name", "No website", "Director", "REGISTERED"]))


def answers(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Everything that a schema describes."""
    if "$ref" in schema:
        named = DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return st.deferred(lambda: answers(named))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        parts = {name: answers(part) for name, part in schema.get("properties", {}).items()}
        required = {name: parts.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(required, optional=parts)
    if kind == "array":
        return st.lists(answers(schema["items"]), max_size=2)
    if kind == "string":
        return st.sampled_from(MOMENTS) if schema.get("format") == "date-time" else TEXTS
    return st.booleans() if kind == "boolean" else st.integers(-5, 2**31)


def answered(body: object) -> httpx.Response:
    """An answer of the API."""
    return httpx.Response(200, content=json.dumps(body), request=httpx.Request("GET", URL))


def is_clean(details: CompanyDetails) -> bool:
    """Whether the database and a terminal may have all of it."""
    data = details.model_dump(mode="json")
    return storable_value(data) == data and "No trading name" not in details.trading_names


@given(answers({"$ref": "#/components/schemas/FullEntity"}))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_entity_that_is_described_is_read(entity: dict[str, Any]) -> None:
    """Without an error, and into values that can be kept."""
    listed = SearchPage.model_validate({"items": [item(1)], "totalItems": 1})
    [company] = companies_by_nzbn(listed.items or ()).values()
    read = read_answer(answered(entity | {"nzbn": company.nzbn}), FullEntity)
    details = company_details(company, read)
    assert is_clean(details)
    assert ("directors" in details.missing) is ("roles" not in entity)
    assert with_entity(company, read).company_number == "1"


@given(answers({"$ref": "#/components/schemas/SearchEntityResponse"}))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_list_that_is_described_is_read(page: dict[str, Any]) -> None:
    """A company is who has a name, and a number unless the list hides the numbers."""
    items = [entity | {"nzbn": str(number)} for number, entity in enumerate(page.get("items", ()))]
    read = read_answer(answered(page | {"items": items, "totalItems": len(items)}), SearchPage)
    for company in companies_by_nzbn(read.items or ()).values():
        listed = items[int(company.nzbn or "")]
        assert company.company_name
        assert company.company_number or "sourceRegisterUniqueId" not in listed


async def test_what_is_asked_is_described() -> None:
    """Every parameter has its name, its place and its type; everything that is required is sent."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"items": [item(1)], "totalItems": 1}) if is_search(request) else full(request)

    async with asking(answer) as register:
        await register.search(RegisterQuery(name="Ōtaki Kai (Main Street)", city="Ōtaki"))
        await register.search(KAI)
        await register.details("1")
    assert {is_search(request) for request in requests} == {True, False}
    for request in requests:
        assert request.method == "GET"
        described = DESCRIBED["parameters"]["/entities" if is_search(request) else "/entities/{nzbn}"]
        known = {one["name"]: one["schema"] for one in described if one["in"] == "query"}
        assert {one["name"] for one in described if one.get("required") and one["in"] == "query"} <= set(
            request.url.params
        )
        for name, value in request.url.params.items():
            sent = int(value) if known[name]["type"] == "integer" else value
            assert Draft4Validator(known[name]).is_valid(sent)
