"""Answers that are read again and again: an ETag for each, and 304 where nothing changed."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.routing import APIRoute

from interfaces.api.models.base import Pagination


class TaggedRoute(APIRoute):
    """A route whose good answers to GET have a weak ETag of their body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with the tag around it."""
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await handle(request)
            if request.method != "GET" or response.status_code != 200:
                return response
            tag = response.headers.get("ETag") or f'W/"{hashlib.sha256(bytes(response.body)).hexdigest()}"'
            response.headers["ETag"] = tag
            if not _matches(request.headers.get("if-none-match"), tag):
                return response
            kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
            return Response(status_code=304, headers=kept)

        return tagged


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
