"""The program of `registration serve`: the REST API and the console at one address, with one pool of connections."""

from typing import Final

from fastapi import APIRouter, FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from interfaces.api.app import create_app
from interfaces.api.conventions import Conventions
from interfaces.api.live.feeds import Feeds
from interfaces.api.problems import handle_problems, not_found
from interfaces.console import safety
from interfaces.console.live.presence import Presence
from interfaces.console.oidc import Provider
from interfaces.console.pages.accounts import routes as accounts
from interfaces.console.pages.batch import answering
from interfaces.console.pages.batch import commands as batch_commands
from interfaces.console.pages.batch import routes as batch
from interfaces.console.pages.batches import routes as batches
from interfaces.console.pages.company_selection import commands as company_commands
from interfaces.console.pages.company_selection import routes as companies
from interfaces.console.pages.configuration import answers as config_answers
from interfaces.console.pages.configuration import editing as config_editing
from interfaces.console.pages.configuration import for_all
from interfaces.console.pages.configuration import restaurant as config_restaurant
from interfaces.console.pages.configuration import routes as configuration
from interfaces.console.pages.health import routes as health
from interfaces.console.pages.imports import routes as imports
from interfaces.console.pages.inbox import routes as inbox
from interfaces.console.pages.job import reopening, statements
from interfaces.console.pages.job import routes as job
from interfaces.console.pages.leads import commands as lead_commands
from interfaces.console.pages.leads import routes as leads
from interfaces.console.pages.new_batch import routes as new_batch
from interfaces.console.pages.notices import routes as notices
from interfaces.console.pages.restaurants import restaurant
from interfaces.console.pages.restaurants import routes as restaurants
from interfaces.console.pages.settings import routes as organisation_settings
from interfaces.console.pages.sign_in import routes as sign_in
from interfaces.console.pictures import Pictures
from interfaces.console.problems import respond
from interfaces.console.proxy import TrustedProxy
from interfaces.console.sessions import Sessions, Viewer
from registration.settings import Settings

PAGES: Final = (
    sign_in.router,
    inbox.router,
    batches.router,
    new_batch.router,
    batch.router,
    answering.router,
    batch_commands.router,
    job.router,
    reopening.router,
    statements.router,
    accounts.router,
    companies.router,
    company_commands.router,
    restaurants.router,
    restaurant.router,
    imports.router,
    leads.router,
    lead_commands.router,
    configuration.router,
    for_all.router,
    config_answers.router,
    config_restaurant.router,
    config_editing.router,
    notices.router,
    organisation_settings.router,
    health.router,
)
"""The pages; the address of each is in its own module."""

_elsewhere: Final = APIRouter(include_in_schema=False)
_OF_THE_API: Final = frozenset({"api", "problems"})
_WORTH_COMPRESSING: Final = 2000
_LARGE: Final = ("/image",)
"""The ends of the addresses to which pictures are sent."""


@_elsewhere.get("/{_path:path}")
async def nothing(_visitor: Viewer) -> Response:
    """Answer every other address; a visitor without a session learns nothing from it."""
    raise not_found("NOT_FOUND")


class Program:
    """Passes requests under /api and /problems to the REST API, all others to the console."""

    def __init__(self, api: FastAPI, console: FastAPI) -> None:
        self.api, self.console = api, console

    @property
    def feeds(self) -> Feeds:
        """The streams of both."""
        return self.api.state.feeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = scope["path"].split("/")[1:2] if scope["type"] == "http" else []
        app = self.console if first and first[0] not in _OF_THE_API else self.api
        await app(scope, receive, send)


def create_program(settings: Settings) -> Program:
    """API and console of one installation. Raises MisconfiguredInstallation as `create_app` does."""
    api = create_app(settings)
    console = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for name in ("settings", "database", "limits", "feeds"):
        setattr(console.state, name, getattr(api.state, name))
    console.state.presence = Presence()
    console.state.provider = Provider(settings, api.state.database)
    console.state.pictures = Pictures()
    console.state.sessions = Sessions(api.state.database, TrustedProxy(settings))
    handle_problems(console, respond)
    console.include_router(safety.router)
    for router in (*PAGES, _elsewhere):
        console.include_router(router)
    console.add_middleware(GZipMiddleware, minimum_size=_WORTH_COMPRESSING, compresslevel=4)
    console.add_middleware(Conventions, respond=respond, large=_LARGE)
    console.add_middleware(safety.SafetyHeaders)
    return Program(api, console)
