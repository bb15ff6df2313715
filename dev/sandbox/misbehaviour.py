"""How the platform's answer to one request changes under a fault."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from dev.sandbox.connections import until_gone
from dev.sandbox.faults import Fault, Kind
from dev.sandbox.pages import error_page
from dev.sandbox.world import HANG_SECONDS, World

Act = Callable[[], Awaitable[Response]]
_COMMAND_LINE = 'Command failed: node /app/scripts/script.js --email="a@b.example" --password="invented-password"'
OWN_SECONDS = frozenset({Kind.SLOW_ANSWER, Kind.TOO_MANY, Kind.HANG})
"""Kinds whose `seconds` are not a delay before the fault."""


async def answer_with(fault: Fault, world: World, request: Request, act: Act) -> Response:
    """Answer a request with the fault's answer; the fault decides whether the effect happens."""
    if fault.kind is Kind.SLOW and fault.hold:
        await world.faults.hold(fault.hold).wait()
    elif fault.kind not in OWN_SECONDS:
        await asyncio.sleep(world.fault_seconds(fault))
    answer = await act() if fault.does_the_work else JSONResponse({})
    match fault.kind:
        case Kind.SLOW_ANSWER if fault.hold:
            await world.faults.hold(fault.hold).wait()
        case Kind.SLOW_ANSWER:
            await asyncio.sleep(world.fault_seconds(fault))
        case Kind.CUT_BEFORE | Kind.CUT_AFTER:
            await world.connections.cut(request)
        case Kind.HANG:
            await _hang(world.fault_seconds(fault, HANG_SECONDS), request)
            await world.connections.cut(request)
        case _:
            return _bad_answer(fault, world) or answer
    return answer


def _bad_answer(fault: Fault, world: World) -> Response | None:
    match fault.kind:
        case Kind.UNAVAILABLE:
            return _unavailable(fault)
        case Kind.FAILS:
            return _refusal(500, fault.message or _COMMAND_LINE)
        case Kind.TOO_MANY:
            seconds = max(1, math.ceil(world.fault_seconds(fault, 5)))
            return _refusal(429, fault.message or "Too many requests", {"Retry-After": str(seconds)})
        case Kind.HTML_ERROR:
            return HTMLResponse(error_page(fault.status or 502, fault.message), status_code=fault.status or 502)
        case Kind.SUCCESS_FALSE:
            return _refusal(200, fault.message or "The platform could not finish")
        case Kind.MALFORMED:
            return Response('{"success": tru', media_type="application/json")
        case Kind.REFUSED:
            return _refusal(fault.status or 400, fault.message or "The platform refused the request")
        case _:
            return None


def _unavailable(fault: Fault) -> JSONResponse:
    """503 of the platform's middleware, which has no `success`."""
    message = fault.message or "Service temporarily unavailable"
    body = {"error": "Service unavailable", "message": message, "retryable": True}
    return JSONResponse(body, status_code=fault.status or 503)


def _refusal(status: int, reason: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"success": False, "error": reason}, status_code=status, headers=headers)


async def _hang(seconds: float, request: Request) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await until_gone(request)
