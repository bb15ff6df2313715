"""Answers that are read again and again: an ETag for each, and 304 where nothing changed."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.routing import APIRoute

from interfaces.api.auth import sign_in_of
from interfaces.api.limits import Kind, count_once
from interfaces.api.models.base import Pagination
from interfaces.api.shared_readings import Answer, SharedReadings


class TaggedRoute(APIRoute):
    """A route whose good answers to GET have a weak ETag of their body; equal GETs at the same time are read once.

    Each request is signed in and counted by itself; people of one organisation and role are shown the same.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with the shared reading and the tag around it."""
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            if request.method != "GET":
                return await handle(request)
            caller = await sign_in_of(request)
            await count_once(request, Kind.READ, caller)
            readings: SharedReadings = request.app.state.readings
            asked = (request.url.path, request.url.query, request.headers.get("accept"))
            answer = await readings.answer(
                (caller.organisation_id, caller.role, *asked), lambda: _tagged_answer(handle, request)
            )
            request.state.headers.update(answer.added)
            if answer.status == 200 and _matches(request.headers.get("if-none-match"), answer.headers["etag"]):
                kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
                return Response(status_code=304, headers=kept)
            return answer.response()

        return tagged


async def _tagged_answer(handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request) -> Answer:
    before = set(request.state.headers)
    response = await handle(request)
    if response.status_code == 200:
        response.headers.setdefault("ETag", f'W/"{hashlib.sha256(bytes(response.body)).hexdigest()}"')
    added = {name: value for name, value in request.state.headers.items() if name not in before}
    return Answer(response.status_code, dict(response.headers), bytes(response.body), added)


def _matches(asked: str | None, tag: str) -> bool:
    """Tags are compared weakly, as for If-None-Match they are."""
    if asked is None:
        return False
    wanted = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return "*" in wanted or tag.removeprefix("W/") in wanted


def paginate(request: Request, total: int, limit: int, offset: int) -> Pagination:
    """Which part of a list the answer is; its header says where the next page is, if there is one."""
    pagination = Pagination.of(total, limit, offset)
    if pagination.has_more:
        query = [(name, value) for name, value in request.query_params.multi_items() if name not in ("limit", "offset")]
        query += [("limit", str(pagination.limit)), ("offset", str(pagination.offset + pagination.limit))]
        request.state.headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return pagination
