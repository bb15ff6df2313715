"""The sandbox as one web application, with the routes of the platform."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI

from dev.sandbox.control import control_router
from dev.sandbox.platform.dispatch import Dispatch
from dev.sandbox.platform.endpoints import ROUTES
from dev.sandbox.refusals import DatabaseAway
from dev.sandbox.register.nzbn import nzbn_router
from dev.sandbox.register.website import website_router
from dev.sandbox.world import World


def platform_router(world: World) -> APIRouter:
    """All endpoints of the platform."""
    router = APIRouter(tags=["platform"])
    for route in ROUTES:
        endpoint = Dispatch(world, route)
        router.add_api_route(route.path, endpoint, methods=[route.method], name=route.name, summary=route.contract)
    return router


def create_app(world: World) -> FastAPI:
    """Platform, register and control endpoints over one world, which is closed at the end.

    If the database is there at the start, missing tables of the platform are created before the first request.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        with suppress(DatabaseAway):
            await world.database.read("SELECT 1 AS there", {})
        yield
        await world.close()

    app = FastAPI(title="Sandbox: registration platform and companies register", lifespan=lifespan)
    app.include_router(platform_router(world))
    app.include_router(website_router(world))
    app.include_router(nzbn_router(world))
    app.include_router(control_router(world))
    return app
