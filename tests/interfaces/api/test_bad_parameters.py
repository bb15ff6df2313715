"""Ids and parameters that are wrong: a clear problem of every operation that takes them, and nothing is written."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.interfaces.api.calling import Api
from tests.interfaces.api.operations import (
    CANARY,
    OPERATIONS,
    Operation,
    Untouched,
    admin,
    changed,
    check_problem,
    ids_of,
    path_of,
    stored,
    unknown_ids,
)
from tests.registration.tenant import Tenant

WRONG_IDS = (
    CANARY,
    "\0",
    "a" * 300,
    "0b0f0c5e-1f5a-4a53-9d0e-6a2f3f0f4f1",
    "0b0f0c5e-1f5a-4a53-9d0e-6a2f3f0f4f10\n",
    "-1",
    "1e400",
    "9" * 5000,
    "%ff",
    "..",
    "'; drop table restaurants; --",
)
WRONG_NUMBERS = ("", "-1", CANARY, "1.5", "1e400", "NaN", "Infinity", "9" * 5000, "0x10", "１", "\0", "1,2")
WRONG_TIMES = ("", CANARY, "2026-13-01T00:00:00Z", "2026-11-30", "1e400", "infinity", "9" * 5000, "\0", "12:00")
WRONG_FLAGS = ("", CANARY, "2", "\0", "nul")
WRONG_MEMBERS = (CANARY, "completed,hush-hush", "completed;pending", "9", "-1", "1e400")
OF_THE_KIND: dict[str, tuple[str, ...]] = {
    "limit": (*WRONG_NUMBERS, "0", "1001", "9223372036854775808"),
    "offset": (*WRONG_NUMBERS, "9223372036854775808", "1000001"),
    "created_from": WRONG_TIMES,
    "created_to": WRONG_TIMES,
    "from": WRONG_TIMES,
    "to": WRONG_TIMES,
    "registered": WRONG_FLAGS,
    "active": WRONG_FLAGS,
    "story": WRONG_FLAGS,
    "dry_run": WRONG_FLAGS,
    "skip_invalid": WRONG_FLAGS,
    "status": WRONG_MEMBERS,
    "current_step": (*WRONG_MEMBERS, "0", "7"),
    "needs": WRONG_MEMBERS,
    "what": WRONG_MEMBERS,
    "sort_by": (*WRONG_MEMBERS, "id; drop table restaurants", "created_at,name"),
    "sort_direction": (*WRONG_MEMBERS, "up"),
    "fields": (*WRONG_MEMBERS, "full,slim"),
}
"""Wrong values of each parameter whose values are a closed kind."""
FREE = {"search": 300, "actor": 300, "created_by": 300, "city": 3000, "cuisine": 3000, "platform": 3000}
"""Parameters that take any text, and a length that is too much."""
WITH_IDS = [one for one in OPERATIONS if one.names]
WITH_QUERY = [one for one in OPERATIONS if one.query]


async def _send(api: Api, operation: Operation, path: str) -> Any:
    body: dict[str, Any] = {} if operation.body is None else {"json": operation.body}
    if "text/csv" in operation.media and operation.body is None:
        body = {"content": b"name\nKai\n"}
    content = {"Content-Type": "text/csv"} if "content" in body else {}
    return await api.client.request(operation.method, path, headers=admin(api) | content, **body)


def test_every_parameter_is_in_the_table() -> None:
    """A new one needs values that are wrong for it."""
    assert {name for operation in OPERATIONS for name in operation.query} == {*OF_THE_KIND, *FREE}


@pytest.mark.parametrize("operation", WITH_IDS, ids=str)
async def test_an_id_that_is_none_names_nothing(untouched: Untouched, operation: Operation) -> None:
    """Whatever it looks like; an unknown one and one of nobody are answered alike."""
    before = await stored(untouched.everything)
    for name in operation.names:
        wrong = [quote(one, safe="").replace(".", "%2E") for one in WRONG_IDS]
        for one in [*wrong, *(str(known) for key, known in unknown_ids().items() if key == name)]:
            answer = await _send(untouched.api, operation, path_of(operation, untouched.ids, **{name: one}))
            problem = check_problem(answer, (operation, name, one[:50]))
            expected = {"email": (404, 409, 422), "name": (404,)}.get(name, (404,))
            assert answer.status_code in expected, (operation, name, one[:50], problem)
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
async def test_a_wrong_parameter_is_named(untouched: Untouched, operation: Operation) -> None:
    """Never passed over, never taken for another one."""
    before = await stored(untouched.everything)
    for name in operation.query:
        long = ["a" * FREE[name]] if name in FREE else []
        wrong = [*OF_THE_KIND.get(name, ()), *long]
        if name == "limit" and operation.path.endswith("/registration-batches"):
            wrong[wrong.index("1001")] = "101"
        for value in wrong:
            path = f"{path_of(operation, untouched.ids)}?{name}={quote(value, safe='')}"
            answer = await _send(untouched.api, operation, path)
            problem = check_problem(answer, (operation, name, value[:50]))
            assert (answer.status_code, problem["code"]) == (422, "INVALID_REQUEST"), (operation, name, value[:50])
            assert [one["pointer"] for one in problem["errors"]] == [f"?{name}"], (operation, name, value[:50])
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
async def test_a_parameter_is_given_once(untouched: Untouched, operation: Operation) -> None:
    """Of two values one would be passed over; several values are a comma list."""
    before = await stored(untouched.everything)
    for name in operation.query:
        answer = await _send(untouched.api, operation, f"{path_of(operation, untouched.ids)}?{name}=1&{name}=1")
        problem = check_problem(answer, (operation, name))
        assert (answer.status_code, problem["code"]) == (422, "INVALID_REQUEST"), (operation, name)
        assert [one["pointer"] for one in problem["errors"]] == [f"?{name}"], (operation, name)
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
async def test_a_text_that_matches_nothing_finds_nothing(roles: Api, tenant: Tenant, operation: Operation) -> None:
    """Characters that no database stores, wildcards, half of a character: no error, and not everything."""
    ids = await ids_of(tenant)
    for name in set(operation.query) & set(FREE):
        for value in ("hush%00hush", "%25_%5C", "%ED%A0%80", "%ff%fe", "%F0%9F%A5%9D", "'%22;--", "%E2%80%AE"):
            answer = await _send(roles, operation, f"{path_of(operation, ids)}?{name}={value}")
            assert answer.status_code == 200, (operation, name, value, answer.text)
            assert answer.json().get("total_count", 0) == 0, (operation, name, value)
