"""The way of every call through the platform: who asks, for whom, what goes wrong, the answer."""

from functools import partial

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from sandbox.calls import CallRecord
from sandbox.faults import CALL_KINDS
from sandbox.misbehaviour import answer_with
from sandbox.refusals import DatabaseAway, Refusal
from sandbox.telling.call import Answer, Call
from sandbox.telling.endpoints import Served
from sandbox.telling.requests import body_of, organisation_of, restaurant_of
from sandbox.telling.wire import Part
from sandbox.world import World


class Dispatch:
    """Serves one endpoint of the platform."""

    def __init__(self, world: World, served: Served) -> None:
        self._world = world
        self._served = served
        self._answers: dict[tuple[str, str], Answer] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer a request; nothing that goes wrong here leaves without a JSON body."""
        record = self._world.calls.arrived(self._served.name, request)
        try:
            response = await self._serve(request, record)
        except Refusal as refusal:
            response = _no(refusal.status, refusal.reason, refusal.headers)
        except DatabaseAway:
            response = _no(503, "The platform's database is not available", {})
        record.answered(response.status_code)
        return response

    async def _serve(self, request: Request, record: CallRecord) -> Response:
        organisation_id = organisation_of(request, self._world.settings.service_key)
        body = await body_of(request, self._served.body)
        restaurant = await restaurant_of(self._world, organisation_id, body)
        record.is_about(restaurant)
        fault = self._world.faults.take(restaurant.names, self._served.name, CALL_KINDS)
        record.fault = fault and fault.kind
        call = Call(self._world, self._served.name, restaurant, record.idempotency_key, fault)
        act = partial(self._answer, call, body)
        return await answer_with(fault, self._world, request, act) if fault else await act()

    async def _answer(self, call: Call, body: Part) -> Response:
        return JSONResponse(await self._act(call, body))

    async def _act(self, call: Call, body: Part) -> Answer:
        key = (str(call.restaurant.id), call.idempotency_key or "")
        honoured = self._world.behaviour.honour_idempotency and call.idempotency_key is not None
        if honoured and key in self._answers:
            return self._answers[key]
        try:
            self._answers[key] = await self._served.handle(call, body)
        finally:
            if self._served.method == "POST":
                self._world.remember(call.restaurant.id)
        return self._answers[key]


def _no(status: int, reason: str, headers: dict[str, str]) -> JSONResponse:
    return JSONResponse({"success": False, "error": reason}, status_code=status, headers=headers)
