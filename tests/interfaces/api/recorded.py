"""Good answers of a running API by operation: examples for the description, and the shapes that they must have."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
from starlette.routing import compile_path

from interfaces.api.examples import ANSWERS_FILE
from tests.interfaces.api.operations import OPERATIONS

_PATHS = [(one.method, compile_path(one.path)[0], one.described["operationId"]) for one in OPERATIONS]
_SECOND_ADDRESS = re.compile("^/api/registration-batches/jobs/")
_OWN_PORT = re.compile(r"(http://127\.0\.0\.1):\d+")
_MOST_ELEMENTS = 1


def operation_of(method: str, path: str) -> str | None:
    """The id of the operation that a request is for, also at the second address of a job."""
    path = _SECOND_ADDRESS.sub("/api/registration-jobs/", path)
    # A fixed part goes before a parameter: the longest expression is the most particular.
    fitting = [(len(pattern.pattern), name) for verb, pattern, name in _PATHS if verb == method and pattern.match(path)]
    exact = [name for one, name in ((item, item.described["operationId"]) for item in OPERATIONS) if one.path == path]
    return exact[0] if exact and method == "GET" else max(fitting)[1] if fitting else None


def shortened(value: Any) -> Any:
    """The same with one element of each list; a part of an answer that is true as well."""
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value[:_MOST_ELEMENTS]] if isinstance(value, list) else value


def shape(value: Any, pointer: str = "") -> Iterator[str]:
    """The pointer of every value that is not null, with its JSON type; an id as a name, and an index, are `*`."""
    if value is not None:
        yield f"{pointer or '/'} {type(value).__name__}"
    if isinstance(value, dict):
        for name, one in value.items():
            yield from shape(one, f"{pointer}/{_plain(name)}")
    elif isinstance(value, list):
        for one in value:
            yield from shape(one, f"{pointer}/*")


def _plain(name: str) -> str:
    try:
        UUID(name)
    except ValueError:
        return name
    return "*"


class Recorder:
    """Listens to a client; keeps the last good answer of each operation, and every shape."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}
        self.shapes: dict[str, set[str]] = {}

    async def __call__(self, response: httpx.Response) -> None:
        """Keep the answer, if it is a good one in JSON."""
        name = operation_of(response.request.method, response.request.url.path)
        if name is None or not response.is_success or response.headers["Content-Type"] != "application/json":
            return
        await response.aread()
        self.last[name] = response.json()
        self.shapes.setdefault(name, set()).update(shape(response.json()))

    def write(self) -> None:
        """Write the answers as the examples of the description."""
        kept = {name: shortened(self.last[name]) for name in sorted(self.last)}
        text = _OWN_PORT.sub(r"\1:4200", json.dumps(kept, indent=1, ensure_ascii=False))
        ANSWERS_FILE.write_text(f"{text}\n", encoding="utf-8")
