"""Bodies that are wrong as a whole, or in one value: a clear problem of every operation, and nothing is written."""

import json
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any, Final

import pytest

from interfaces.api.conventions import MOST_BYTES
from tests.interfaces.api.calling import Api
from tests.interfaces.api.operations import (
    CANARY,
    OPERATIONS,
    WITH_JSON,
    Operation,
    Untouched,
    admin,
    changed,
    check_problem,
    ids_of,
    path_of,
    stored,
)
from tests.registration.tenant import Tenant

JSON: Final = "application/json"
EXAMPLE_ID: Final = "0b0f0c5e-1f5a-4a53-9d0e-6a2f3f0f4f10"
NO_JSON: dict[str, bytes] = {
    "cut off": b'{"a": "hush-hush" ',
    "two values": b"{} {}",
    "single quotes": b"{'a': 'hush-hush'}",
    "no UTF-8": b'{"a": "hush-hush\xff\xfe"}',
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "deep lists": b"[" * 100_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "NUL": b"\0",
    "a form": b"a=hush-hush&b=2",
}
"""Bodies that are sent as JSON and are none, or none that can be read."""
OTHER_TYPES = ('"hush-hush"', "1", "true", "1e400", "NaN", "[[]]", '["hush-hush"]', "-0", "9" * 5000)
RAW: dict[str, str] = {
    "NUL": '"hush-hush\\u0000"',
    "half of a character": '"hush-hush\\ud800"',
    "a control character": '"hush-hush\\u001b[31m"',
    "no number": "NaN",
    "infinity": "Infinity",
    "more than a number": "1e400",
    "less than a number": "-1e400",
    "an endless number": "9" * 5000,
    "a huge number": "9" * 4000,
    "a number of 64 bits": "9223372036854775808",
    "a deep list": "[" * 900 + "]" * 900,
    "an object": '{"a": {"b": "hush-hush"}}',
    "a list": '[["hush-hush"]]',
    "false": "false",
    "a number": "12345",
    "300 characters": f'"{"hush-hush" * 33}abc"',
    "100,000 characters": f'"{"hush-hush" * 11_111}a"',
}
"""Raw JSON, each of which takes the place of each value of a good body."""
MAY_BE_RIGHT = {"false", "a number", "300 characters", "a deep list", "an object", "a list"}
"""Wrong for most values only: what is taken is written as it is, or changes nothing."""
PASSED_OVER = {"/formData/password", "/source_lead_scrape_job_id"}
RECORDS = {"registration_decisions", "registration_leases"}
"""What a refused request may leave: the record of an answer that was understood, and the row that commands lock."""
FOR_EACH_JOB = {"PreflightConfigurations"}
"""Operations that answer for each job by itself what is wrong, and write nothing."""
FULLER: Final[dict[str, Any]] = {
    "NewBatchAsked": {
        "restaurant_ids": [EXAMPLE_ID],
        "execution_config": {"website": {"theme": "dark"}, "account": {"email": "kiaora@kai.example.nz"}},
        "max_parallel": 2,
        "failure_threshold": 0.5,
        "confirm_queries": True,
        "extractions_executed_on_creation": True,
        "split": True,
    },
    "SelectionsAsked": {
        "selections": {
            EXAMPLE_ID: {
                "search_again": {"name": "Kai", "street": "Quay Street", "city": "Auckland"},
                "visit": 1,
            }
        }
    },
    "ConfigurationsAsked": {
        "configurations": {EXAMPLE_ID: {"yolo_config": {"website": {"theme": "dark"}}, "visit": 1}},
        "selectedJobIds": [EXAMPLE_ID],
        "apply_defaults_to_remaining": True,
    },
    "RetryAsked": {"from_step": 6, "reset_config": True, "redo": [5, "menuImport"], "dry_run": True},
    "EditAsked": {
        "opening_hours": [{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}],
        "cuisine": ["Thai"],
        "primary_color": "#7a1f2b",
        "contact_email": "mere@kai.example.nz",
    },
    "object": {
        "restaurant_name": "Kai",
        "opening_hours": [{"day": "Monday", "open": "11:00 AM", "close": "9:30 PM"}],
        "ubereats_average_review_rating": 4.5,
        "ubereats_cuisine": ["Thai"],
        "email": "kiaora@kai.example.nz",
    },
    "StatusAsked": {"status": "completed", "data": {"why": "done", "pumpd_restaurant_id": "RES123"}},
}
"""Bodies with the fields that the examples leave out."""
PLACE: Final = "the place of a value"


