"""`/sign-in`: a one-time link becomes a session. The link's secret stands behind `#`, which no server and log sees."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response

from interfaces.api.problems import not_found
from interfaces.console.oidc import ATTEMPT_SECONDS, CALLBACK, Attempt, Provider
from interfaces.console.rendering import moved, render
from interfaces.console.sessions import (
    Sessions,
    Viewer,
    check_origin,
    cookie_name,
    forget_cookie,
    set_cookie,
    token_of,
)

router = APIRouter(include_in_schema=False)

_ATTEMPT: Final = "-attempt"
"""The end of the name of the cookie that an attempt at the OpenID provider has."""


@router.get("/sign-in")
async def page(request: Request, next_: Annotated[str, Query(alias="next")] = "/", *, out: bool = False) -> Response:
    """The page that a link opens; its script sends the secret by POST, so that no preview of a link uses it up.

    Whom a trusted proxy has signed in gets a session at once, but not right after a sign-out.
    """
    sessions: Sessions = request.app.state.sessions
    if not out and (claimed := sessions.proxy.claimed(request)):
        await sessions.end(token_of(request))
        response = moved(request, _own_path(next_))
        set_cookie(request, response, await sessions.open(claimed))
        return response
    return await _page(request, next_, out=out)


@router.post("/sign-in")
async def sign_in(
    request: Request, link: Annotated[str, Form(max_length=200)], next_: Annotated[str, Form(alias="next")] = "/"
) -> Response:
    """Open a session for a link, which is used up."""
    check_origin(request)
    sessions: Sessions = request.app.state.sessions
    # An earlier session of this browser, perhaps of another person, ends with the new sign-in.
    await sessions.end(token_of(request))
    token = await sessions.redeem(link.strip())
    if token is None:
        return await _page(request, next_, wrong=True)
    response = moved(request, _own_path(next_))
    set_cookie(request, response, token)
    return response


@router.get("/sign-in/oidc")
async def to_provider(request: Request, next_: Annotated[str, Query(alias="next")] = "/") -> Response:
    """To the OpenID provider, which leads back."""
    provider: Provider = request.app.state.provider
    if not provider.configured:
        raise not_found("NOT_FOUND")
    attempt = Attempt.new(_own_path(next_))
    response = Response(status_code=303, headers={"Location": await provider.address_of(attempt)})
    set_cookie(request, response, attempt.cookie, _ATTEMPT, ATTEMPT_SECONDS)
    return response


@router.get(CALLBACK)
async def from_provider(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the OpenID provider, with a code that it takes once; or without one, if it refused."""
    provider: Provider = request.app.state.provider
    sessions: Sessions = request.app.state.sessions
    attempt = Attempt.read(request.cookies.get(cookie_name(request, _ATTEMPT), ""))
    if not provider.configured:
        raise not_found("NOT_FOUND")
    claimed = await provider.claimed(attempt, state, code)
    await sessions.end(token_of(request))
    response = moved(request, _own_path(attempt.next if attempt else "/"))
    set_cookie(request, response, await sessions.open(claimed))
    forget_cookie(request, response, _ATTEMPT)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, _visitor: Viewer) -> Response:
    """End the session: its cookie is worth nothing any more."""
    sessions: Sessions = request.app.state.sessions
    await sessions.end(token_of(request))
    response = moved(request, "/sign-in?out=true")
    forget_cookie(request, response)
    return response


async def _page(request: Request, next_: str, *, wrong: bool = False, out: bool = False) -> Response:
    sessions: Sessions = request.app.state.sessions
    found = await sessions.find(token_of(request)) if token_of(request) else None
    return render(
        request,
        "sign_in/page.html",
        status=403 if wrong else 200,
        next=_own_path(next_),
        wrong=wrong,
        out=out,
        signed_in=found.name if found else None,
        oidc=request.app.state.provider.configured,
    )


def _own_path(path: str) -> str:
    """The path if it leads to a page of this console, else the first page."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own else "/"
