"""A stand-in for the NZBN API (v5): search by name, and full entities, with a subscription key.

Made after the official description of the API, version v5, as of November 2026; its schemas and parameters are in
`tests/dev/sandbox/register/nzbn_v5_schemas.json`, and tests compare every answer with them.
"""

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from dev.sandbox.connections import until_gone
from dev.sandbox.faults import API_KINDS, Fault, Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.pages import error_page
from dev.sandbox.refusals import Refusal
from dev.sandbox.register.companies import Company
from dev.sandbox.register.nzbn_entities import Json, full_entity, search_item
from dev.sandbox.register.nzbn_shapes import changed, sparse
from dev.sandbox.world import HANG_SECONDS, World

ROOT = "/gateway/nzbn/v5"
KEY_HEADER, KEY_PARAMETER = "Ocp-Apim-Subscription-Key", "subscription-key"
_USUAL_PAGE, _LARGEST_PAGE = 10, 100
_FILTERS = {"registered": "Registered", "removedclosed": "Removed", "inliquidation": "In Liquidation"}
_BAD_STATUS = {Kind.UNAVAILABLE: 503, Kind.TOO_MANY: 429, Kind.REFUSED: 403}
Answer = Callable[[], Json]


class Nzbn:
    """The two endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def search(
        self,
        request: Request,
        term: Annotated[str, Query(alias="search-term")] = "",
        status: Annotated[str, Query(alias="entity-status")] = "",
        page: str = "0",
        page_size: Annotated[str, Query(alias="page-size")] = str(_USUAL_PAGE),
    ) -> Response:
        """Entities by words of their names, by NZBN or by company number; pages are counted from 0."""
        return await self._answer(
            request, Endpoint.NZBN_SEARCH, term, lambda: self._page(term, status, _number(page), _number(page_size))
        )

    async def entity(self, request: Request, nzbn: str) -> Response:
        """One entity in full."""
        company = self._world.directory.by_nzbn(nzbn)
        latency_key = f"{nzbn}\n{company.number}" if company else nzbn
        return await self._answer(request, Endpoint.NZBN_ENTITY, latency_key, lambda: full_entity(_known(company)))

    def _page(self, term: str, status: str, page: int, page_size: int) -> Json:
        if not term.strip():
            raise Refusal(400, "search-term is required")
        size = min(max(1, page_size), _LARGEST_PAGE)
        wanted = _statuses(status)
        found = [company for company in self._world.directory.everything_about(term) if _is_one_of(company, wanted)]
        items = [search_item(company) for company in found[page * size : (page + 1) * size]]
        return {"pageSize": size, "page": page, "totalItems": len(found), "items": items, "links": []}

    async def _answer(self, request: Request, endpoint: Endpoint, latency_key: str, answer: Answer) -> Response:
        record = self._world.calls.arrived(endpoint, request.method)
        fault = self._world.faults.take_for_page(latency_key, endpoint, API_KINDS)
        await asyncio.sleep(self._world.seconds(endpoint, latency_key))
        try:
            response = await self._broken(request, fault) or self._whole(request, fault, answer)
        except Refusal as refusal:
            response = _error(refusal.status, refusal.reason)
        record.answered(response.status_code)
        return response

    def _whole(self, request: Request, fault: Fault | None, answer: Answer) -> Response:
        if not self._has_key(request):
            raise Refusal(401, "Access denied due to missing or invalid subscription key")
        body = answer()
        if fault and fault.kind in (Kind.SPARSE, Kind.CHANGED_LAYOUT):
            body = sparse(body) if fault.kind is Kind.SPARSE else changed(body)
        return JSONResponse(body)

    def _has_key(self, request: Request) -> bool:
        given = request.headers.get(KEY_HEADER) or request.query_params.get(KEY_PARAMETER) or ""
        return compare_digest(given.encode(), self._world.settings.nzbn_key.get_secret_value().encode())

    async def _broken(self, request: Request, fault: Fault | None) -> Response | None:
        """The answer of a fault, or None."""
        if fault is None:
            return None
        if fault.kind is Kind.CUT_BEFORE:
            await self._world.connections.cut(request)
        elif fault.kind in (Kind.SLOW, Kind.HANG):
            await self._stay_silent(request, fault)
        if fault.kind is Kind.MALFORMED:
            return Response('{"totalItems": 1, "items": [{', media_type="application/json")
        if fault.kind is Kind.HTML_ERROR:
            return HTMLResponse(error_page(fault.status or 502, fault.message), status_code=fault.status or 502)
        if fault.kind not in _BAD_STATUS:
            return None
        wait = {"Retry-After": str(max(1, math.ceil(self._world.fault_seconds(fault, 5))))}
        status = fault.status or _BAD_STATUS[fault.kind]
        return _error(status, fault.message or fault.kind, wait if fault.kind is Kind.TOO_MANY else None)

    async def _stay_silent(self, request: Request, fault: Fault) -> None:
        usual = HANG_SECONDS if fault.kind is Kind.HANG else 5
        with suppress(TimeoutError):
            async with asyncio.timeout(self._world.fault_seconds(fault, usual)):
                await until_gone(request)


def _number(text: str) -> int:
    if not text.isdigit():
        raise Refusal(400, f"{text!r} is not a number")
    return int(text)


def _statuses(text: str) -> frozenset[str]:
    """The requested statuses; none means all."""
    requested = [status.strip() for status in text.split(",") if status.strip()]
    unknown = [status for status in requested if status.casefold() not in _FILTERS]
    if unknown:
        raise Refusal(400, f"{unknown[0]!r} is no entity-status")
    return frozenset(_FILTERS[status.casefold()] for status in requested)


def _is_one_of(company: Company, statuses: frozenset[str]) -> bool:
    return not statuses or company.status in statuses


def _known(company: Company | None) -> Company:
    if company is None:
        raise Refusal(404, "Specified resource was not found")
    return company


def _error(status: int, reason: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"status": str(status), "errorDescription": reason, "errorCode": f"NZBN-{status}", "list": []}
    return JSONResponse(body, status_code=status, headers=headers)


def nzbn_router(world: World) -> APIRouter:
    """The routes of the API under its own path."""
    api = Nzbn(world)
    router = APIRouter(prefix=ROOT, tags=["nzbn"])
    router.add_api_route("/entities", api.search, methods=["GET"])
    router.add_api_route("/entities/{nzbn}", api.entity, methods=["GET"])
    return router
