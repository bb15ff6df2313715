"""`Idempotency-Key`: a request that makes something, sent again after a lost answer, makes it once.

The answer of the first request is kept for a day. If the process dies before that, what the request writes is found by
`Keyed.run_id`, which follows from the key.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID, uuid5

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute

from interfaces.api.auth import Caller, Operator
from interfaces.api.problems import ProblemError
from registration.database.idempotency_queries import KeptAnswer, KeyedRequest, claim, keep, release

_MOST_CHARACTERS: Final = 255
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_NAMESPACE: Final = UUID("6d2a5f1e-6f0e-4c67-9f4e-4a3a6f0f7c11")
_KEPT_HEADERS: Final = ("content-type", "location")
_KeyHeader = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="A new text for each new request: the same again makes nothing twice."),
]


@dataclass(frozen=True)
class Keyed:
    """The key of a request. `run_id` follows from organisation and key; a request without a key has None."""

    run_id: UUID | None


class _AnsweredBefore(Exception):
    """The request was done before: its answer is sent once more."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class _Claim:
    caller: Caller
    key: str

    async def end(self, response: Response) -> None:
        """Keep a good answer; any other request may be sent again with the same key."""
        if not 200 <= response.status_code < 300:
            await self.release()
            return
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        kept = KeptAnswer(response.status_code, {"headers": headers, "body": bytes(response.body).decode()})
        async with self.caller.writing() as transaction:
            await keep(transaction, self.key, kept)

    async def release(self) -> None:
        async with self.caller.writing() as transaction:
            await release(transaction, self.key)


class KeyedRoute(APIRoute):
    """A route whose requests may have an idempotency key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the answer kept after it."""
        handle = super().get_route_handler()

        async def keyed(request: Request) -> Response:
            try:
                response = await handle(request)
            except _AnsweredBefore as answered:
                return answered.response
            except Exception:
                if claimed := _claim_of(request):
                    await claimed.release()
                raise
            if claimed := _claim_of(request):
                await claimed.end(response)
            return response

        return keyed


def _claim_of(request: Request) -> _Claim | None:
    return getattr(request.state, "claim", None)


async def _keyed(request: Request, caller: Operator, key: _KeyHeader = None) -> Keyed:
    """Claim the key of a request. Raises ProblemError, and Refused for a key in use."""
    if key is None:
        return Keyed(None)
    if len(key) > _MOST_CHARACTERS or not _VISIBLE.fullmatch(key):
        raise ProblemError(422, "INVALID_REQUEST", "Idempotency-Key: 1 to 255 visible ASCII characters")
    body_sha256 = hashlib.sha256(await request.body()).hexdigest()
    path = f"{request.url.path}?{request.url.query}"
    async with caller.writing() as transaction:
        kept = await claim(transaction, KeyedRequest(key, request.method, path, body_sha256))
    if kept is not None:
        headers = kept.response["headers"] | {"Idempotent-Replayed": "true"}
        raise _AnsweredBefore(Response(kept.response["body"], kept.status, headers=headers))
    request.state.claim = _Claim(caller, key)
    return Keyed(uuid5(_NAMESPACE, f"{caller.organisation_id}:{key}"))


IdempotencyKey = Annotated[Keyed, Depends(_keyed)]
