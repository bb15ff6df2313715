"""The sandbox as one web application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from sandbox.control import control_router
from sandbox.platform.dispatch import platform_router
from sandbox.register.nzbn import nzbn_router
from sandbox.register.website import website_router
from sandbox.world import World


def create_app(world: World) -> FastAPI:
    """Platform, register and the sandbox's own endpoints over one world, which is closed at the end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await world.close()

    app = FastAPI(title="Sandbox: registration platform and companies register", lifespan=lifespan)
    app.include_router(platform_router(world))
    app.include_router(website_router(world))
    app.include_router(nzbn_router(world))
    app.include_router(control_router(world))
    return app
