"""Streams of pages as their routes make them, without HTTP: the application, a person, and a request."""

from collections.abc import AsyncGenerator

from fastapi.sse import ServerSentEvent
from starlette.requests import Request
from starlette.types import Message

from interfaces.api.live.feeds import Feeds
from interfaces.console.proxy import TrustedProxy
from interfaces.console.sessions import COOKIE, Sessions, Visitor
from registration.settings import Settings
from tests.interfaces.console.visiting import link_of
from tests.registration.tenant import Tenant


class App:
    """The part of an application that streams need."""

    def __init__(self, tenant: Tenant) -> None:
        self.state = self
        self.database = tenant.database
        self.feeds = Feeds(tenant.database)
        self.sessions = Sessions(tenant.database, TrustedProxy(Settings()))


Signed = tuple[App, Visitor, str]
"""The application, a signed-in person, and the token of the session."""


async def signed_at_streams(tenant: Tenant) -> Signed:
    """An application with a person of the tenant."""
    app = App(tenant)
    token = await app.sessions.redeem(await link_of(tenant))
    assert token is not None
    found = await app.sessions.find(token)
    assert found is not None
    return app, found, token


async def _nothing() -> Message:
    return {"type": "http.request"}


def request_of(app: App, token: str) -> Request:
    """A request with the cookie of the session."""
    cookie = f"{COOKIE}={token}".encode()
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"cookie", cookie)]}
    return Request(scope | {"app": app, "server": ("console.test", 443), "scheme": "https"}, _nothing)


async def until(stream: AsyncGenerator[ServerSentEvent], text: str) -> None:
    """Read until an event has the text, or to the end of the stream."""
    async for event in stream:
        if text in (event.raw_data or ""):
            return
