"""The original system's web client, as data: its calls, what it sends, and what it reads of the answers.

`original_client.json` (calls that read) and `original_commands.json` (calls that change something, with a whole body of
each) were read from that client's source. A pointer's `*` stands for every element of a list, or every value of an
object.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.interfaces.api.calling import Api

_FOLDER = Path(__file__).parent
READING: list[dict[str, Any]] = json.loads((_FOLDER / "original_client.json").read_text())
CHANGING: list[dict[str, Any]] = json.loads((_FOLDER / "original_commands.json").read_text())
CALLS: dict[str, dict[str, Any]] = {one["call"]: one for one in [*READING, *CHANGING]}
MISSING: Any = object()
LEAD: dict[str, Any] = {
    "city": "Auckland",
    "current_step": 4,
    "step_progression_status": "passed",
    "ubereats_cuisine": ["Indian"],
    "ubereats_average_review_rating": 4.5,
    "ubereats_number_of_reviews": "120",
    "google_average_review_rating": 4.4,
    "opening_hours": [{"day": "Friday", "open": "11:00", "close": "21:00"}],
}
"""Columns of a qualified lead."""


def found(body: Any, parts: list[str]) -> Iterator[Any]:
    """What the pointer's parts lead to; MISSING where the last one is not there. Nothing is below null."""
    if not parts:
        yield body
        return
    name, *rest = parts
    if body is None:
        return
    if name == "*":
        for one in body.values() if isinstance(body, dict) else body:
            yield from found(one, rest)
    else:
        yield from found(body.get(name, MISSING), rest) if name in body else [MISSING]


def fits(value: Any, type_: str) -> bool:
    """Whether a value is of the type that the client takes it for."""
    if type_ == "ISO timestamp":
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    kinds: dict[str, tuple[type, ...]] = {
        "array": (list,),
        "object": (dict,),
        "string": (str,),
        "enum": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "number": (int, float),
    }
    return isinstance(value, kinds[type_]) and (type_ == "boolean" or not isinstance(value, bool))


class Client:
    """The original's client: it sends its own bodies and queries, and reads its own fields.

    `unread` are the fields of each made call that no answer had a value for.
    """

    def __init__(self, api: Api) -> None:
        self.api = api
        self.unread: dict[str, set[str]] = {}

    async def call(self, name: str, body: Any = None, *, query: dict[str, Any] | None = None, **ids: Any) -> Any:
        """The body of the good answer to one of its calls, with every field that it reads."""
        call = CALLS[name]
        method, path = call.get("method", "GET"), call["path"].format(**ids)
        if method == "GET":
            answer = await self.api.get(path, **(call["query"] if query is None else query))
        else:
            sent = call["body"] if body is None else body
            assert (sent is None) == (call["body"] is None), "the client sends no body here, or always one"
            answer = await self.api.send(method, path, sent)
        assert answer.is_success, (name, answer.text)
        self._read(call, answer.json())
        return answer.json()

    def _read(self, call: dict[str, Any], body: Any) -> None:
        unread = self.unread.setdefault(call["call"], {one["pointer"] for one in call["reads"]})
        for one in call["reads"]:
            for value in found(body, one["pointer"].split("/")[1:]):
                if value is None or value is MISSING:
                    assert one["nullable"], (call["call"], one)
                else:
                    assert fits(value, one["type"]), (call["call"], one, value)
                    unread.discard(one["pointer"])
