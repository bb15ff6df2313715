"""Every operation of the API's committed description, with ids that exist, a good body, and what must not change.

The description is that of the code: test_openapi.py compares them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from interfaces.api.examples import EXAMPLES
from interfaces.api.openapi import FILE
from interfaces.api.problem_codes import TITLES
from interfaces.api.problems import MEDIA_TYPE
from registration.database.base import Base
from tests.interfaces.api.calling import Api, claims_of, signed
from tests.registration.at_gate import at_config_gate
from tests.registration.database.rows import add
from tests.registration.kept_pages import keep_page
from tests.registration.tenant import Tenant

BODIES: Final[dict[str, Any]] = {
    **EXAMPLES,
    "": None,
    "object": {"city": "Napier"},
    "array": [{"job": str(uuid4()), "answer": "no_match"}],
}
"""A good body for each schema of a request, and for those without a name."""
CANARY: Final = "hush-hush"
"""A part of every wrong value."""
_PERSONS = count(1)
_MOST_REPEATED = 200


@dataclass(frozen=True)
class Operation:
    """One operation; `schema` names that of its JSON body, `media` are the kinds of bodies that it takes."""

    method: str
    path: str
    schema: str = ""
    media: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    signed: bool = True
    needs_body: bool = False
    described: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        """The parameters of the path."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def body(self) -> Any:
        """A good body, None if it takes none."""
        return BODIES[self.schema] if "application/json" in self.media else None

    @property
    def streams(self) -> bool:
        """True if a good answer does not end."""
        return self.path.endswith("/events")


def _operation(method: str, path: str, described: dict[str, Any]) -> Operation:
    content: dict[str, Any] = described.get("requestBody", {}).get("content", {})
    parameters: list[dict[str, Any]] = described.get("parameters", [])
    return Operation(
        method.upper(),
        path,
        schema=_schema(content.get("application/json", {}).get("schema", {})),
        media=tuple(content),
        query=tuple(one["name"] for one in parameters if one["in"] == "query"),
        signed="security" in described,
        needs_body=described.get("requestBody", {}).get("required", False),
        described=described,
    )


def _schema(described: dict[str, Any]) -> str:
    for one in (described, *described.get("anyOf", ())):
        if "$ref" in one:
            return one["$ref"].rpartition("/")[2]
    return described.get("type", "")


OPERATIONS: Final = [
    _operation(method, path, described)
    for path, methods in json.loads(FILE.read_text())["paths"].items()
    for method, described in methods.items()
]
SIGNED: Final = [one for one in OPERATIONS if one.signed]
WITH_JSON: Final = [one for one in OPERATIONS if "application/json" in one.media]


@dataclass(frozen=True)
class Untouched:
    """An organisation that tests of refused requests share, because those write nothing; `ids` are what it has."""

    api: Api
    everything: AsyncConnection
    ids: Mapping[str, Any]


async def ids_of(tenant: Tenant) -> dict[str, Any]:
    """What the organisation has, by the name of a path's parameter."""
    waiting = await at_config_gate(tenant)
    scraping = await add(tenant.everything, "lead_scrape_jobs", tenant.organisation_id)
    lead_id = await add(tenant.everything, "leads", tenant.organisation_id, lead_scrape_job_id=scraping)
    [evidence, *_] = await keep_page(tenant.database, tenant.organisation_id, waiting.job_id)
    return {
        "batch_id": waiting.batch_id,
        "job_id": waiting.job_id,
        "evidence_id": evidence.id,
        "restaurant_id": waiting.restaurant_id,
        "lead_id": lead_id,
        "sub_step": "menuImport",
        "name": "logo_url",
        "step_number": 5,
        "email": "kiaora@kai.example.nz",
        "slug": "refused",
    }


async def stored(everything: AsyncConnection) -> dict[str, tuple[int, int]]:
    """The rows of every table: their number, and a number that another value of any column changes."""
    of_each = [
        f"select '{name}' as name, count(*) as rows, sum(hashtextextended(t::text, 0)) as sum from {name} t"
        for name in Base.metadata.tables
    ]
    found = await everything.execute(text(" union all ".join(of_each)))
    return {row.name: (row.rows, int(row.sum or 0)) for row in found}


def admin(api: Api) -> dict[str, str]:
    """The token of an administrator who has not asked before: the limits of one person would end a table of
    requests.
    """
    claims = claims_of(api.organisation_id, sub=f"auth|person-{next(_PERSONS)}", role="admin")
    return {"Authorization": f"Bearer {signed(claims)}"}


def check_problem(answer: httpx.Response, what: object) -> dict[str, Any]:
    """The problem that an answer is: one that programs and people can read.

    What cannot be read is never repeated, and no secret is. What breaks a rule of the domain is named, shortened.
    """
    assert 400 <= answer.status_code < 500, (what, answer.status_code, answer.text[:500])
    assert answer.headers["Content-Type"] == MEDIA_TYPE, (what, answer.text[:500])
    problem = answer.json()
    assert problem["status"] == answer.status_code, what
    assert problem["code"] in TITLES, (what, problem)
    assert (problem["success"], problem["title"]) == (False, TITLES[problem["code"]]), what
    assert problem["error"].startswith(problem["detail"]), what
    assert problem["detail"], what
    assert len(answer.content) < 20_000, what
    repeated = json.dumps(problem | {"instance": ""}).count(CANARY)
    secret = "/credentials/" in problem["instance"]
    assert repeated <= (0 if secret or problem["code"] == "INVALID_REQUEST" else _MOST_REPEATED), (what, problem)
    return problem


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """The tables whose rows are others now."""
    return {name: (rows, after[name]) for name, rows in before.items() if rows != after[name]}


def path_of(operation: Operation, ids: Mapping[str, Any], **others: Any) -> str:
    """The path with these ids."""
    return operation.path.format(**{**ids, **others})


def unknown_ids() -> dict[str, UUID]:
    """Ids that nothing has."""
    return {name: uuid4() for name in ("batch_id", "job_id", "restaurant_id", "lead_id")}
