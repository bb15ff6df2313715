"""Files that are no list of restaurants and no list of answers: a clear problem, and nothing is written."""

import gzip
import json
import zlib
from typing import Any, Final

import pytest

from interfaces.api.conventions import MOST_BYTES_OF_A_LIST
from tests.interfaces.api.calling import Api
from tests.interfaces.api.operations import (
    OPERATIONS,
    Operation,
    Untouched,
    admin,
    changed,
    check_problem,
    path_of,
    stored,
)

WITH_FILES = [one for one in OPERATIONS if "text/csv" in one.media]
_HEADER: Final = b"name,address,city\n"
FILES: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \n\t\n",
    "a header alone": _HEADER,
    "no header": b"hush-hush,1 Queen Street,Auckland\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "a workbook": b"PK\x03\x04" + bytes(range(256)) * 4,
    "a PDF": b"%PDF-1.7\n" + bytes(range(256)) * 4,
    "compressed": gzip.compress(_HEADER + b"hush-hush,1 Queen Street,Auckland\n"),
    "a program": b"\x7fELF" + bytes(512),
    "JSON": json.dumps([{"name": "hush-hush"}]).encode(),
    "NUL": _HEADER + b"hush-hush\0,1 Queen Street,Auckland\n",
    "no UTF-8": _HEADER + b"hush-hush\xff\xfe,1 Queen Street,Auckland\n",
    "UTF-16 that is cut": (_HEADER + b"hush-hush,1 Queen Street,Auckland\n").decode().encode("utf-16")[:-1],
    "an open quote": _HEADER + b'"hush-hush,1 Queen Street,Auckland\n' * 3,
    "a column twice": b"name,name,city\nhush-hush,Kai,Auckland\n",
    "a column too many": _HEADER + b"hush-hush,1 Queen Street,Auckland,4,5,6\n",
    "a name of 300 characters": _HEADER + b"hush-hush" * 33 + b"abc,1 Queen Street,Auckland\n",
    "one long line": b"hush-hush" * 200_000,
    "10 MB of one value": (_HEADER + b"x" * 10_485_000)[:MOST_BYTES_OF_A_LIST],
    "10 MB of commas": b"," * 10_485_000,
    "10 MB of line ends": b"\n" * 10_485_000,
}


async def _send(api: Api, operation: Operation, path: str, content: bytes, **headers: str) -> Any:
    sent = admin(api) | {"Content-Type": "text/csv"} | headers
    return await api.client.request(operation.method, path, headers=sent, content=content)


@pytest.mark.parametrize("operation", WITH_FILES, ids=str)
@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
async def test_a_file_of_another_kind_is_refused(untouched: Untouched, operation: Operation, content: bytes) -> None:
    """The reason names the line where there is one."""
    before = await stored(untouched.everything)
    answer = await _send(untouched.api, operation, path_of(operation, untouched.ids), content)
    problem = check_problem(answer, operation)
    assert answer.status_code == 422, problem
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", WITH_FILES, ids=str)
async def test_a_file_that_is_too_long_is_refused(untouched: Untouched, operation: Operation) -> None:
    """One byte more than 10 MiB."""
    before = await stored(untouched.everything)
    answer = await _send(untouched.api, operation, path_of(operation, untouched.ids), b"a" * (MOST_BYTES_OF_A_LIST + 1))
    problem = check_problem(answer, operation)
    assert (answer.status_code, problem["code"]) == (413, "BODY_TOO_LARGE")
    assert changed(before, await stored(untouched.everything)) == {}


@pytest.mark.parametrize("operation", WITH_FILES, ids=str)
async def test_a_compressed_body_is_not_unpacked(untouched: Untouched, operation: Operation) -> None:
    """A small body could become a huge one."""
    before = await stored(untouched.everything)
    packed = zlib.compress(b"a" * 50_000_000, 9)
    answer = await _send(
        untouched.api, operation, path_of(operation, untouched.ids), packed, **{"Content-Encoding": "deflate"}
    )
    assert check_problem(answer, operation)["status"] in (415, 422)
    assert changed(before, await stored(untouched.everything)) == {}


KEYS = {"long": "k" * 256, "blank": " ", "nothing": "", "a blank inside": "a b", "no ASCII": "\xe4", "a tab": "a\tb"}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_an_idempotency_key_that_is_none_is_refused(untouched: Untouched, key: str) -> None:
    """Of every operation that takes one: nothing is done without what it should protect."""
    before = await stored(untouched.everything)
    taking = [
        one
        for one in OPERATIONS
        if any(parameter["name"] == "Idempotency-Key" for parameter in one.described.get("parameters", ()))
    ]
    assert len(taking) >= 5
    for operation in taking:
        body = b"name\nKai\n" if operation.body is None else json.dumps(operation.body).encode()
        kind = "text/csv" if operation.body is None else "application/json"
        headers = {name.encode(): value.encode() for name, value in admin(untouched.api).items()}
        headers |= {b"Content-Type": kind.encode(), b"Idempotency-Key": key.encode("latin-1")}
        answer = await untouched.api.client.request(
            operation.method, path_of(operation, untouched.ids), headers=headers, content=body
        )
        assert check_problem(answer, operation)["code"] == "INVALID_REQUEST", operation
    assert changed(before, await stored(untouched.everything)) == {}