def _places(body: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Each value below a body, by its pointer, with the body that has the mark in its place."""
    items = list(body.items()) if isinstance(body, dict) else list(enumerate(body)) if isinstance(body, list) else []
    for key, value in items:
        with_mark = list(body) if isinstance(body, list) else dict(body)
        with_mark[key] = PLACE
        yield f"{pointer}/{key}", with_mark
        for inner, marked in _places(value, f"{pointer}/{key}"):
            outer = list(body) if isinstance(body, list) else dict(body)
            outer[key] = marked
            yield inner, outer


async def _send(api: Api, operation: Operation, path: str, content: bytes | str, kind: str = JSON) -> Any:
    headers = admin(api) | {"Content-Type": kind}
    return await api.client.request(operation.method, path, headers=headers, content=content)


def _own(operation: Operation, body: Any, ids: Mapping[str, Any]) -> Any:
    """The good body about things of the organisation."""
    kind = "lead_id" if "/leads" in operation.path else "job_id" if "/steps/" in operation.path else "restaurant_id"
    return json.loads(json.dumps(body).replace(EXAMPLE_ID, str(ids[kind])))


@pytest.mark.parametrize("operation", WITH_JSON, ids=str)
async def test_what_is_no_body_is_refused(untouched: Untouched, operation: Operation) -> None:
    """No JSON at all, JSON of another type, too deep, none where one is needed."""
    before = await stored(untouched.everything)
    path = path_of(operation, untouched.ids)
    others = {one: one.encode() for one in OTHER_TYPES} | (
        {"nothing": b"", "null": b"null"} if operation.needs_body else {}
    )
    for name, content in (NO_JSON | others).items():
        answer = await _send(untouched.api, operation, path, content)
        problem = check_problem(answer, (operation, name[:50]))
        assert answer.status_code == 422, (operation, name[:50], problem)
        assert problem["code"] in ("INVALID_REQUEST", "BAD_FILE"), (operation, name[:50], problem)
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.media], ids=str)
async def test_a_body_of_another_kind_is_refused(untouched: Untouched, operation: Operation) -> None:
    """Good JSON that is sent as something else."""
    before = await stored(untouched.everything)
    content = json.dumps(operation.body if operation.body is not None else {"a": "hush-hush"})
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png", "text/html", "x"):
        answer = await _send(untouched.api, operation, path_of(operation, untouched.ids), content, kind)
        problem = check_problem(answer, (operation, kind))
        assert answer.status_code in (415, 422), (operation, kind, problem)
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_a_body_that_is_too_long_is_refused(untouched: Untouched, operation: Operation) -> None:
    """Where it says how long it is, and where it does not."""
    before = await stored(untouched.everything)

    async def pieces() -> Any:
        for _ in range(MOST_BYTES // 65_536 + 1):
            yield b" " * 65_536

    bodies: list[Any] = [b" " * (MOST_BYTES + 1)]
    if JSON in operation.media:
        bodies.append(pieces())
    for content in bodies:
        answer = await _send(untouched.api, operation, path_of(operation, untouched.ids), content)
        problem = check_problem(answer, operation)
        assert (answer.status_code, problem["code"]) == (413, "BODY_TOO_LARGE"), operation
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", [one for one in WITH_JSON if one.schema not in ("object", "array")], ids=str)
async def test_an_unknown_field_is_refused(untouched: Untouched, operation: Operation) -> None:
    """Also beside good ones: a misspelt field would be passed over without a word."""
    before = await stored(untouched.everything)
    body = _own(operation, operation.body, untouched.ids) | {"nobody_knows": CANARY}
    answer = await _send(untouched.api, operation, path_of(operation, untouched.ids), json.dumps(body))
    problem = check_problem(answer, operation)
    assert (answer.status_code, problem["code"]) == (422, "INVALID_REQUEST"), (operation, problem)
    assert "/nobody_knows" in [one["pointer"] for one in problem["errors"]], (operation, problem)
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", WITH_JSON, ids=str)
async def test_a_wrong_value_is_refused(roles: Api, tenant: Tenant, operation: Operation) -> None:
    """In the place of each value of a good body; a refused one writes nothing, and is not repeated."""
    ids = await ids_of(tenant)
    path = path_of(operation, ids)
    bodies = [operation.body, *([FULLER[operation.schema]] if operation.schema in FULLER else [])]
    places = [place for body in bodies for place in _places(_own(operation, body, ids))]
    before = await stored(tenant.everything)
    for pointer, body, name in _in_turn(places, [name for name in RAW if name not in MAY_BE_RIGHT], at_least=2):
        answer = await _send(roles, operation, path, json.dumps(body).replace(json.dumps(PLACE), RAW[name]))
        what = (operation, pointer, name)
        if answer.is_success:
            assert pointer in PASSED_OVER or operation.described["operationId"] in FOR_EACH_JOB, what
        else:
            check_problem(answer, what)
            assert answer.status_code in (404, 409, 422), what
    assert changed(before, await stored(tenant.everything)) == {}, operation
    for pointer, body, name in _in_turn(places, sorted(MAY_BE_RIGHT), at_least=1):
        answer = await _send(roles, operation, path, json.dumps(body).replace(json.dumps(PLACE), RAW[name]))
        after = await stored(tenant.everything)
        if not answer.is_success:
            check_problem(answer, (operation, pointer, name))
            written = changed(before, after)
            assert set(written) <= RECORDS, (operation, pointer, name, written)
        before = after


def _in_turn(places: list[tuple[str, Any]], names: list[str], *, at_least: int) -> Iterator[tuple[str, Any, str]]:
    """Each place with some of the values, so that each value is in some place."""
    each = max(at_least, -(-len(names) // max(1, len(places))))
    turn = cycle(names)
    for pointer, body in places:
        for name in islice(turn, each):
            yield pointer, body, name


UNSTORABLE: dict[str, tuple[str, str]] = {
    "NUL": ('"hush-hush\\u0000"', "/opening_hours/0/note/1"),
    "half of a character": ('"hush-hush\\ud800"', "/opening_hours/0/note/1"),
    "a control character": ('"hush-hush\\u001b[31m"', "/opening_hours/0/note/1"),
    "no number": ("NaN", "/opening_hours/0/note/1"),
    "more than a number": ("-1e400", "/opening_hours/0/note/1"),
    "an endless number": ("9" * 4000, "/opening_hours/0/note/1"),
    "a name": ('{"hush-hush\\u0000": 1}', "/opening_hours/0/note/1"),
    "a deep list": ("[" * 200 + "]" * 200, "/opening_hours/0/note/1" + "/0" * 96),
}
"""Raw JSON inside of a value that is kept as it was sent, and the pointer that names it."""


@pytest.mark.parametrize("raw, pointer", UNSTORABLE.values(), ids=UNSTORABLE)
async def test_what_cannot_be_kept_is_named_at_every_depth(api: Api, tenant: Tenant, raw: str, pointer: str) -> None:
    """A part of scraped hours that nobody reads is stored, too."""
    lead_id = (await ids_of(tenant))["lead_id"]
    day = {"day": "Monday", "open": "11:00 AM", "close": "9:30 PM", "note": ["", PLACE]}
    hours = json.dumps({"opening_hours": [day]}).replace(json.dumps(PLACE), raw)
    headers = admin(api) | {"Content-Type": JSON}
    before = await stored(tenant.everything)
    answer = await api.client.patch(f"/api/leads/{lead_id}", headers=headers, content=hours)
    problem = check_problem(answer, raw[:50])
    assert (answer.status_code, problem["code"]) == (422, "INVALID_REQUEST"), problem
    assert [one["pointer"] for one in problem["errors"]] == [pointer], problem
    assert changed(before, await stored(tenant.everything)) == {}


async def test_line_ends_and_tabs_are_kept(api: Api, tenant: Tenant) -> None:
    """Those of all systems: they are what people type."""
    lead_id = (await ids_of(tenant))["lead_id"]
    edit = {"opening_hours": [{"day": "Monday", "open": "11:00 AM", "close": "9:30 PM", "note": "kept\r\n\tāē🥝"}]}
    assert (await api.client.patch(f"/api/leads/{lead_id}", headers=admin(api), json=edit)).status_code == 200
