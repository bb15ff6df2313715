"""The way of every request through the platform: common checks, faults and played cases, route, answer.

Made after the platform's source at commit 3d2ff03 of 19 January 2026.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import cast

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from dev.sandbox.calls import CallRecord
from dev.sandbox.faults import CALL_KINDS, PLAYED, Kind
from dev.sandbox.misbehaviour import answer_with
from dev.sandbox.names import Endpoint
from dev.sandbox.platform import gate
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.case_run import run_case
from dev.sandbox.platform.cases import Route
from dev.sandbox.platform.endpoints import cases_of
from dev.sandbox.platform.reply import Reply
from dev.sandbox.refusals import DatabaseAway
from dev.sandbox.rows import Restaurant, restaurant_by_id, restaurant_of_menu
from dev.sandbox.world import World

_OF_MENU = frozenset({Endpoint.UPLOAD_IMAGES, Endpoint.CDN_STATS})


class Dispatch:
    """Serves one endpoint of the platform."""

    def __init__(self, world: World, route: Route) -> None:
        self._world = world
        self._route = route

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        record = self._world.calls.arrived(self._route.name, request.method)
        try:
            response = await self._serve(request, record)
        except DatabaseAway:
            away = gate.UNREADABLE if self._route.flags else self._route.failing
            call = Call(self._world, self._route.name, "", {})
            case = cases_of(self._route)[away]
            response = Reply(case.status, await case.body(call), case.content_type).response()
        if not await request.is_disconnected():
            record.answered(response.status_code, _success(response))
        return response

    async def _call(self, request: Request) -> Call:
        sent = {**(await _sent(request) or {}), **request.query_params, **request.path_params}
        headers = request.headers
        organisation = headers.get("X-Organisation-ID") or headers.get("X-Organization-ID") or ""
        call = Call(self._world, self._route.name, organisation, sent)
        call.restaurant = await _restaurant_of(call)
        return call

    async def _serve(self, request: Request, record: CallRecord) -> Response:
        call = await self._call(request)
        if call.restaurant:
            record.is_about(call.restaurant)
        names, faults = _names(call), self._world.faults
        call.fault = faults.take(names, self._route.name, PLAYED)
        refused = None if call.fault else await self._refused(request, call)
        if call.fault is None and refused is None:
            call.fault = faults.take(names, self._route.name, CALL_KINDS)
        record.fault = call.fault and call.fault.kind
        act = partial(self._answer, request, call, refused)
        if call.fault is None or call.fault.kind in (Kind.PLAYS, Kind.FAILS):
            return await act()
        return await answer_with(call.fault, self._world, request, act)

    async def _refused(self, request: Request, call: Call) -> str | None:
        if await _sent(request) is None:
            return gate.NOT_JSON
        key = self._world.settings.service_key.get_secret_value()
        if self._route.guarded and not gate.is_signed_in(request, key):
            return gate.NO_KEY
        return await gate.refused(call, self._route) if self._route.guarded else None

    async def _answer(self, request: Request, call: Call, refused: str | None) -> Response:
        fails = call.fault is not None and call.fault.kind is Kind.FAILS
        forced = refused or call.played or (self._route.failing if fails else None)
        try:
            reply = await run_case(self._route, call, forced or await self._route.choose(call), forced=bool(forced))
        finally:
            if self._route.method == "POST" and call.restaurant:
                self._world.remember(call.restaurant.id)
        if reply.status is None:
            await self._world.connections.cut(request)
            return JSONResponse({})
        return reply.response()


def _success(response: Response) -> bool | None:
    """The answer's `success`; None if it is absent or the answer is not JSON."""
    try:
        answer: object = json.loads(bytes(response.body))
    except ValueError:
        return None
    success = cast("Mapping[str, object]", answer).get("success") if isinstance(answer, dict) else None
    return success if isinstance(success, bool) else None


async def _sent(request: Request) -> Mapping[str, object] | None:
    """The members of the body; None if the body is not JSON, empty if it is not an object."""
    try:
        sent: object = json.loads(await request.body() or b"{}")
    except ValueError:
        return None
    return cast("Mapping[str, object]", sent) if isinstance(sent, dict) else {}


def _names(call: Call) -> list[str]:
    """The names by which a fault can match a request: restaurant, organisation, and the ids in the body."""
    sent = [call.text(name) for name in ("restaurantId", "menuId", "batchId", "jobId")]
    known = call.restaurant.names if call.restaurant else []
    return [*known, *filter(None, sent), *filter(None, [call.organisation])]


async def _restaurant_of(call: Call) -> Restaurant | None:
    """The restaurant that a request names, or whose menu it names; the organisation of a menu is not checked."""
    database = call.world.database
    if call.endpoint in _OF_MENU:
        menu_id = call.id_sent("menuId")
        return await restaurant_of_menu(database, menu_id) if menu_id else None
    restaurant_id = call.id_sent("restaurantId")
    return await restaurant_by_id(database, call.organisation_id, restaurant_id) if restaurant_id else None
