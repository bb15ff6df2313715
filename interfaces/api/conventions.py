"""What holds for every request: its id, HEAD, size and texts of its body, headers against reading along, the access
log.
"""

import logging
import re
import time
from itertools import islice
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.api.problems import ProblemError, Respond, response_of, unexpected
from registration.kit.documents import unstorable

ACCESS_LOG: Final = logging.getLogger("registration.api.access")
MOST_BYTES: Final = 1_048_576
MOST_BYTES_OF_A_LIST: Final = 10 * MOST_BYTES
_MOST_DIGITS: Final = 15
_MOST_NAMED: Final = 20
_JSON = re.compile(r"application/([\w.-]+\+)?json")
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


async def storable_body(request: Request) -> None:
    """A dependency that refuses JSON of which a part could not be kept, at whatever depth; values are never echoed.

    What is no JSON at all is left to the route.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _JSON.fullmatch(kind):
        return
    try:
        body: object = await request.json()
    except (ValueError, RecursionError):
        return
    wrong = [{"loc": ("body", *place), "msg": reason} for place, reason in islice(unstorable(body), _MOST_NAMED)]
    if wrong:
        raise RequestValidationError(wrong)


class BodyTooLarge(HTTPException):
    """The body of the request is longer than it may be."""

    def __init__(self) -> None:
        super().__init__(413)


class Conventions:
    """Wraps the application. `X-Request-ID` of a request is kept if it is plain, else one is made; `respond` shows
    problems. A body to an address that ends as one of `large` may be as long as a list.
    """

    def __init__(self, app: ASGIApp, respond: Respond = response_of, large: tuple[str, ...] = ()) -> None:
        self._app, self._respond, self._large = app, respond, large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(scope, receive, send, self._respond, self._large).run(self._app)


class _Exchange:
    """One request and its answer."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, respond: Respond, large: tuple[str, ...] = ()
    ) -> None:
        self._receive, self._send, self._respond = receive, send, respond
        self._head = scope["method"] == "HEAD"
        self._scope: Scope = {**scope, "state": dict(scope.get("state") or {}), "method": _method(scope)}
        self.request = Request(self._scope)
        asked = self.request.headers.get("x-request-id", "")
        self.request.state.request_id = asked if _REQUEST_ID.fullmatch(asked) else str(uuid4())
        self.request.state.headers = {}
        self._begun = time.perf_counter()
        self._status: int | None = None
        self._read = 0
        is_list = self.request.headers.get("content-type", "").startswith("text/csv")
        is_large = is_list or scope["path"].endswith(large)
        self._most = MOST_BYTES_OF_A_LIST if is_large else MOST_BYTES

    async def run(self, app: ASGIApp) -> None:
        """Answer the request; an error that nobody expected is answered too, unless the answer has begun."""
        try:
            self._refuse_long(_length(self.request.headers.get("content-length", "")))
            await app(self._scope, self._bounded, self._completed)
        except BodyTooLarge:
            too_large = ProblemError(413, "BODY_TOO_LARGE", f"the body is longer than {self._most} bytes")
            await self._respond(self.request, too_large)(self._scope, self._receive, self._completed)
        except Exception as error:
            if self._status is not None:
                raise
            problem = unexpected(self.request, error)
            await self._respond(self.request, problem)(self._scope, self._receive, self._completed)
        finally:
            self._log()

    def _refuse_long(self, size: int) -> None:
        if size > self._most:
            raise BodyTooLarge

    async def _bounded(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self._refuse_long(self._read)
        return message

    async def _completed(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.request.state.request_id
            headers["X-Content-Type-Options"] = "nosniff"
            headers.add_vary_header("Authorization")
            headers.setdefault("Cache-Control", "private, no-cache")
            for name, value in self.request.state.headers.items():
                headers.add_vary_header(value) if name == "Vary" else headers.setdefault(name, value)
        elif self._head:
            message = {**message, "body": b""}
        await self._send(message)

    def _log(self) -> None:
        """No value of the query, no header: both can hold what is secret. The path is quoted, so it stays one line."""
        milliseconds = 1000 * (time.perf_counter() - self._begun)
        path, names = quote(self._scope["path"]), ",".join(sorted(set(self.request.query_params)))
        organisation = getattr(self.request.state, "organisation_id", "-")
        ACCESS_LOG.info(
            "%s %s%s %s %.0f ms organisation=%s request=%s",
            "HEAD" if self._head else self._scope["method"],
            path,
            f" query={quote(names, safe=',')}" if names else "",
            self._status or "-",
            milliseconds,
            organisation,
            self.request.state.request_id,
        )


def _length(stated: str) -> int:
    """The stated length of the body; 0 if that is no number, because what is read is counted anyway."""
    digits = stated.strip()
    return int(digits[:_MOST_DIGITS]) if digits.isascii() and digits.isdecimal() else 0


def _method(scope: Scope) -> str:
    """HEAD is answered as GET, without the body."""
    return "GET" if scope["method"] == "HEAD" else scope["method"]
