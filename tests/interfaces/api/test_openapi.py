"""The description of the API that is committed is that of the code."""

import json
import re
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from interfaces.api.examples import ANSWERS_FILE, EXAMPLES
from interfaces.api.openapi import FILE, document
from tests.interfaces.api.calling import Api


def test_the_committed_description_is_this_one() -> None:
    """`python -m interfaces.api.openapi` writes it anew."""
    assert FILE.read_text() == document()


async def test_every_operation_can_be_told_from_the_others(api: Api) -> None:
    """By its id; each that asks for a token says what it answers without one."""
    described: dict[str, Any] = (await api.client.get("/api/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    ids = [one["operationId"] for one in operations]
    assert len(set(ids)) == len(ids)
    signed = [one for one in operations if "security" in one]
    assert len(signed) > 10
    assert all({"401", "403", "404", "422", "429", "503"} <= set(one["responses"]) for one in signed)


async def test_the_page_of_the_description_asks_no_other_host(api: Api) -> None:
    """Every part of it is here, and the browser is told to ask nobody else."""
    page = await api.client.get("/api/docs")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(parts) == 3
    for part in parts:
        assert part.startswith("/api/docs/")
        assert (await api.client.get(part)).status_code == 200
    assert (await api.client.get("/api/docs/NOTICE")).status_code == 404


def test_every_body_of_a_request_has_an_example() -> None:
    """Whose fields are those of its schema; the tests of foreign writes send them."""
    described: dict[str, Any] = json.loads(FILE.read_text())
    schemas = described["components"]["schemas"]
    contents = [
        operation["requestBody"]["content"].get("application/json", {}).get("schema", {})
        for methods in described["paths"].values()
        for operation in methods.values()
        if "requestBody" in operation
    ]
    found = {
        one["$ref"].rpartition("/")[2]
        for schema in contents
        for one in (schema, *schema.get("anyOf", ()))
        if "$ref" in one
    }
    assert found == set(EXAMPLES)
    for name, example in EXAMPLES.items():
        assert schemas[name]["examples"] == [example]
        assert set(schemas[name].get("required", ())) <= set(example) <= set(schemas[name]["properties"]), name


def test_every_example_of_an_answer_fits_its_schema() -> None:
    """The answers were given by a running API; a changed model needs them anew (`pytest --write-examples`)."""
    described: dict[str, Any] = json.loads(FILE.read_text())
    registry = Registry().with_resource("urn:api", Resource(described, DRAFT202012))
    shown: set[str] = set()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    if "example" not in content:
                        continue
                    shown.add(operation["operationId"])
                    steps = ("paths", path, method, "responses", status, "content", kind, "schema")
                    pointer = "/".join(one.replace("~", "~0").replace("/", "~1") for one in steps)
                    validator = Draft202012Validator({"$ref": f"urn:api#/{pointer}"}, registry=registry)
                    assert [error.message for error in validator.iter_errors(content["example"])] == [], pointer
    assert shown == set(json.loads(ANSWERS_FILE.read_text()))
