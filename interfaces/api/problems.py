"""Problems (RFC 9457): every answer that is no success, with a code for programs and a sentence for people.

`success` and `error` are extension members that clients of the original system read.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from interfaces.api.models.base import FieldProblem, Problem
from interfaces.api.problem_codes import OF_A_PATH, OF_THE_STATE, TITLES
from registration.errors import (
    BadFile,
    MisconfiguredInstallation,
    NotFound,
    PlatformNotReached,
    PlatformRefused,
    Refused,
    RegistrationError,
    TransientError,
)

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("registration.api")
_MOST_ERRORS, _LONGEST_POINTER, _MOST_SHOWN = 100, 300, 5
_RETRY_AFTER, _LATER = {"Retry-After": "5"}, "try again in some seconds"


class ProblemError(Exception):
    """Ends a request with a problem that is made in this package."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        errors: tuple[FieldProblem, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.hint, self.errors = status, code, detail, hint, errors
        self.headers = dict(headers or {})


Respond = Callable[[Request, ProblemError], Response]
"""Makes the answer of a problem: JSON for programs, a page for people."""


def first_of(problems: Sequence[FieldProblem], *, status: int, code: str) -> ProblemError:
    """One problem of several fields, with a sentence of the first ones."""
    shown = [f"{one.pointer}: {one.reason}" for one in problems[:_MOST_SHOWN]]
    more = len(problems) - len(shown)
    detail = "; ".join([*shown, *([f"and {more} more"] if more else [])])
    return ProblemError(status, code, detail, errors=tuple(problems))


def not_found(code: str) -> ProblemError:
    """Nothing with this id in the caller's organisation: the same answer whether it exists in another one."""
    return ProblemError(404, code, f"{TITLES[code]} in this organisation")


def problem_of(error: RegistrationError) -> ProblemError:
    """The problem that an error of the domain becomes."""
    if isinstance(error, NotFound):
        return not_found(error.code if error.code in TITLES else "NOT_FOUND")
    if isinstance(error, MisconfiguredInstallation):
        return ProblemError(500, error.code, "the installation is not complete; its log says what is missing")
    if isinstance(error, PlatformNotReached | PlatformRefused):
        code = "PLATFORM_REFUSED" if isinstance(error, PlatformRefused) else "PLATFORM_NOT_REACHED"
        return ProblemError(502, code, error.message, hint=error.hint)
    if isinstance(error, TransientError):
        code = error.code if error.code in TITLES else "UNAVAILABLE"
        return ProblemError(503, code, TITLES[code], hint=error.hint or _LATER, headers=_RETRY_AFTER)
    if isinstance(error, Refused):
        of_the_state = error.code in OF_THE_STATE and not isinstance(error, BadFile)
        headers = _RETRY_AFTER if error.code == "IN_PROGRESS" else None
        status, fields = 409 if of_the_state else 422, _fields_of(error)
        return ProblemError(status, error.code, error.message, hint=error.hint, errors=fields, headers=headers)
    return ProblemError(500, "INTERNAL", _INTERNAL)


def _fields_of(error: Refused) -> tuple[FieldProblem, ...]:
    """The fields that an error of the domain names with their reasons."""
    fields = error.details.get("fields")
    if not isinstance(fields, dict):
        return ()
    named = cast("dict[str, str]", fields)
    return tuple(FieldProblem(pointer=f"/{name}", reason=reason) for name, reason in named.items())


_INTERNAL = "something went wrong here; the log has it under this request's id"


def response_of(request: Request, error: ProblemError) -> Response:
    """The answer to a request that ended with a problem."""
    said = error.detail if error.hint is None else f"{error.detail}; {error.hint}"
    problem = Problem(
        type=f"/problems/{error.code.lower().replace('_', '-')}",
        title=TITLES.get(error.code, HTTPStatus(error.status).phrase),
        status=error.status,
        detail=error.detail,
        instance=request.url.path,
        code=error.code,
        hint=error.hint,
        errors=list(error.errors),
        request_id=request.state.request_id,
        error=said,
    )
    body = problem.model_dump_json().encode()
    return Response(body, error.status, headers=error.headers | {"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def handle_problems(app: FastAPI, respond: Respond = response_of) -> None:
    """Have every error of the application answered as a problem, which `respond` shows."""

    async def handle(request: Request, error: Exception) -> Response:
        return respond(request, _read(request, error))

    for kind in (ProblemError, RegistrationError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)


def _read(request: Request, error: Exception) -> ProblemError:
    if isinstance(error, RegistrationError):
        return _domain(request, error)
    if isinstance(error, RequestValidationError):
        return _invalid(request, error)
    if isinstance(error, HTTPException):
        return _routing(request, error)
    assert isinstance(error, ProblemError)
    return error


def _domain(request: Request, error: RegistrationError) -> ProblemError:
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s: %s: %s", request.state.request_id, type(error).__name__, error.message)
    return problem


def _invalid(request: Request, error: RequestValidationError) -> ProblemError:
    """A path that names nothing is a 404, an address whose last word was read as an id 405; values are never echoed."""
    found: list[dict[str, Any]] = list(error.errors())
    for one in found:
        if one["loc"][0] == "path":
            if request.url.path in request.app.openapi()["paths"]:
                return _routing(request, HTTPException(405))
            return not_found(OF_A_PATH.get(str(one["loc"][-1]), "NOT_FOUND"))
    fields = [FieldProblem(pointer=_pointer(one["loc"]), reason=str(one["msg"])) for one in found[:_MOST_ERRORS]]
    return first_of(fields, status=422, code="INVALID_REQUEST")


def _pointer(location: tuple[str | int, ...]) -> str:
    """A JSON pointer into the body; for a parameter of the query its name after a question mark."""
    where, *rest = location
    if where == "query":
        return f"?{'.'.join(map(str, rest))}"
    pointer = "".join("/" + str(one).replace("~", "~0").replace("/", "~1") for one in rest)
    return pointer if len(pointer) <= _LONGEST_POINTER else f"{pointer[:_LONGEST_POINTER]}…"


def _routing(request: Request, error: HTTPException) -> ProblemError:
    # A body that is no UTF-8 is a 400 of the framework: it is one more body that cannot be read.
    status = 422 if error.status_code == 400 else error.status_code
    codes = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE", 422: "INVALID_REQUEST"}
    code = codes.get(status, "INTERNAL")
    headers = dict(error.headers or {})
    if status == 405 and (methods := _described_methods(request)):
        headers["Allow"] = methods
    return ProblemError(status, code, TITLES[code], headers=headers)


def _described_methods(request: Request) -> str:
    """All methods of the address: its routes are several, and the framework names those of the first only."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    address = request.url.path
    fitting = (methods for path, methods in paths.items() if compile_path(path)[0].match(address))
    found = [paths[address]] if address in paths else list(fitting)
    return ", ".join(sorted({method.upper() for methods in found for method in methods}))


def unexpected(request: Request, error: Exception) -> ProblemError:
    """The problem that an error becomes which nobody expected; its traceback goes to the log."""
    _LOG.error("%s: unexpected error", request.state.request_id, exc_info=error)
    return ProblemError(500, "INTERNAL", _INTERNAL)
