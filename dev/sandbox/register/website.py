"""The register's website: search and detail pages.

The detail page was made on 2026-11-29 after the structure of 49 public saved pages of 39 companies (2015 to 2017); its
NZBN panel, the list of results and its paging after the selectors of public scrapers (2016 to 2026). Inferred: the text
for no results, the text for a missing value, and the address that the link of a row opens.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from dev.sandbox.connections import until_gone
from dev.sandbox.faults import Fault, Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.pages import error_page, render
from dev.sandbox.world import HANG_SECONDS, World

ROOT = "/companies/app/ui/pages/companies"
PAGE_SIZE = 15
_LAYOUTS = frozenset({Kind.CHANGED_LAYOUT, Kind.MISSING_PANEL, Kind.FILLED_LATER})
_BAD_STATUS = {Kind.UNAVAILABLE: 503, Kind.TOO_MANY: 429, Kind.HTML_ERROR: 502}
_A_YEAR = timedelta(days=365)


def _as_shown(address: str) -> str:
    """An address with the country on its own line, as the pages show it."""
    return address.replace(", New Zealand", "\n, New Zealand")


class Website:
    """The pages."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def search(
        self,
        request: Request,
        q: str = "",
        address: Annotated[str, Query(alias="addressKeyword")] = "",
        groups: Annotated[str, Query(alias="entityStatusGroups")] = "",
        start: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """Companies by name or address, 15 per page; removed companies unless the status group excludes them."""
        record = self._world.calls.arrived(Endpoint.REGISTER_SEARCH, request.method)
        fault = self._world.faults.take_for_page(f"{q}\n{address}", Endpoint.REGISTER_SEARCH)
        if (bad := await self._wait(request, Endpoint.REGISTER_SEARCH, fault, q + address)) is None:
            bad = HTMLResponse(self._results(q, address, groups, start, fault))
        record.answered(bad.status_code)
        return bad

    async def detail(self, request: Request, number: str) -> Response:
        """One company with its panels."""
        record = self._world.calls.arrived(Endpoint.REGISTER_DETAIL, request.method)
        fault = self._world.faults.take_for_page(number, Endpoint.REGISTER_DETAIL)
        if (bad := await self._wait(request, Endpoint.REGISTER_DETAIL, fault, number)) is None:
            bad = self._company(number, fault)
        record.answered(bad.status_code)
        return bad

    def _results(self, q: str, address: str, groups: str, start: int, fault: Fault | None) -> str:
        searched = bool(q.strip() or address.strip())
        registered_only = groups.upper().split(",") == ["REGISTERED"]
        found = self._world.directory.search(q, address, with_removed=not registered_only) if searched else []
        following = {"q": q, "addressKeyword": address, "entityStatusGroups": groups, "start": start + PAGE_SIZE}
        return render(
            "search.html",
            searched=searched,
            found=found[start : start + PAGE_SIZE],
            total=len(found),
            first=start + 1,
            next_page=f"{ROOT}/search?{urlencode(following)}" if start + PAGE_SIZE < len(found) else None,
            layout=fault.kind if fault else None,
            q=q,
            address_keyword=address,
            address=_as_shown,
        )

    def _company(self, number: str, fault: Fault | None) -> Response:
        company = self._world.directory.company(number)
        if company is None:
            return HTMLResponse(error_page(404, f"No company with number {number}"), status_code=404)
        layout = fault.kind if fault else None
        return HTMLResponse(render("detail.html", company=company, layout=layout, address=_as_shown, year=_A_YEAR))

    async def _wait(self, request: Request, page: Endpoint, fault: Fault | None, latency_key: str) -> Response | None:
        """Wait as long as the real page takes, then apply the fault; return the fault's page, or None."""
        await asyncio.sleep(self._world.seconds(page, latency_key))
        if fault is None or fault.kind in _LAYOUTS:
            return None
        if fault.kind is Kind.CUT_BEFORE:
            await self._world.connections.cut(request)
        elif fault.kind in (Kind.SLOW, Kind.HANG):
            await self._stay_silent(request, fault)
        status = fault.status or _BAD_STATUS.get(fault.kind)
        headers = {"Retry-After": f"{fault.seconds:.0f}"} if status == 429 and fault.seconds is not None else None
        return HTMLResponse(error_page(status, fault.message), status_code=status, headers=headers) if status else None

    async def _stay_silent(self, request: Request, fault: Fault) -> None:
        usual = HANG_SECONDS if fault.kind is Kind.HANG else 5
        with suppress(TimeoutError):
            async with asyncio.timeout(self._world.fault_seconds(fault, usual)):
                await until_gone(request)


async def asset(name: str) -> Response:
    """A style sheet and a logo that browsers load and scrapers ignore."""
    kind = {".css": "text/css", ".svg": "image/svg+xml"}.get(Path(name).suffix)
    if kind is None:
        return HTMLResponse(error_page(404), status_code=404)
    return Response(render(f"register.{Path(name).suffix[1:]}"), media_type=kind)


def website_router(world: World) -> APIRouter:
    """The routes of the pages under the register's own paths."""
    site = Website(world)
    router = APIRouter(prefix=ROOT, tags=["register"], default_response_class=HTMLResponse)
    router.add_api_route("/search", site.search, methods=["GET"])
    router.add_api_route("/{number}/detail", site.detail, methods=["GET"])
    router.add_api_route("/assets/{name}", asset, methods=["GET"])
    return router
