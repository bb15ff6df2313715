"""What a page says instead of what was asked for: not found, no right, wrong request, a part that is away."""

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import Response

from interfaces.api.problems import ProblemError
from interfaces.console.rendering import asks_for_part, render, render_part

_LOG: Final = logging.getLogger("registration.api")


@dataclass(frozen=True)
class State:
    """A designed state of a page: its sign, its headline, what somebody can do; `again`: it loads again by itself."""

    sign: str
    title: str
    advice: str
    again: bool = False


_NOT_FOUND: Final = State("∅", "There is nothing here", "It was removed, or the address is not quite right.")
_STATES: Final = {
    401: State("⚿", "Sign in", "Nobody is signed in here, or the session has ended."),
    403: State("⊘", "Not for this role", "Ask an administrator of your organisation."),
    404: _NOT_FOUND,
    405: _NOT_FOUND,
    409: State("≠", "It has changed", "Somebody else, or the pipeline, was here first. Load the page again."),
    413: State("⤓", "Too large", "Send less at once."),
    422: State("✎", "Something cannot be read", "Correct it, and send it again."),
    429: State("⏲", "Too many requests", "Wait a moment."),
    500: State("✗", "Something went wrong here", "The log has it under the number below."),
    502: State("⚡", "The platform does not answer as it should", "Try again in a moment.", again=False),
    503: State("⏻", "A part of the installation is away", "Nothing is lost; this page tries again.", again=True),
}
_NO_PAGE: Final = frozenset({404, 405})


def respond(request: Request, error: ProblemError) -> Response:
    """The page of a problem; a part of a page where htmx asked for one."""
    if error.status == 401 and _reads(request) and not asks_for_part(request):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        headers = {"Location": f"/sign-in?{urlencode({'next': asked}, quote_via=quote)}"}
        return Response(status_code=303, headers=headers)
    state = _STATES.get(error.status, _STATES[500])
    again_at = _page_to_load(request, error.status)
    values = (state, error, again_at, request.state.request_id, _reads(request) and state.again)
    if asks_for_part(request):
        response = render_part(request, "macros.html", "problem", *values, status=error.status)
    else:
        named = dict(zip(("state", "error", "again_at", "request_id", "again"), values, strict=True))
        response = render(request, "problem.html", status=error.status, **named)
    response.headers.update(error.headers)
    return response


def _page_to_load(request: Request, status: int) -> str:
    """The address of *Load again*: the page on which htmx or a form made the request, or the page that was asked for;
    empty if neither is there, since the address of a command is no page.
    """
    page = urlsplit(request.headers.get("hx-current-url", ""))
    if not page.path and not _reads(request):
        referrer = urlsplit(request.headers.get("referer", ""))
        page = referrer if referrer.netloc == request.url.netloc else page
    if page.path.startswith("/") and not page.path.startswith("//"):
        return page.path + (f"?{page.query}" if page.query else "")
    return request.url.path if _reads(request) and status not in _NO_PAGE else ""


def _reads(request: Request) -> bool:
    return request.method in ("GET", "HEAD")
