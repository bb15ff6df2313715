"""The application: built once from the settings, with one pool of connections."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.routing import APIRouter
from sqlalchemy.exc import ArgumentError

from interfaces.api.answers import TaggedRoute
from interfaces.api.auth import SignIn, signed_in
from interfaces.api.conventions import Conventions, storable_body
from interfaces.api.examples import EXAMPLES, add_answers
from interfaces.api.limits import Kind, Limits, limited
from interfaces.api.live.feeds import Feeds
from interfaces.api.openapi import DESCRIPTION, PROBLEMS, WRITE_PROBLEMS
from interfaces.api.problems import handle_problems
from interfaces.api.routes import (
    admin,
    batch_commands,
    batches,
    docs,
    edits,
    events,
    gate_answers,
    gates,
    health,
    imports,
    job_commands,
    lead_commands,
    leads,
    restaurants,
    single,
    sub_steps,
)
from interfaces.api.routes.parameters import each_once
from interfaces.api.shared_readings import SharedReadings
from interfaces.api.tokens import Verifier
from registration.database.connections import MOST_SERVING
from registration.database.session import Database
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings

_PATIENCE_SECONDS = 0.01
"""Somebody waits for each answer: another connection is opened soon."""
_WORTH_COMPRESSING = 2000
READING = (
    batches.router,
    batches.jobs_router,
    job_commands.at_both_addresses(sub_steps.reading_router),
    gates.router,
    restaurants.router,
    leads.router,
    events.router,
    single.reading_router,
    admin.reading_router,
)
"""The routes that change nothing."""
WRITING = (
    (job_commands.at_both_addresses(job_commands.router), Kind.WRITE),
    (job_commands.at_both_addresses(sub_steps.router), Kind.WRITE),
    (job_commands.at_both_addresses(edits.job_router), Kind.WRITE),
    (edits.router, Kind.WRITE),
    (gate_answers.router, Kind.ANSWER),
    (batch_commands.start_router, Kind.START),
    (batch_commands.router, Kind.WRITE),
    (lead_commands.router, Kind.WRITE),
    (lead_commands.edit_router, Kind.WRITE),
    (imports.router, Kind.WRITE),
    (single.router, Kind.START),
    (admin.router, Kind.WRITE),
    (admin.credentials_router, Kind.CREDENTIALS),
)
"""The routes that change something, and the kind of request that each is counted as."""


class DescribedApi(FastAPI):
    """An application whose description has an example of each body, and of answers."""

    def openapi(self) -> dict[str, Any]:
        """The description; made once."""
        described = super().openapi()
        schemas = described["components"]["schemas"]
        for name, example in EXAMPLES.items():
            schemas[name]["examples"] = [example]
        add_answers(described)
        return described


def create_app(settings: Settings) -> FastAPI:
    """The REST API of one installation.

    Raises MisconfiguredInstallation where the settings name no database, or do not say how tokens are verified.
    """
    verifier = Verifier.of(settings)
    database = _database(settings)
    app = DescribedApi(
        title="Restaurant registration",
        version=version("restaurant-registration"),
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(database),
    )
    app.state.settings, app.state.database = settings, database
    app.state.sign_in = SignIn(settings, database, verifier)
    app.state.limits, app.state.feeds, app.state.readings = Limits(), Feeds(database), SharedReadings()
    handle_problems(app)
    app.include_router(health.router)
    app.include_router(docs.router)
    for router in READING:
        app.include_router(_reading(router))
    for router, kind in WRITING:
        app.include_router(_writing(router, kind))
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_COMPRESSING, compresslevel=1)
    app.add_middleware(Conventions)
    if settings.api_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.api_origins,
            allow_methods=["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Organization-ID"],
            expose_headers=["ETag", "Idempotent-Replayed", "Link", "Location", "Retry-After", "X-Request-ID"],
        )
    return app


def _reading(router: APIRouter) -> APIRouter:
    """The routes of `router` for signed-in people, counted as reads."""
    made = APIRouter(
        prefix="/api",
        route_class=TaggedRoute,
        dependencies=[Depends(signed_in), Depends(limited(Kind.READ)), Depends(each_once)],
        responses=PROBLEMS,
    )
    made.include_router(router)
    return made


def _writing(router: APIRouter, kind: Kind) -> APIRouter:
    """The routes of `router` for signed-in people, counted as requests of this kind."""
    made = APIRouter(
        prefix="/api",
        dependencies=[Depends(signed_in), Depends(limited(kind)), Depends(each_once), Depends(storable_body)],
        responses=WRITE_PROBLEMS,
    )
    made.include_router(router)
    return made


def _database(settings: Settings) -> Database:
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if not url:
        raise MisconfiguredInstallation("no database is named: set DATABASE_URL")
    try:
        return Database(url, pool_size=MOST_SERVING, application="registration serve", patience=_PATIENCE_SECONDS)
    except (ArgumentError, ValueError):
        raise MisconfiguredInstallation(
            "DATABASE_URL is not the address of a database: postgresql://USER:PASSWORD@HOST:PORT/NAME"
        ) from None


def _lifespan(database: Database) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        # Prefect's client takes seconds to import: nobody's first request waits for it.
        importing = asyncio.create_task(asyncio.to_thread(import_module, "tasks.batch_runs"))
        yield
        await app.state.feeds.close()
        await importing
        await database.close()

    return lifespan
