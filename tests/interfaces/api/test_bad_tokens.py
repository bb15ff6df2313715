"""A token that is not good ends every operation at once: a clear problem, and nothing is written."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.interfaces.api.calling import SECRET, Api, claims_of, signed
from tests.interfaces.api.operations import SIGNED, changed, check_problem, ids_of, path_of, stored
from tests.interfaces.api.test_sign_in import WRONG
from tests.registration.tenant import Tenant

Make = Callable[[dict[str, Any]], str]
ORGANISATIONS: dict[str, Any] = {
    "none": None,
    "no id": "hush-hush",
    "another one's": "5b1f7a5e-2a55-4f3a-9a86-3f1c9d7f0a11",
    "a number": 12,
    "a list": ["5b1f7a5e-2a55-4f3a-9a86-3f1c9d7f0a11"],
    "NUL": "\0",
    "long": "5" * 10_000,
}
WRONG_SHAPES: dict[str, Make] = {
    "one part": lambda good: "Bearer hush-hush",
    "four parts": lambda good: f"Bearer {signed(good)}.hush-hush",
    "no claims": lambda good: f"Bearer {jwt.encode({}, SECRET, algorithm='HS256')}",
    "too long": lambda good: f"Bearer {signed(good | {'note': 'hush-hush' * 8_000})}x",
    "another key named": lambda good: f"Bearer {signed(good, 'hush-hush' * 8, kid='../../secret')}",
    "a critical extension": lambda good: f"Bearer {signed(good, crit=['hush-hush'])}",
    "bytes": lambda good: "Bearer \xff\xfe.\xff.\xff",
}


async def _refused(api: Api, tenant: Tenant, header: str, status: int, code: str) -> None:
    ids = await ids_of(tenant)
    before = await stored(tenant.everything)
    for operation in SIGNED:
        answer = await api.client.request(
            operation.method,
            path_of(operation, ids),
            headers={b"Authorization": header.encode("latin-1")} if header else {},
            json=operation.body,
        )
        problem = check_problem(answer, operation)
        assert (answer.status_code, problem["code"]) == (status, code), (operation, problem)
        if status == 401:
            assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert changed(before, await stored(tenant.everything)) == {}


@pytest.mark.parametrize("make", [*WRONG.values(), *WRONG_SHAPES.values()], ids=[*WRONG, *WRONG_SHAPES])
async def test_no_operation_is_done_for_a_wrong_token(api: Api, tenant: Tenant, make: Make) -> None:
    """Whatever is wrong with it; also where address and body are good."""
    await _refused(api, tenant, make(claims_of(api.organisation_id)), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("named", ORGANISATIONS.values(), ids=ORGANISATIONS)
async def test_no_operation_is_done_for_a_wrong_organisation(api: Api, tenant: Tenant, named: Any) -> None:
    """The token is good, but names no organisation that exists."""
    token = signed(claims_of(api.organisation_id) | {"org_id": named})
    await _refused(api, tenant, f"Bearer {token}", 403, "ORGANISATION_UNKNOWN")


async def test_no_operation_is_done_in_the_organisation_of_somebody_else(
    api: Api, tenant: Tenant, other: Tenant, everything: AsyncConnection
) -> None:
    """A good token of another organisation: what has an id is not found."""
    ids = await ids_of(tenant)
    theirs = api.as_organisation(other.organisation_id)
    before = await stored(everything)
    for operation in SIGNED:
        if not {"batch_id", "job_id", "restaurant_id", "lead_id"} & set(operation.names):
            continue
        answer = await api.client.request(
            operation.method, path_of(operation, ids), headers=theirs.headers, json=operation.body
        )
        problem = check_problem(answer, operation)
        assert (answer.status_code, problem["code"].endswith("_NOT_FOUND")) == (404, True), (operation, problem)
    assert changed(before, await stored(everything)) == {}
